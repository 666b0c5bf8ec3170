"""Activation functions of each element: rectifiers and their smooth kin, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from convref.errors import ShapeError
from convref.nn.base import Cost, Layer, Shape, numel
from convref.nn.checks import arriving


class Elementwise(Layer):
    """A function of each element: any shape goes in and comes out.

    Attributes:
        each: the operations on one element.
    """

    each: ClassVar[Cost]

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape

    def cost(self, input_shape: Shape) -> Cost:
        """That of one element, for each."""
        return self.each * numel(input_shape)


@dataclass(frozen=True, repr=False, eq=False)
class ReLU(Elementwise):
    """Rectified linear unit, max(x, 0), as in torch.nn.ReLU.

    `inplace`, here and below, bears on torch alone, where the layer then overwrites its input, for all that
    take it. NumPy runs never change their input.

    Shapes: any, unchanged.

    Source: Nair and Hinton, 2010.

    Example:
        >>> ReLU().output_shape((64, 224, 224))
        (64, 224, 224)
    """

    inplace: bool = False
    each = Cost(comparisons=1)


@dataclass(frozen=True, repr=False, eq=False)
class ReLU6(Elementwise):
    """Rectified linear unit that stops at 6, min(max(x, 0), 6), as in torch.nn.ReLU6.

    Shapes: any, unchanged.

    Source: Krizhevsky, 2010, Convolutional deep belief networks on CIFAR-10.

    Example:
        >>> ReLU6().cost((32, 112, 112)).comparisons
        802816
    """

    inplace: bool = False
    each = Cost(comparisons=2)


@dataclass(frozen=True, repr=False, eq=False)
class LeakyReLU(Elementwise):
    """x where positive, `negative_slope * x` elsewhere, as in torch.nn.LeakyReLU.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: the slope is not a number.

    Source: Maas, Hannun and Ng, 2013.

    Example:
        >>> LeakyReLU(0.2)
        LeakyReLU(negative_slope=0.2)
    """

    negative_slope: float = 0.01
    inplace: bool = False
    each = Cost(muls=1, comparisons=1)

    def __post_init__(self) -> None:
        self.number("negative_slope")


@dataclass(frozen=True, repr=False, eq=False)
class PReLU(Elementwise):
    """x where positive, `weight * x` elsewhere, with a learnt weight, as in torch.nn.PReLU.

    Shapes: (C, *) unchanged; weight (num_parameters), one for all channels or one for each.

    Raises:
        ArgumentError: `num_parameters` is not a positive integer, or `init` not a number.

    Source: He et al., 2015, Delving deep into rectifiers.

    Example:
        >>> PReLU(64).parameters()
        {'weight': (64,)}
    """

    num_parameters: int = 1
    init: float = 0.25
    each = Cost(muls=1, comparisons=1)

    def __post_init__(self) -> None:
        self.integer("num_parameters", 1)
        self.number("init")

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        if self.num_parameters not in {1, *input_shape[:1]}:
            raise ShapeError(
                f"num_parameters (={self.num_parameters}) must be 1 or {arriving(input_shape[0])}"
            )
        return input_shape

    def parameters(self) -> dict[str, Shape]:
        """The slopes."""
        return {"weight": (self.num_parameters,)}


@dataclass(frozen=True, repr=False, eq=False)
class RReLU(Elementwise):
    """A leaky rectifier whose slope is drawn in training, as in torch.nn.RReLU.

    At inference the slope is `(lower + upper) / 2`.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: a bound is not a number, or `lower` is above `upper`.

    Source: Xu et al., 2015.

    Example:
        >>> RReLU().output_shape((8,))
        (8,)
    """

    lower: float = 1 / 8
    upper: float = 1 / 3
    inplace: bool = False
    each = Cost(muls=1, comparisons=1)

    def __post_init__(self) -> None:
        self.number("lower")
        self.number("upper")
        if self.lower > self.upper:
            raise self.fail("lower", self.lower, f"must be at most upper (={self.upper})")


@dataclass(frozen=True, repr=False, eq=False)
class ELU(Elementwise):
    """x where positive, `alpha * (exp(x) - 1)` elsewhere, as in torch.nn.ELU.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `alpha` is not a number.

    Source: Clevert, Unterthiner and Hochreiter, 2015.

    Example:
        >>> ELU(alpha=0.5)
        ELU(alpha=0.5)
    """

    alpha: float = 1.0
    inplace: bool = False
    each = Cost(adds=1, muls=1, comparisons=1, functions=1)

    def __post_init__(self) -> None:
        self.number("alpha")


@dataclass(frozen=True, repr=False, eq=False)
class SELU(Elementwise):
    """The scaled ELU whose constants keep mean 0 and variance 1, as in torch.nn.SELU.

    Shapes: any, unchanged.

    Source: Klambauer et al., 2017.

    Example:
        >>> SELU().output_shape((64,))
        (64,)
    """

    inplace: bool = False
    each = Cost(adds=1, muls=2, comparisons=1, functions=1)


@dataclass(frozen=True, repr=False, eq=False)
class CELU(Elementwise):
    """max(0, x) + min(0, alpha * (exp(x / alpha) - 1)), as in torch.nn.CELU.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `alpha` is not a number, or 0.

    Source: Barron, 2017.

    Example:
        >>> CELU().output_shape((64,))
        (64,)
    """

    alpha: float = 1.0
    inplace: bool = False
    each = Cost(adds=2, muls=1, comparisons=2, functions=2)

    def __post_init__(self) -> None:
        self.number("alpha")
        if self.alpha == 0:
            raise self.fail("alpha", self.alpha, "must not be 0, which it divides by")


@dataclass(frozen=True, repr=False, eq=False)
class GELU(Elementwise):
    """x * P(X <= x) for a standard normal X, as in torch.nn.GELU.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `approximate` is neither "none" nor "tanh".

    Source: Hendrycks and Gimpel, 2016.

    Example:
        >>> GELU(approximate="tanh")
        GELU(approximate='tanh')
    """

    approximate: str = "none"
    each = Cost(adds=1, muls=3, functions=1)

    def __post_init__(self) -> None:
        if self.approximate not in {"none", "tanh"}:
            raise self.fail("approximate", self.approximate, "must be 'none' or 'tanh'")


@dataclass(frozen=True, repr=False, eq=False)
class SiLU(Elementwise):
    """x * sigmoid(x), also called swish, as in torch.nn.SiLU.

    Shapes: any, unchanged.

    Source: Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017.

    Example:
        >>> SiLU().output_shape((32, 112, 112))
        (32, 112, 112)
    """

    inplace: bool = False
    each = Cost(adds=1, muls=1, functions=2)


@dataclass(frozen=True, repr=False, eq=False)
class Mish(Elementwise):
    """x * tanh(softplus(x)), as in torch.nn.Mish.

    Shapes: any, unchanged.

    Source: Misra, 2019.

    Example:
        >>> Mish().output_shape((8, 8))
        (8, 8)
    """

    inplace: bool = False
    each = Cost(adds=1, muls=1, functions=3)


@dataclass(frozen=True, repr=False, eq=False)
class Softplus(Elementwise):
    """log(1 + exp(beta * x)) / beta, and x itself where beta * x > threshold, as in torch.nn.Softplus.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: an argument is not a number.

    Example:
        >>> Softplus(beta=2)
        Softplus(beta=2)
    """

    beta: float = 1.0
    threshold: float = 20.0
    each = Cost(adds=1, muls=1, comparisons=1, functions=3)

    def __post_init__(self) -> None:
        self.number("beta")
        self.number("threshold")
