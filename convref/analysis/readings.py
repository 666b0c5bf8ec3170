"""The class `Readings`: lists with the parameters, costs and other quantities of every step of a network.

Each list is computed when it is first used. A total, such as the number of parameters, needs only one list.
So it is computed faster than a table, which needs all lists and a `Row` for each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

from convref.analysis import memory
from convref.analysis.columns import NAMES, Row
from convref.analysis.conventions import PLAIN, counted
from convref.analysis.receptive_field import receptive_fields
from convref.analysis.roofline import Device, moved_bytes, operations_of
from convref.analysis.sights import Fields
from convref.nn import Cost, Graph, Layer, Plan, Shape, Step, Tapped
from convref.nn.base import numel
from convref.nn.cost import NO_COST
from convref.nn.graph import dtypes, unused_layers
from convref.nn.graph import frozen as frozen_names

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
        seen: set[tuple[str, str]] = set()
        layers = [step for step in self.plan.steps if step.kind == "layer"]
        parameters = any(step.kind == "parameter" for step in self.plan.steps)
        names = (
            {f"{step.path}.{name}" for step in layers for name in _names(step.layer)} if parameters else set()
        )
        for step in self.plan.steps:
            # These parameters are counted with the layer that has them.
            of_layer = step.kind == "parameter" and step.path in names
            # Several layers have the same path if they are inlined in one module; their first names differ.
            first = next(iter(_names(step.layer)), None) if step.kind in {"layer", "parameter"} else None
            if first is None or (step.path, first) in seen or of_layer:
                found.append(NOTHING)
            else:
                seen.add((step.path, first))
                found.append(self._held(step.layer, step.path))
        return found

    @cached_property
    def heads(self) -> list[Head]:
        """The layers that inference does not run: auxiliary training heads, and layers that nothing calls."""
        heads = [*_heads_for_training(self.net), *unused_layers(self.net)]
        return [Head(path, layer, self._held(layer, path)) for path, layer in heads]

    def _held(self, layer: Layer, path: str) -> Held:
        """Return the numbers of elements of a layer's parameters and buffers; `path` is the layer's path."""
        parameters = layer.parameters()
        frozen = 0
        if self._frozen:
            still = (parameters[name] for name in parameters if _joined(path, name) in self._frozen)
            frozen = sum(map(numel, still))
        return Held(_elements(parameters), _elements(layer.buffers()), frozen)

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
        return [step.cost for step in self.plan.steps]

    @cached_property
    def macs(self) -> list[int]:
        """The number of operations of each step for one input, as the tool `convention` counts them."""
        if self.convention == PLAIN:
            return [cost.macs for cost in self.costs]
        return [counted(step, self.convention) for step in self.plan.steps]

    @cached_property
    def activations(self) -> list[int]:
        """The number of elements of each step's output if that is a new feature map, otherwise 0."""
        return [step.elements() if step.makes_map else 0 for step in self.plan.steps]

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


def _elements(held: dict[str, Shape]) -> int:
    return sum(map(numel, held.values())) if held else 0


def _heads_for_training(net: Layer, name: str = "") -> Iterator[tuple[str, Layer]]:
    unused = [tap for tap, how in net.taps if how.when == "training"] if isinstance(net, Tapped) else []
    for child in net.children:
        full = f"{name}.{child.name}" if name else child.name
        if child.name in unused:
            yield full, child.layer
        elif child.layer.composite:
            yield from _heads_for_training(child.layer, full)
