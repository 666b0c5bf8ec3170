"""`trace`: compute the `Plan` of a network, the list of its steps for an input of one shape.

Every value has a number: 0 is the network's input, step `i` makes value `i + 1`. All readings that need
shapes start here: costs, memory, receptive fields, and the run on arrays. No array is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from convref.errors import MissingRuleError, ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.cost import NO_COST, Cost
from convref.nn.flow import Child
from convref.nn.given import check_net, checked_shape
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.window import Reaches, own_positions

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a network: a layer without children, a join of values or a part of a value.

    Attributes:
        layer: the primitive, or the combinator that joins or cuts.
        path: the prefix of its parameters' names, `features.0`.
        name: the same with the names of inlined layers, for reports.
        kind: a primitive is a `layer`; a combinator does a `join`, or takes a `part` of a value.
        inputs: the numbers of the values that it takes.
        input_shapes, output_shape: the shapes of these, and of the value that it makes.
        index: the number of the part, from 0.
    """

    layer: Layer
    path: str
    name: str
    kind: Literal["layer", "join", "part"]
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    index: int = 0

    def _answer(self, one: Callable[[Shape], T], several: Callable[[], T], cut: T) -> T:
        """Return the layer's answer for one input or for a join, or `cut` for a part of a value."""
        try:
            if self.kind == "layer":
                return one(self.input_shapes[0])
            return several() if self.kind == "join" else cut
        except MissingRuleError as error:
            raise error.at(self.name) from None

    @property
    def cost(self) -> Cost:
        """The operations of this step on one input."""
        layer = self.layer
        return self._answer(layer.cost, lambda: layer.join_cost(self.input_shapes), NO_COST)

    @property
    def makes_map(self) -> bool:
        """True if the output is a new feature map in memory, False if it counts as done in place."""
        return self._answer(self.layer.makes_map, self.layer.joins_to_map, cut=False)

    @property
    def saved(self) -> Saved:
        """The tensors that autograd keeps of this step for the backward pass of one input."""
        layer = self.layer
        return self._answer(layer.saved, lambda: Saved(input=layer.join_saves()), NOTHING_SAVED)

    @property
    def reaches(self) -> tuple[Reaches, ...]:
        """The input positions that each output position reads, per axis, for each value that is read."""
        layer, shapes = self.layer, self.input_shapes
        cut = (own_positions(len(shapes[0])),)
        return self._answer(
            lambda shape: (layer.reach(shape),),
            lambda: layer.join_reach(shapes)[: layer.join_reads(len(shapes))],
            cut,
        )

    @property
    def reads(self) -> tuple[int, ...]:
        """The numbers of the values that are read; of the other inputs only the shape is used."""
        return self.inputs[: self.layer.join_reads(len(self.inputs))] if self.kind == "join" else self.inputs

    def shares_memory(self, *, training: bool) -> bool:
        """Return whether the output uses the input's memory, or a part of it."""
        return self.kind == "part" or (self.kind == "layer" and self.layer.shares_memory(training=training))


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a network on an input of one shape.

    Attributes:
        input_shape: the input's shape, without the batch.
        steps: the steps in the order in which they run.
        output: the number of the value that is the network's main output.
        taps: the numbers of the auxiliary outputs by name.
    """

    input_shape: Shape
    steps: tuple[Step, ...]
    output: int
    taps: dict[str, int]

    def shape(self, value: int) -> Shape:
        """Return the shape of the value with this number."""
        return self.steps[value - 1].output_shape if value else self.input_shape

    @property
    def output_shape(self) -> Shape:
        """The shape of the network's main output."""
        return self.shape(self.output)


def trace(net: Layer, input_shape: Sequence[int], *, training: bool = False) -> Plan:
    """Compute the steps of a network for an input of this shape.

    Args:
        net: the description.
        input_shape: channels first, without the batch.
        training: also run the taps that only training needs.

    Raises:
        ArgumentError: `net` is not a description, or `input_shape` is not of positive integers.
        ShapeError: a shape does not fit somewhere; the error names the path.
        MissingRuleError: a layer does not define its output's shape; the error names the path.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> plan = trace(Sequential(Conv2d(3, 8, 3), ReLU()), (3, 32, 32))
        >>> [(step.path, step.output_shape) for step in plan.steps]
        [('0', (8, 30, 30)), ('1', (8, 30, 30))]
    """
    check_net(net)
    shape = checked_shape(input_shape)
    tracer = _Tracer(shape, training=training)
    output = tracer.run(net, 0)
    return Plan(shape, tuple(tracer.steps), output, tracer.taps)


class _Tracer:
    """A `Flow` that records steps; its values are numbers."""

    def __init__(self, input_shape: Shape, *, training: bool) -> None:
        self.training = training
        self.steps: list[Step] = []
        self.taps: dict[str, int] = {}
        self._shapes = [input_shape]
        self._path = ""
        self._name = ""
        self._watched: dict[str, int] = {}

    def run(self, layer: Layer, value: int) -> int:
        if layer.composite:
            return layer.flow(value, self)
        input_shape = self._shapes[value]
        try:
            shape = layer.output_shape(input_shape)
        except (ShapeError, MissingRuleError) as error:
            raise self._located(error) from None
        self.steps.append(Step(layer, self._path, self._name, "layer", (value,), (input_shape,), shape))
        self._shapes.append(shape)
        return len(self.steps)

    def child(self, child: Child, *values: int, part: int | None = None) -> int:
        path, name = self._path, self._name
        key = child.key
        if key:
            self._path = f"{path}.{key}" if path else key
        if key or not child.name.isdigit():  # the index of an inlined child means nothing to a reader
            self._name = f"{name}.{child.name}" if name else child.name
        if part is not None:
            value = self.part(child.layer, values[0], part)
        else:
            value = self.join(child.layer, *values) if len(values) > 1 else self.run(child.layer, values[0])
        if self._watched and key and self._path in self._watched:
            self._watched[self._path] = value
        self._path, self._name = path, name
        return value

    def join(self, layer: Layer, *values: int) -> int:
        try:
            shape = layer.join_shape([self._shapes[value] for value in values])
        except (ShapeError, MissingRuleError) as error:
            raise self._located(error) from None
        return self._add(layer, "join", values, shape)

    def part(self, layer: Layer, value: int, index: int) -> int:
        try:
            shape = layer.part_shape(self._shapes[value], index)
        except (ShapeError, MissingRuleError) as error:
            raise self._located(error) from None
        return self._add(layer, "part", (value,), shape, index)

    def watch(self, child: Child, value: int, paths: Iterable[str]) -> tuple[int, dict[str, int]]:
        start = ".".join(part for part in (self._path, child.key) if part)
        full = {path: f"{start}.{path}" if start else path for path in paths}
        self._watched |= dict.fromkeys(full.values(), value)
        output = self.child(child, value)
        return output, {path: self._watched.pop(where) for path, where in full.items()}

    def _located(self, error: ShapeError | MissingRuleError) -> ShapeError | MissingRuleError:
        if isinstance(error, MissingRuleError):
            return error.at(self._name)
        return error.inside(self._name) if self._name and not error.path else error

    def _add(
        self,
        layer: Layer,
        kind: Literal["layer", "join", "part"],
        inputs: tuple[int, ...],
        shape: Shape,
        index: int = 0,
    ) -> int:
        shapes = tuple([self._shapes[value] for value in inputs])
        self.steps.append(Step(layer, self._path, self._name, kind, inputs, shapes, shape, index))
        self._shapes.append(shape)
        return len(self._shapes) - 1
