"""Layers that move channels: among groups, or into space and back, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, Window
from convref.nn.checks import arriving


@dataclass(frozen=True, repr=False, eq=False)
class ChannelShuffle(Layer):
    """The channels of all groups dealt out in turn, as in torch.nn.ChannelShuffle.

    Channel `g * n + i` (place i of n in group g) becomes channel `i * groups + g`.

    Shapes: (C, *) with at least one spatial axis, unchanged; C is divisible by `groups`.

    Raises:
        ArgumentError: `groups` is not a positive integer.

    Source: Zhang et al., 2017, ShuffleNet.

    Example:
        >>> ChannelShuffle(3).output_shape((240, 28, 28))
        (240, 28, 28)
    """

    groups: int

    def __post_init__(self) -> None:
        self.integer("groups", 1)

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        if len(input_shape) < 2:
            raise ShapeError(f"ChannelShuffle takes an input of shape (C, *), but {input_shape} arrives")
        if input_shape[0] % self.groups:
            raise ShapeError(f"groups (={self.groups}) must divide {arriving(input_shape[0])}")
        return input_shape


@dataclass(frozen=True, repr=False, eq=False)
class PixelShuffle(Layer):
    """Channels laid out as a grid of pixels, as in torch.nn.PixelShuffle.

    Shapes: (C * r**2, H, W) -> (C, H * r, W * r) for r = `upscale_factor`.

    Raises:
        ArgumentError: the factor is not a positive integer.

    Source: Shi et al., 2016, Real-time single image and video super-resolution.

    Example:
        >>> PixelShuffle(3).output_shape((9, 4, 4))
        (1, 12, 12)
    """

    upscale_factor: int
    rank = 2

    def __post_init__(self) -> None:
        self.integer("upscale_factor", 1)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Fewer channels, more places."""
        channels, space = self.channels_and_space(input_shape)
        left, over = divmod(channels, self.upscale_factor**2)
        if over:
            raise ShapeError(
                f"upscale_factor (={self.upscale_factor}) squared must divide {arriving(channels)}"
            )
        return (left, *[size * self.upscale_factor for size in space])

    def window(self, input_shape: Shape) -> Window:  # noqa: ARG002 - the contract's signature
        """One element, which `upscale_factor` neighbours share."""
        return Window((1, 1), (Fraction(1, self.upscale_factor),) * 2, (0, 0), (1, 1))


@dataclass(frozen=True, repr=False, eq=False)
class PixelUnshuffle(Layer):
    """Squares of pixels stacked as channels, as in torch.nn.PixelUnshuffle.

    Shapes: (C, H * r, W * r) -> (C * r**2, H, W) for r = `downscale_factor`.

    Raises:
        ArgumentError: the factor is not a positive integer.

    Source: Shi et al., 2016, Real-time single image and video super-resolution.

    Example:
        >>> PixelUnshuffle(3).output_shape((1, 12, 12))
        (9, 4, 4)
    """

    downscale_factor: int
    rank = 2

    def __post_init__(self) -> None:
        self.integer("downscale_factor", 1)

    def output_shape(self, input_shape: Shape) -> Shape:
        """More channels, fewer places."""
        channels, space = self.channels_and_space(input_shape)
        factor = self.downscale_factor
        if any(size % factor for size in space):
            raise ShapeError(f"downscale_factor (={factor}) must divide the sizes {space} that arrive")
        return (channels * factor**2, *[size // factor for size in space])

    def window(self, input_shape: Shape) -> Window:  # noqa: ARG002 - the contract's signature
        """The square."""
        return Window((self.downscale_factor,) * 2, (self.downscale_factor,) * 2, (0, 0), (1, 1))
