"""Compute the plan of a network: the list of the steps of its computation, for one input shape.

Every value has a number: 0 is the network's input, and step `i` computes value `i + 1`. Costs, memory,
receptive fields and runs on arrays are all computed from a plan. To compute a plan, no array is created.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from convref.errors import MissingRuleError, ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.flow import Child
from convref.nn.given import check_net, checked_shapes
from convref.nn.operations.operation import Operation
from convref.nn.operations.parameter import Parameter
from convref.nn.sizes import FullShape, N, Size, at, full, listed, shown, sized
from convref.nn.step import Holder, Step

LAST_PLAN = "_last_plan"
"""The entry of a network's `__dict__` that has its last plan, and whether that was for training."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a network's computation, for an input of one shape.

    Attributes:
        input_shape: the shape of the input, without the batch; for a network with several inputs, a tuple of
            their shapes.
        steps: the steps in the order in which they run.
        output: the number of the value that is the network's main output.
        taps: the auxiliary outputs, as a dict from an output's name to the number of its value.
    """

    input_shape: tuple[Any, ...]
    steps: tuple[Step, ...]
    output: int
    taps: dict[str, int]

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """The shape of each input, without the batch."""
        shapes = self.input_shape
        return shapes if shapes and isinstance(shapes[0], tuple) else (shapes,)

    def shape(self, value: int) -> Shape:
        """Return the shape of the value with the number `value`, without the batch axis."""
        return shown(self.steps[value - 1].whole) if value else self.input_shape

    def listed(self, value: int) -> FullShape:
        """Return the shape of a value as tables list it; sizes that depend on the batch are formulas."""
        return listed(self.steps[value - 1].whole) if value else self.input_shape

    def dtype(self, value: int) -> str:
        """Return the type of the value with number `value`, or "" if it is the type of the network."""
        return self.steps[value - 1].dtype if value else ""

    def elements(self, value: int, batch: int = 1) -> int:
        """Return the number of elements of the value with number `value`, for a batch of `batch` inputs."""
        if value:
            return self.steps[value - 1].elements(batch)
        return batch * sum(map(math.prod, self.input_shapes))

    @property
    def output_shape(self) -> Shape:
        """The shape of the network's main output."""
        return self.shape(self.output)


def trace(net: Layer, input_shape: Sequence[Any], *, training: bool = False) -> Plan:
    """Return the plan of a network for an input of this shape: its steps in order, with their shapes.

    The plan is memoized: a network keeps the last plan that was computed for it. Running the network twice,
    or computing first its cost and then its memory, needs only one plan if the input shape is the same.

    Args:
        net: the description.
        input_shape: the shape of the input, channels first, without the batch; for a network with several
            inputs, a tuple of shapes.
        training: whether to include the auxiliary outputs (taps) that only training uses.

    Raises:
        ArgumentError: `net` is not a description, or `input_shape` does not consist of positive integers.
        ShapeError: the input of a layer does not fit that layer; the error names the layer's path.
        MissingRuleError: a layer does not define its output shape; the error names the layer's path.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> plan = trace(Sequential(Conv2d(3, 8, 3), ReLU()), (3, 32, 32))
        >>> [(step.path, step.output_shape) for step in plan.steps]
        [('0', (8, 30, 30)), ('1', (8, 30, 30))]
    """
    check_net(net)
    shape = checked_shapes(input_shape)
    kept: tuple[bool, Plan] | None = vars(net).get(LAST_PLAN)
    if kept is not None and kept[0] == training and kept[1].input_shape == shape:
        return kept[1]
    tracer = _Tracer(net, shape, training=training)
    output = tracer.run(net, 0)
    plan = Plan(shape, tuple(tracer.steps), output, tracer.taps)
    vars(net)[LAST_PLAN] = training, plan
    return plan


class _Tracer:
    """A `Flow` that records the steps of a network.

    The values that it passes to the layers are only numbers: 0 is the input of the network, and i + 1 is the
    result of `steps[i]`.
    """

    def __init__(self, net: Layer, input_shape: tuple[Any, ...], *, training: bool) -> None:
        self.training = training
        self.steps: list[Step] = []
        self.taps: dict[str, int] = {}
        self._several: tuple[FullShape, ...] = ()
        if input_shape and isinstance(input_shape[0], tuple):
            self._several = tuple([full(each) for each in input_shape])
        self._shapes: list[FullShape] = [() if self._several else full(input_shape)]
        self._dtypes = [""]
        self._path = ""
        self._name = ""
        self._module = net  # the combinator whose torch module calls the layers that are inlined in it
        self._inlined = False  # whether the child that is traced is inlined
        self._holders: dict[int, Holder] = {}
        self._known: dict[tuple[int, FullShape], tuple[Shape, Shape, FullShape]] = {}
        self._watched: dict[str, int] = {}
        self._called: set[tuple[str, tuple[int, ...]]] = set()

    def run(self, layer: Layer, value: int) -> int:
        if layer.composite:
            return layer.flow(value, self)
        # Value 0 is the tuple of all inputs; only `part` can select one of them.
        if self._several and not value:
            raise self._located(
                ShapeError(f"{type(layer).__name__} takes one input, not {len(self._several)}")
            )
        whole = self._shapes[value]
        if not whole:
            rule = f"{type(layer).__name__} takes a tensor with a batch axis, but got a single number"
            raise self._located(ShapeError(rule))
        samples, rest = whole[0], whole[1:]
        try:
            taken, shape, made = self._shapes_of(layer, rest)
        except (ShapeError, MissingRuleError) as error:
            raise self._located(error) from None
        # The result has the type of the input if that is a floating type, else the type of the network.
        dtype = self._dtypes[value]
        if "float" not in dtype:
            dtype = ""
        holder = self._around() if self._inlined else "own"
        whole = (samples, *made)
        return self._add(
            Step(
                layer,
                self._path,
                self._name,
                "layer",
                (value,),
                (taken,),
                shape,
                samples,
                whole,
                dtype,
                holder,
            )
        )

    def _shapes_of(self, layer: Layer, rest: FullShape) -> tuple[Shape, Shape, FullShape]:
        """Return the shapes of a layer's input and output for one sample, and the sizes of the full output.

        The batch axis is left out. The repeated blocks of a network are often one object, so the result is
        memoized for each object and shape.
        """
        known = self._known.get((id(layer), rest))
        if known is None:
            taken = at(rest, 1)  # for most values, the sizes after the first axis do not depend on the batch
            shape = layer.output_shape(taken)
            known = taken, shape, shape if taken is rest else self._grown(layer, rest)
            self._known[id(layer), rest] = known
        return known

    def _grown(self, layer: Layer, rest: FullShape) -> FullShape:
        """Return the layer's output shape if further sizes than the first depend on the number of samples.

        The output shapes for one and two samples show how the sizes of the output depend on this number. The
        output shape for three samples must then agree.
        """
        one, two, three = (layer.output_shape(at(rest, batch)) for batch in (1, 2, 3))
        sizes = tuple([sized(*pair, (1, 2)) for pair in zip(one, two, strict=True)])
        if None in sizes or at(sizes, 3) != three:  # type: ignore[arg-type] # None is in none of them here
            rule = (
                f"{type(layer).__name__} would mix the samples of a batch; "
                "a layer must treat each sample separately"
            )
            raise ShapeError(rule)
        return sizes  # type: ignore[return-value] # likewise

    def child(self, child: Child, *values: int, part: int | None = None) -> int:
        path, name, module = self._path, self._name, self._module
        key, layer = child.key, child.layer
        if key:
            self._path = f"{path}.{key}" if path else key
            if layer.composite:
                self._module = layer
        self._inlined = not key
        # In tables and messages, the index of an inlined child would not help a reader.
        if key or not child.name.isdigit():
            self._name = f"{name}.{child.name}" if name else child.name
        value = self._called_child(layer, values, part)
        # `watch` asked for the output of this child by its path, for a tap.
        if self._watched and key and self._path in self._watched:
            self._watched[self._path] = value
        self._path, self._name, self._module = path, name, module
        return value

    def _called_child(self, layer: Layer, values: tuple[int, ...], part: int | None) -> int:
        if isinstance(layer, Operation):
            return self._operation(layer, values, part or 0)
        if isinstance(layer, Parameter):
            return self._parameter(layer)
        if part is not None:
            return self.part(layer, values[0], part)
        return self.join(layer, *values) if len(values) > 1 else self.run(layer, values[0])

    def _parameter(self, layer: Parameter) -> int:
        shape = layer.shape
        return self._add(
            Step(layer, self._path, self._name, "parameter", (), (), shape, N, shape, layer.dtype)
        )

    def _operation(self, layer: Operation, values: tuple[int, ...], index: int) -> int:
        shapes = tuple([self._shapes[value] for value in values])
        try:
            layer.check_inputs(shapes)
        except (ShapeError, MissingRuleError) as error:
            raise self._located(error) from None
        # Each output of an operation is a separate step; the cost is counted in the first of them.
        repeated = (self._path, values) in self._called
        self._called.add((self._path, values))
        taken = tuple([shown(shape) for shape in shapes])
        whole = layer.outputs[index]
        return self._add(
            Step(
                layer,
                self._path,
                self._name,
                "operation",
                values,
                taken,
                shown(whole),
                N,
                whole,
                layer.dtypes[index] if layer.dtypes else "",
                index=index,
                repeated=repeated,
            )
        )

    def join(self, layer: Layer, *values: int) -> int:
        shapes = [self._shapes[value] for value in values]
        try:
            samples = _one_batch(layer, shapes)
            taken = tuple([at(shape[1:], 1) for shape in shapes])
            made = layer.join_shape(taken)
        except (ShapeError, MissingRuleError) as error:
            raise self._located(error) from None
        dtype = self._dtypes[values[0]]
        whole = (samples, *made)
        return self._add(
            Step(layer, self._path, self._name, "join", values, taken, made, samples, whole, dtype)
        )

    def part(self, layer: Layer, value: int, index: int) -> int:
        if self._several and not value:
            samples: int | Size = N
            whole = self._several[index] if index < len(self._several) else ()
            taken = made = shown(whole)
        else:
            samples, *rest = self._shapes[value]
            taken = at(tuple(rest), 1)
            try:
                made = layer.part_shape(taken, index)
            except (ShapeError, MissingRuleError) as error:
                raise self._located(error) from None
            whole = (samples, *made)
        dtype = self._dtypes[value]
        step = Step(
            layer,
            self._path,
            self._name,
            "part",
            (value,),
            (taken,),
            made,
            samples,
            whole,
            dtype,
            index=index,
        )
        return self._add(step)

    def _add(self, step: Step) -> int:
        """Append a step, and return the number of its value."""
        self.steps.append(step)
        self._shapes.append(step.whole)
        self._dtypes.append(step.dtype)
        return len(self.steps)

    def _around(self) -> Holder:
        """Return the value of `Step.holder` for primitives that are inlined in the current module."""
        module = self._module
        if id(module) not in self._holders:
            self._holders[id(module)] = "parent" if _has_submodules(module) else "leaf"
        return self._holders[id(module)]

    def watch(self, child: Child, value: int, paths: Iterable[str]) -> tuple[int, dict[str, int]]:
        start = ".".join(part for part in (self._path, child.key) if part)
        places = {path: f"{start}.{path}" if start else path for path in paths}
        self._watched |= dict.fromkeys(places.values(), value)
        output = self.child(child, value)
        return output, {path: self._watched.pop(where) for path, where in places.items()}

    def _located(self, error: ShapeError | MissingRuleError) -> ShapeError | MissingRuleError:
        if isinstance(error, MissingRuleError):
            return error.at(self._name)
        return error.inside(self._name) if self._name and not error.path else error


def _has_submodules(layer: Layer) -> bool:
    return any(
        not isinstance(each.layer, (Operation, Parameter)) and (each.key or _has_submodules(each.layer))
        for each in layer.children
    )


def _one_batch(layer: Layer, shapes: Sequence[FullShape]) -> int | Size:
    """Return the size of the first axis of the values to be joined; all must have the same.

    Raises:
        ShapeError: the sizes differ, or a value has no axes.
    """
    first = shapes[0][:1]
    if not first or any(shape[:1] != first for shape in shapes):
        rule = f"{type(layer).__name__} must join values whose first axes, the batch, have equal sizes"
        raise ShapeError(f"{rule}, not {list(shapes)}")
    return first[0]
