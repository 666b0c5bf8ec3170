"""Smooth functions similar to the rectifier: ELU and its variants, GELU, SiLU, Mish, Softplus."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.activation import Elementwise
from convref.nn.cost import Cost


@dataclass(frozen=True, repr=False, eq=False)
class ELU(Elementwise):
    """Exponential linear unit: x where x > 0, else `alpha * (exp(x) - 1)`, as in torch.nn.ELU.

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
    """A scaled ELU whose constants keep values at mean 0 and variance 1, as in torch.nn.SELU.

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
        ArgumentError: `alpha` is not a number, or is 0.

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
            raise self.fail("alpha", self.alpha, "must not be 0: the formula divides by it")


@dataclass(frozen=True, repr=False, eq=False)
class GELU(Elementwise):
    """x * P(X <= x), where X has a standard normal distribution, as in torch.nn.GELU.

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
    """log(1 + exp(beta * x)) / beta, or x where beta * x > threshold, as in torch.nn.Softplus.

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
