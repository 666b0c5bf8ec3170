"""`Elementwise`, the base of elementwise activation functions, and the rectifiers, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from convref.errors import ShapeError
from convref.nn.base import Shape, numel
from convref.nn.checks import of_input
from convref.nn.cost import Cost
from convref.nn.pointwise import Pointwise
from convref.nn.saved import OUTPUT_SAVED, Saved


class Elementwise(Pointwise):
    """Base of layers that apply a function to each element; the shape does not change.

    A subclass only has to set `each`, because this class implements all methods of a layer. This is enough to
    analyze networks with the layer. To run it, pass functions for NumPy and torch to `convref.nn.register`.

    Attributes:
        each: the cost of applying the function to one element.
    """

    each: ClassVar[Cost]

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost of one element times the number of input elements."""
        return self.each * numel(input_shape)


@dataclass(frozen=True, repr=False, eq=False)
class ReLU(Elementwise):
    """Rectified linear unit, max(x, 0), as in torch.nn.ReLU.

    With `inplace`, the torch module overwrites its input, even if other layers read the input too. The same
    holds for the other activation functions. `convref.functional.run` ignores `inplace` and never changes an
    input.

    Shapes: any, unchanged.

    Source: Nair and Hinton, 2010.

    Example:
        >>> ReLU().output_shape((64, 224, 224))
        (64, 224, 224)
    """

    inplace: bool = False
    each = Cost(comparisons=1)

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps: the output, because the gradient needs only its sign."""
        return OUTPUT_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class ReLU6(Elementwise):
    """Rectified linear unit clipped at 6, min(max(x, 0), 6), as in torch.nn.ReLU6.

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
    """Leaky rectifier: x where x > 0 and `negative_slope * x` elsewhere, as in torch.nn.LeakyReLU.

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
    """Parametric rectifier: x where x > 0 and `weight * x` elsewhere, as in torch.nn.PReLU.

    The slope `weight` is learnt: one number for all channels, or one number per channel.

    Shapes: (C, *), unchanged; weight (num_parameters).

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
        """Return the input's shape, after checking its channels against `num_parameters`."""
        if self.num_parameters not in {1, *input_shape[:1]}:
            raise ShapeError(
                f"num_parameters (={self.num_parameters}) must be 1 or equal {of_input(input_shape[0])}"
            )
        return input_shape

    def parameters(self) -> dict[str, Shape]:
        """Return a dict with the shape of the slopes under the name `weight`."""
        return {"weight": (self.num_parameters,)}


@dataclass(frozen=True, repr=False, eq=False)
class RReLU(Elementwise):
    """A leaky rectifier whose slope is drawn at random in training, as in torch.nn.RReLU.

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

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps: the input and one random slope per element."""
        return Saved(input=True, elements=numel(input_shape))
