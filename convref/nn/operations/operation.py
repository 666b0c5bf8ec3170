"""The class `Operation`: an operation on tensors, such as torch's `mean.dim`, as a node of a `Graph`."""

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
from convref.nn.sizes import FullShape, Size, at, full, listed, shown


@dataclass(frozen=True, slots=True)
class Value:
    """A placeholder for a tensor among the arguments of an `Operation`: input number `index`."""

    index: int

    def __repr__(self) -> str:
        return f"Value({self.index})"


@dataclass(frozen=True, repr=False, eq=False)
class Operation(Layer):
    """An operation on tensors, as a node of a `Graph`.

    The name is torch's: `mean.dim` is `torch.ops.aten.mean.dim`. The arguments are those of torch's schema,
    with `Value(i)` in place of the i-th input tensor. Operations are recorded when a PyTorch module is
    converted. They can only be applied to tensors of the shapes that their inputs had then. These are full
    shapes, which include the batch axis, such as `(N, 8, 4, 4)`; see `convref.nn.sizes`.

    Args:
        name: the name in torch, without `aten::` and without `.default`.
        arguments: the positional arguments.
        inputs: the full shapes of the input tensors.
        outputs: the full shapes of the output tensors.
        options: the keyword arguments, as pairs (name, value).
        dtypes: the types of the outputs, such as `("int64",)`; empty if they have the type of the network.
        line: the line of the module's source that calls the operation, as `file:line`. It is ignored when
            operations are compared.

    Shapes: `inputs` -> `outputs`, for any number of samples N.

    Raises:
        ArgumentError: `outputs` is empty.

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
            raise self.fail("outputs", self.outputs, "must contain at least one shape")

    @property
    def label(self) -> str:
        """The name in tables and messages: torch's name without the overload (`mean` for `mean.dim`)."""
        return self.name.rpartition("::")[2].partition(".")[0]

    @property
    def is_counted(self) -> bool:
        """True if there is a rule for the operation's cost; without a rule, its cost counts as zero."""
        return self.name in COSTS

    @property
    def place(self) -> str:
        """The source location of the operation, such as `model.py:12`, for messages; empty if unknown."""
        file, _, line = self.line.rpartition(":")
        return f"{PurePath(file).name}:{line}" if file else ""

    def given_for(self, batch: int, tensor: Callable[[int], Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return the positional arguments (a list) and keyword arguments (a dict) with which torch is called.

        Args:
            batch: the number of samples, from which sizes such as `64 * N` are computed.
            tensor: a function from the index of an input to the argument to pass for it.
        """

        def put(each: Any) -> Any:
            if isinstance(each, Value):
                return tensor(each.index)
            if isinstance(each, Size):
                return each.at(batch)
            return [put(one) for one in each] if isinstance(each, tuple) else each

        return [put(each) for each in self.arguments], {key: put(each) for key, each in self.options}

    def check_inputs(self, shapes: tuple[FullShape, ...]) -> None:
        """Check that the inputs have the shapes with which the operation was recorded.

        Raises:
            ShapeError: a shape, or the number of inputs, differs.
        """
        if shapes != self.inputs:
            taken, given = (", ".join(str(listed(each)) for each in all_) for all_ in (self.inputs, shapes))
            raise ShapeError(
                f"{self.label} was recorded with inputs of shape {taken}, "
                f"but its inputs now have the shape {given}"
            )

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the first output for one input; both shapes are without the batch."""
        self.check_inputs((full(input_shape),))
        return shown(self.outputs[0])

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return the cost for one sample."""
        return self.cost_at(1)

    def cost_at(self, batch: int) -> Cost:
        """Return the cost for a batch of `batch` samples; zero if there is no rule for the operation."""
        rule = COSTS.get(self.name)
        if rule is None:
            return Cost()
        inputs, outputs = ([at(each, batch) for each in shapes] for shapes in (self.inputs, self.outputs))
        args, options = self.given_for(batch, Value)
        return rule(Call(inputs, outputs, args, options))

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return whether the output is a new feature map: True for matrix products, reductions and joins."""
        return self.name in MAPS

    def shares_memory(self, *, training: bool) -> bool:  # noqa: ARG002 - the contract's signature
        """Return whether the output is a view of the first input."""
        return self.name in VIEWS

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass: the input, the output, or nothing."""
        if self.name in KEEP_OUTPUT:
            return OUTPUT_SAVED
        return NOTHING_SAVED if self.name in KEEP_NOTHING or self.name not in KEEP_INPUTS else INPUT_SAVED

    def elements(self, batch: int) -> int:
        """Return the total number of elements of all outputs, for a batch of `batch` samples."""
        return sum(math.prod(at(each, batch)) for each in self.outputs)

    def _values(self) -> tuple[object, ...]:
        return super()._values()[:-1]  # the last field, `line`, does not matter for equality

    def _arguments(self) -> Iterator[str]:
        for field, value in self.given():
            text = _text(value)
            yield text if field.name in {"name", "arguments"} else f"{field.name}={text}"

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - nothing is written shorter
        """Return the value unchanged, so that `repr` writes `(4, 4)` and does not shorten it to `4`."""
        return value


def _text(value: object) -> str:
    """Return a value as Python source code; infinity, for which Python has no literal, as `float("inf")`."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    if isinstance(value, tuple):
        inner = ", ".join(map(_text, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)
