"""Elementwise activation functions that squash, clip or shrink, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.activation import Elementwise
from convref.nn.base import Shape, numel
from convref.nn.cost import Cost
from convref.nn.saved import OUTPUT_SAVED, Saved


@dataclass(frozen=True, repr=False, eq=False)
class Sigmoid(Elementwise):
    """1 / (1 + exp(-x)), as in torch.nn.Sigmoid.

    Shapes: any, unchanged.

    Example:
        >>> Sigmoid().cost((10,)).functions
        20
    """

    each = Cost(adds=1, functions=2)

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps: the output, from which the gradient is computed."""
        return OUTPUT_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class Tanh(Elementwise):
    """The hyperbolic tangent, as in torch.nn.Tanh.

    Shapes: any, unchanged.

    Example:
        >>> Tanh().output_shape((6, 28, 28))
        (6, 28, 28)
    """

    each = Cost(functions=1)

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps: the output, from which the gradient is computed."""
        return OUTPUT_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class LogSigmoid(Elementwise):
    """The logarithm of the sigmoid, as in torch.nn.LogSigmoid.

    Shapes: any, unchanged.

    Example:
        >>> LogSigmoid().output_shape((5,))
        (5,)
    """

    each = Cost(adds=1, functions=2)

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps: the input and, on the CPU, the exponentials."""
        return Saved(input=True, cpu_elements=numel(input_shape))


@dataclass(frozen=True, repr=False, eq=False)
class Hardsigmoid(Elementwise):
    """A sigmoid of three straight pieces, min(max(x + 3, 0), 6) / 6, as in torch.nn.Hardsigmoid.

    Shapes: any, unchanged.

    Source: Howard et al., 2019, MobileNetV3.

    Example:
        >>> Hardsigmoid().output_shape((16, 1, 1))
        (16, 1, 1)
    """

    inplace: bool = False
    each = Cost(adds=1, muls=1, comparisons=2)


@dataclass(frozen=True, repr=False, eq=False)
class Hardswish(Elementwise):
    """x * hardsigmoid(x), as in torch.nn.Hardswish.

    Shapes: any, unchanged.

    Source: Howard et al., 2019, MobileNetV3.

    Example:
        >>> Hardswish().output_shape((16, 112, 112))
        (16, 112, 112)
    """

    inplace: bool = False
    each = Cost(adds=1, muls=2, comparisons=2)


@dataclass(frozen=True, repr=False, eq=False)
class Hardtanh(Elementwise):
    """x clipped to [min_val, max_val], as in torch.nn.Hardtanh.

    `min_value` and `max_value` are deprecated names of the two bounds in torch; if given, they replace
    `min_val` and `max_val`.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: a bound is not a number, or `min_val` is not below `max_val`.

    Example:
        >>> Hardtanh(0, 6)
        Hardtanh(min_val=0, max_val=6)
    """

    min_val: float = -1.0
    max_val: float = 1.0
    inplace: bool = False
    min_value: float | None = None
    max_value: float | None = None
    each = Cost(comparisons=2)

    def __post_init__(self) -> None:
        if self.min_value is not None:
            self.normalize(min_val=self.min_value, min_value=None)
        if self.max_value is not None:
            self.normalize(max_val=self.max_value, max_value=None)
        self.number("min_val")
        self.number("max_val")
        if self.min_val >= self.max_val:
            raise self.fail("min_val", self.min_val, f"must be less than max_val (={self.max_val})")


@dataclass(frozen=True, repr=False, eq=False)
class Softsign(Elementwise):
    """x / (1 + |x|), as in torch.nn.Softsign.

    Shapes: any, unchanged.

    Example:
        >>> Softsign().output_shape((5,))
        (5,)
    """

    each = Cost(adds=1, comparisons=1, functions=1)

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass: the input and the denominators."""
        return Saved(input=True, elements=numel(input_shape))


@dataclass(frozen=True, repr=False, eq=False)
class Hardshrink(Elementwise):
    """x where |x| > lambd, 0 elsewhere, as in torch.nn.Hardshrink.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `lambd` is not a number.

    Example:
        >>> Hardshrink(0.1)
        Hardshrink(lambd=0.1)
    """

    lambd: float = 0.5
    each = Cost(comparisons=2)

    def __post_init__(self) -> None:
        self.number("lambd")


@dataclass(frozen=True, repr=False, eq=False)
class Softshrink(Elementwise):
    """x - lambd where x > lambd, x + lambd where x < -lambd, else 0, as in torch.nn.Softshrink.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `lambd` is not a number of at least 0.

    Example:
        >>> Softshrink(0.1)
        Softshrink(lambd=0.1)
    """

    lambd: float = 0.5
    each = Cost(adds=1, comparisons=2)

    def __post_init__(self) -> None:
        self.number("lambd", 0)


@dataclass(frozen=True, repr=False, eq=False)
class Tanhshrink(Elementwise):
    """x - tanh(x), as in torch.nn.Tanhshrink.

    Shapes: any, unchanged.

    Example:
        >>> Tanhshrink().output_shape((5,))
        (5,)
    """

    each = Cost(adds=1, functions=1)

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps: tanh(x), from which the gradient is computed."""
        return Saved(elements=numel(input_shape))


@dataclass(frozen=True, repr=False, eq=False)
class Threshold(Elementwise):
    """x where x > threshold, `value` elsewhere, as in torch.nn.Threshold.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: an argument is not a number.

    Example:
        >>> Threshold(0.1, 20)
        Threshold(0.1, 20)
    """

    threshold: float
    value: float
    inplace: bool = False
    each = Cost(comparisons=1)

    def __post_init__(self) -> None:
        self.number("threshold")
        self.number("value")
