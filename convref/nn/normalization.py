"""Layer, RMS, group and local response normalization, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass, field

from convref.errors import ShapeError
from convref.nn.base import Shape, numel
from convref.nn.batch_norm import scale_and_shift, statistics_cost
from convref.nn.checks import of_input
from convref.nn.cost import Cost
from convref.nn.pointwise import Pointwise
from convref.nn.saved import Saved
from convref.nn.window import Reaches, own_positions


@dataclass(frozen=True, repr=False, eq=False)
class LocalResponseNorm(Pointwise):
    """Normalization over neighbouring channels, as in torch.nn.LocalResponseNorm.

    Each element is divided by `(k + alpha / size * s) ** beta`, where s is the sum of the squares of the
    elements in the `size` nearest channels.

    Shapes: (C, *), unchanged.

    Raises:
        ArgumentError: `size` is not a positive integer.

    Source: Krizhevsky et al., 2012, section 3.3 (there `alpha` is not divided by `size`).

    Example:
        >>> LocalResponseNorm(5).output_shape((96, 55, 55))
        (96, 55, 55)
    """

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def __post_init__(self) -> None:
        self.integer("size", 1)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, after checking that it has channels and another axis."""
        if len(input_shape) < 2:
            name = type(self).__name__
            raise ShapeError(f"{name} takes an input of shape (C, *), but got {input_shape}")
        return input_shape

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: per element, a square, the sum of `size` squares, and the other operations."""
        count = numel(input_shape)
        return Cost(adds=count * self.size, muls=2 * count, functions=2 * count)

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: only its own position along each spatial axis.

        The result has None for the channels (axis 0), because each output reads several channels.
        """
        return (None, *own_positions(len(input_shape))[1:])

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass.

        These are the input, the padded squares of its elements, and two further values per element.
        """
        padded = (input_shape[0] + self.size - 1) * numel(input_shape[1:])
        return Saved(input=True, elements=padded + 2 * numel(input_shape))


class LastAxesNorm(Pointwise):
    """The base of layer and RMS normalization, which normalize over the last axes."""

    normalized_shape: int | Shape
    elementwise_affine: bool

    def _check_normalized_shape(self) -> None:
        shape = self.normalized_shape
        count = len(shape) if isinstance(shape, (tuple, list)) else 1
        self.normalize(normalized_shape=self.integers("normalized_shape", max(count, 1), 1))

    def shown(self, name: str, value: object) -> object:
        """Return the value of a field as `repr` writes it.

        This is an integer for a `normalized_shape` of one axis, otherwise a tuple.
        """
        if name == "normalized_shape":
            shape = self.sizes(name)
            return shape[0] if len(shape) == 1 else shape
        return super().shown(name, value)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, after checking its last axes."""
        sizes = self.sizes("normalized_shape")
        if input_shape[-len(sizes) :] != sizes:
            raise ShapeError(
                f"normalized_shape (={sizes}) must equal the last sizes of the input's shape {input_shape}"
            )
        return input_shape

    def _groups(self, input_shape: Shape) -> int:
        """Return the number of groups of elements; each group is normalized by its own mean or variance."""
        return numel(input_shape) // numel(self.sizes("normalized_shape"))


@dataclass(frozen=True, repr=False, eq=False)
class LayerNorm(LastAxesNorm):
    """Normalization over the last axes, as in torch.nn.LayerNorm.

    Shapes: (*, *normalized_shape), unchanged.

    Raises:
        ArgumentError: `normalized_shape` is not made of positive integers, or `eps` not a number.

    Source: Ba, Kiros and Hinton, 2016.

    Example:
        >>> LayerNorm(512).output_shape((50, 512))
        (50, 512)
        >>> LayerNorm((4, 4), bias=False).parameters()
        {'weight': (4, 4)}
    """

    normalized_shape: int | Shape
    eps: float = 1e-5
    elementwise_affine: bool = True
    bias: bool = True

    def __post_init__(self) -> None:
        self._check_normalized_shape()
        self.number("eps", 0)

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of `weight` and `bias`, by name; none if `elementwise_affine` is False."""
        shape = self.sizes("normalized_shape")
        return scale_and_shift(shape, affine=self.elementwise_affine, bias=self.bias)

    def cost(self, input_shape: Shape) -> Cost:
        """Return the operations for the mean and variance of each group and for scaling each element."""
        affine = self.elementwise_affine
        return statistics_cost(numel(input_shape), self._groups(input_shape), affine=affine)

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass.

        These are the input, and the mean and the inverse standard deviation of each group.
        """
        return Saved(input=True, elements=2 * self._groups(input_shape))


@dataclass(frozen=True, repr=False, eq=False)
class RMSNorm(LastAxesNorm):
    """Division by the root mean square of the last axes, as in torch.nn.RMSNorm.

    Shapes: (*, *normalized_shape), unchanged.

    Raises:
        ArgumentError: `normalized_shape` is not made of positive integers, or `eps` not a number.

    Source: Zhang and Sennrich, 2019.

    Example:
        >>> RMSNorm(512).parameters()
        {'weight': (512,)}
    """

    normalized_shape: int | Shape
    eps: float | None = None
    elementwise_affine: bool = True

    def __post_init__(self) -> None:
        self._check_normalized_shape()
        if self.eps is not None:
            self.number("eps", 0)

    def parameters(self) -> dict[str, Shape]:
        """Return the shape of `weight`, by name; none if `elementwise_affine` is False."""
        return scale_and_shift(self.sizes("normalized_shape"), affine=self.elementwise_affine, bias=False)

    def cost(self, input_shape: Shape) -> Cost:
        """Return the operations for the mean square of each group and for scaling each element."""
        count = numel(input_shape)
        scales = 2 if self.elementwise_affine else 1
        return Cost(adds=count, muls=(1 + scales) * count, functions=3 * self._groups(input_shape))

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass.

        These are the input, the root mean square of each group and, with a weight, the normalized values.
        """
        scaled = numel(input_shape) if self.elementwise_affine else 0
        return Saved(input=True, elements=self._groups(input_shape) + scaled)


@dataclass(frozen=True, repr=False, eq=False)
class GroupNorm(Pointwise):
    """Normalization of each sample over groups of its channels, as in torch.nn.GroupNorm.

    Shapes: (C, *), unchanged.

    Raises:
        ArgumentError: `num_groups` does not divide `num_channels`, or `eps` is not a number.

    Source: Wu and He, 2018.

    Example:
        >>> GroupNorm(32, 256).output_shape((256, 56, 56))
        (256, 56, 56)
    """

    num_groups: int
    num_channels: int
    eps: float = 1e-5
    affine: bool = True
    bias: bool = field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        self.integer("num_groups", 1)
        self.integer("num_channels", 1)
        self.number("eps", 0)
        if self.num_channels % self.num_groups:
            raise self.fail(
                "num_channels", self.num_channels, f"must be divisible by num_groups (={self.num_groups})"
            )

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, after checking its channels."""
        if input_shape[0] != self.num_channels:
            raise ShapeError(f"num_channels (={self.num_channels}) must equal {of_input(input_shape[0])}")
        return input_shape

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of `weight` and `bias`, one number per channel, if the layer has them."""
        return scale_and_shift((self.num_channels,), affine=self.affine, bias=self.bias)

    def cost(self, input_shape: Shape) -> Cost:
        """Return the operations for the mean and variance of each group and for scaling each element."""
        return statistics_cost(numel(input_shape), self.num_groups, affine=self.affine)

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass.

        These are the input, and the mean and the inverse standard deviation of each group.
        """
        return Saved(input=True, elements=2 * self.num_groups)
