"""`Operation`: an operation on tensors as torch names it, for what a `Graph` does beside calling layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.cost import Cost
from convref.nn.operations.costs import COSTS
from convref.nn.operations.kinds import KEEP_INPUTS, KEEP_NOTHING, KEEP_OUTPUT, MAPS, VIEWS
from convref.nn.operations.rules import Call
from convref.nn.saved import INPUT_SAVED, NOTHING_SAVED, OUTPUT_SAVED, Saved
from convref.nn.sizes import FullShape, Size, at, full, shown


@dataclass(frozen=True, slots=True)
class Value:
    """The index of the value that stands at this position of an operation's arguments."""

    index: int

    def __repr__(self) -> str:
        return f"Value({self.index})"


@dataclass(frozen=True, repr=False, eq=False)
class Operation(Layer):
    """An operation on tensors, in a `Graph`.

    It is named as in torch (`mean.dim` is `torch.ops.aten.mean.dim`), and its arguments are those of
    torch's schema, with a `Value` for each tensor. Its shapes are those for which it was read; they are
    written whole, with the batch where it is.

    Args:
        name: torch's, without `aten::` and `.default`.
        arguments: by position.
        inputs: the shapes that it takes.
        outputs: the shapes that it gives; several where it gives several tensors.
        options: further arguments by name.
        dtypes: the types of what it gives, empty where they are the network's.
        line: where it was read, `file:line`; two operations that differ in it alone are equal.

    Shapes: `inputs` to `outputs`, for any batch.

    Raises:
        ArgumentError: there is no output.

    Example:
        >>> from convref.nn import N
        >>> mean = Operation("mean.dim", (Value(0), (2, 3)), ((N, 8, 4, 4),), ((N, 8),))
        >>> mean.output_shape((8, 4, 4)), mean.cost((8, 4, 4))
        ((8,), Cost(macs=0, bias_adds=0, adds=120, muls=0, comparisons=0, functions=8))
    """

    name: str
    arguments: tuple[Any, ...] = ()
    inputs: tuple[FullShape, ...] = ()
    outputs: tuple[FullShape, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    dtypes: tuple[str, ...] = ()
    line: str = ""

    def __post_init__(self) -> None:
        if not self.outputs:
            raise self.fail("outputs", self.outputs, "must have at least one shape")

    @property
    def label(self) -> str:
        """The name in reports: torch's name without the overload."""
        return self.name.rpartition("::")[2].partition(".")[0]

    @property
    def is_counted(self) -> bool:
        """True if the operation's cost is known; one that is not counts as nothing."""
        return self.name in COSTS

    @property
    def place(self) -> str:
        """The place where it was read, for reports: the file's name and the line."""
        file, _, line = self.line.rpartition(":")
        return f"{PurePath(file).name}:{line}" if file else ""

    def given_for(self, batch: int, tensor: Callable[[int], Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments for so many samples, with `tensor(index)` for each value."""

        def put(each: Any) -> Any:
            if isinstance(each, Value):
                return tensor(each.index)
            if isinstance(each, Size):
                return each.at(batch)
            return [put(one) for one in each] if isinstance(each, tuple) else each

        return [put(each) for each in self.arguments], {key: put(each) for key, each in self.options}

    def check_inputs(self, shapes: tuple[FullShape, ...]) -> None:
        """Check that what arrives is what the operation was read for.

        Raises:
            ShapeError: it is another shape.
        """
        if shapes != self.inputs:
            taken, given = (", ".join(str(shown(each)) for each in all_) for all_ in (self.inputs, shapes))
            raise ShapeError(f"{self.label} was read for inputs of shape {taken}, but {given} arrives")

    def output_shape(self, input_shape: Shape) -> Shape:
        """The first output's shape; both without the batch."""
        self.check_inputs((full(input_shape),))
        return shown(self.outputs[0])

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """The operations on one sample."""
        return self.cost_at(1)

    def cost_at(self, batch: int) -> Cost:
        """The operations on so many samples."""
        rule = COSTS.get(self.name)
        if rule is None:
            return Cost()
        inputs, outputs = ([at(each, batch) for each in shapes] for shapes in (self.inputs, self.outputs))
        args, options = self.given_for(batch, Value)
        return rule(Call(inputs, outputs, args, options))

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """True if the output is a new map: products of tensors, reductions, and what puts values together."""
        return self.name in MAPS

    def shares_memory(self, *, training: bool) -> bool:  # noqa: ARG002 - the contract's signature
        """Return whether the output is a view of the first input."""
        return self.name in VIEWS

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return what autograd keeps of an operation: its inputs, its output, or nothing."""
        if self.name in KEEP_OUTPUT:
            return OUTPUT_SAVED
        return NOTHING_SAVED if self.name in KEEP_NOTHING or self.name not in KEEP_INPUTS else INPUT_SAVED

    def elements(self, batch: int) -> int:
        """The elements of all that it gives, for so many samples."""
        return sum(math.prod(at(each, batch)) for each in self.outputs)

    def _values(self) -> tuple[object, ...]:
        return super()._values()[:-1]  # without the line

    def _arguments(self) -> Iterator[str]:
        for field, value in self.given():
            text = _text(value)
            yield text if field.name in {"name", "arguments"} else f"{field.name}={text}"

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - nothing is written shorter
        """The text that `repr` writes for a field: all of it."""
        return value


def _text(value: object) -> str:
    """A literal that Python reads back; `inf` and `nan` are no names."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    if isinstance(value, tuple):
        inner = ", ".join(map(_text, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)
