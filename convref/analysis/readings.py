"""The class `Readings`: lists with the parameters, costs and other quantities of every step of a network.

Each list is computed when it is first used. A total, such as the number of parameters, needs only one list.
So it is computed faster than a table, which needs all lists and a `Row` for each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias, TypeVar

from convref.analysis import memory
from convref.analysis.columns import NAMES, Row
from convref.analysis.conventions import PLAIN, counted
from convref.analysis.receptive_field import receptive_fields
from convref.analysis.roofline import Device, moved_bytes, operations_of
from convref.analysis.sights import Fields
from convref.nn import Cost, Graph, Layer, Plan, Step, Tapped
from convref.nn.base import numel
from convref.nn.cost import NO_COST
from convref.nn.graph import dtypes, unused_layers
from convref.nn.graph import frozen as frozen_names

T = TypeVar("T")
Itemsize: TypeAlias = Callable[[str], int]
"""A function from a type, "int64", to the bytes of an element; "" is the type of the network itself."""


class Held(NamedTuple):
    """The numbers of elements of a step's parameters, which are learnt, and of its buffers, which are not.

    `frozen` is the number of elements of the parameters that training does not change.
    """

    params: int
    buffers: int
    frozen: int = 0


NOTHING = Held(0, 0)


class Head(NamedTuple):
    """A layer that inference does not run, but whose parameters are counted: an auxiliary training head.

    `name` is the path of the layer in tables.
    """

    name: str
    layer: Layer
    held: Held


@dataclass(frozen=True)
class Readings:
    """The quantities of a network's plan: lists with one entry per step, in order.

    Attributes:
        net: the description.
        plan: the list of the network's computation steps for the input.
        convention: the name of the tool by whose rules the operations in `macs` are counted.
    """

    net: Layer
    plan: Plan
    convention: str

    @cached_property
    def held(self) -> list[Held]:
        """The numbers of elements of each step's parameters and buffers.

        A layer that is used several times counts only at its first use.
        """
        found: list[Held] = []
        known: dict[int, tuple[str | None, Held]] = {}
        seen: set[tuple[str, str]] = set()
        of_layers = self._parameters_of_layers()
        for step in self.plan.steps:
            own, layer = NOTHING, step.layer
            # A parameter that a layer has, too, is counted with the layer.
            if step.kind == "layer" or (step.kind == "parameter" and step.path not in of_layers):
                first, held = known.get(id(layer)) or known.setdefault(id(layer), _held(layer))
                # Several layers have the same path if they are inlined in one module, but their first names
                # differ.
                if first is not None and (step.path, first) not in seen:
                    seen.add((step.path, first))
                    own = self._with_frozen(held, layer, step.path) if self._frozen else held
            found.append(own)
        return found

    def _parameters_of_layers(self) -> set[str]:
        """Return the names of the parameters of all layers, if the plan has further parameters; else none."""
        if all(step.kind != "parameter" for step in self.plan.steps):
            return set()
        layers = [step for step in self.plan.steps if step.kind == "layer"]
        return {f"{step.path}.{name}" for step in layers for name in _names(step.layer)}

    @cached_property
    def heads(self) -> list[Head]:
        """The layers that inference does not run: auxiliary training heads, and layers that nothing calls."""
        of_taps = _heads_for_training(self.net) if self.net.contains(Tapped) else ()
        heads = [*of_taps, *unused_layers(self.net)]
        return [Head(path, layer, self._with_frozen(_held(layer)[1], layer, path)) for path, layer in heads]

    def _with_frozen(self, held: Held, layer: Layer, path: str) -> Held:
        """Return `held` with the number of elements of the frozen parameters of a layer at this path."""
        still = [shape for name, shape in layer.parameters().items() if _joined(path, name) in self._frozen]
        return held._replace(frozen=sum(map(numel, still)))

    @cached_property
    def _frozen(self) -> frozenset[str]:
        return frozenset(frozen_names(self.net))

    def frozen_bytes(self, itemsize: Itemsize) -> int:
        """Return the bytes of the frozen parameters, which training does not change."""
        shapes = self.net.parameters() if self._frozen else {}
        names = self._frozen & shapes.keys()
        return sum(numel(shapes[name]) * itemsize(self._dtypes.get(name, "")) for name in names)

    @cached_property
    def costs(self) -> list[Cost]:
        """The cost of each step for one input of the network."""
        return self._for_steps(lambda step: step.cost)

    @cached_property
    def macs(self) -> list[int]:
        """The number of operations of each step for one input, as the tool `convention` counts them."""
        if self.convention == PLAIN:
            return [cost.macs for cost in self.costs]
        return [counted(step, self.convention) for step in self.plan.steps]

    @cached_property
    def activations(self) -> list[int]:
        """The number of elements of each step's output if that is a new feature map, otherwise 0."""
        return self._for_steps(lambda step: step.elements() if step.makes_map else 0)

    def _for_steps(self, quantity: Callable[[Step], T]) -> list[T]:
        """Return a list with a quantity of each step.

        The repeated blocks of a network are often one object. If such an object has inputs of the same shapes
        again, the quantity is not computed again.
        """
        known: dict[tuple[object, ...], T] = {}
        found = []
        for step in self.plan.steps:
            layer, kind, shapes = step.layer, step.kind, step.input_shapes
            key = (id(layer), kind, shapes, id(step.samples), step.index, step.repeated)
            value = known.get(key)
            if value is None:
                value = known[key] = quantity(step)
            found.append(value)
        return found

    def bytes_of(self, value: int, itemsize: Itemsize, batch: int) -> int:
        """Return the bytes of the value number `value` for a batch; `itemsize` gives the bytes of a type."""
        return self.plan.elements(value, batch) * itemsize(self.plan.dtype(value))

    def live(self, itemsize: Itemsize, batch: int) -> list[int]:
        """Return the bytes of values in memory: first before the first step, then during each step."""
        values = range(len(self.plan.steps) + 1)
        return memory.live(self.plan, [self.bytes_of(value, itemsize, batch) for value in values])

    def moved(self, itemsize: Itemsize, batch: int) -> list[int]:
        """Return a list of the bytes that each step reads and writes for a batch."""
        return moved_bytes(
            self.plan,
            lambda value: self.bytes_of(value, itemsize, batch),
            lambda step: self._bytes_held(step.layer, step.path, itemsize) if step.kind == "layer" else 0,
        )

    def times(self, device: Device, moved: Sequence[int], batch: int) -> list[float]:
        """Return a list of the seconds that each step takes for a batch, by the roofline model of a device.

        Args:
            device: the device.
            moved: the bytes that each step reads and writes for the batch.
            batch: the number of inputs.
        """
        return list(map(device.time, (batch * operations_of(cost) for cost in self.costs), moved))

    @cached_property
    def fields(self) -> list[Fields]:
        """The receptive fields of the network's input, then of each step's output."""
        return receptive_fields(self.plan)

    def rows(self, itemsize: Itemsize, batch: int, device: Device | None = None) -> Iterator[Row]:
        """Yield a row for the input, for every step in order, and for layers that inference does not run.

        Args:
            itemsize: a function from a type to the bytes of an element; "" is the type of the network.
            batch: the number of inputs for which bytes and times are counted.
            device: the device for which times are predicted; without one, all times are 0.
        """
        plan, fields = self.plan, self.fields
        moved = self.moved(itemsize, batch)
        times = self.times(device, moved, batch) if device is not None else [0.0] * len(moved)
        live, weights = self.live(itemsize, batch), self.weight_bytes(itemsize)
        sizes = (plan.elements(0), self.bytes_of(0, itemsize, batch), live[0], 0)
        yield Row("input", NAMES["input"], None, (), plan.input_shape, 0, 0, NO_COST, 0, *sizes, fields[0])
        held = (self.held, self.costs, self.macs, self.activations)
        lists = (*held, live[1:], fields[1:], weights, moved, times)
        for value, (step, own, cost, macs, activations, alive, seen, weight, traffic, time) in enumerate(
            zip(plan.steps, *lists, strict=True), 1
        ):
            given = _input_name(step)
            yield Row(
                kind="layer",
                name=given or step.name,
                layer=None if given else step.layer,
                inputs=step.input_shapes,
                output=plan.shape(value),
                params=own.params,
                buffers=own.buffers,
                cost=cost,
                macs=macs,
                activations=activations,
                activation_bytes=self.bytes_of(value, itemsize, batch) if step.makes_map else 0,
                live_bytes=alive,
                weight_bytes=weight,
                fields=seen,
                frozen=own.frozen,
                dtype=step.dtype,
                moved_bytes=traffic,
                time=time,
                listed=plan.listed(value),
            )
        for head in self.heads:
            params, buffers, frozen = head.held
            sizes = (0, 0, 0, self._bytes_held(head.layer, head.name, itemsize))
            yield Row("layer", head.name, head.layer, (), (), params, buffers, NO_COST, 0, *sizes, (), frozen)

    def weight_bytes(self, itemsize: Itemsize) -> list[int]:
        """Return the bytes of the parameters of each step."""
        return [
            self._bytes_held(step.layer, step.path, itemsize) if held.params else 0
            for step, held in zip(self.plan.steps, self.held, strict=True)
        ]

    def _bytes_held(self, layer: Layer, path: str, itemsize: Itemsize) -> int:
        total = 0
        for name, shape in layer.parameters().items():
            total += numel(shape) * itemsize(self._dtypes.get(_joined(path, name), ""))
        return total

    @cached_property
    def _dtypes(self) -> dict[str, str]:
        return dict(dtypes(self.net))


def _input_name(step: Step) -> str:
    """Return the name of the graph's input that a step selects, or an empty string for all other steps."""
    if step.kind != "part" or not isinstance(step.layer, Graph):
        return ""
    return _joined(step.name, step.layer.inputs[step.index])


def _names(layer: Layer) -> tuple[str, ...]:
    return (*layer.parameters(), *layer.buffers())


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def _held(layer: Layer) -> tuple[str | None, Held]:
    """Return the first name of a layer's parameters and buffers, and their numbers of elements.

    The name is None if the layer has neither. No parameter is counted as frozen.
    """
    parameters, buffers = layer.parameters(), layer.buffers()
    if not parameters and not buffers:
        return None, NOTHING
    first = next(iter(parameters or buffers))
    return first, Held(sum(map(numel, parameters.values())), sum(map(numel, buffers.values())))


def _heads_for_training(net: Layer, name: str = "") -> Iterator[tuple[str, Layer]]:
    unused = [tap for tap, how in net.taps if how.when == "training"] if isinstance(net, Tapped) else []
    for child in net.children:
        full = f"{name}.{child.name}" if name else child.name
        if child.name in unused:
            yield full, child.layer
        elif child.layer.composite:
            yield from _heads_for_training(child.layer, full)
