"""Layers that reorder channels, or move elements between channels and spatial positions, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.checks import of_input
from convref.nn.cost import NO_COST, Cost
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.window import Reach, Reaches, Window, own_positions


class Moving(Layer):
    """The base of layers that move elements without any arithmetic."""

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero."""
        return NO_COST

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return False: the elements count as moved in place."""
        return False

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return an empty `Saved`, because autograd keeps no values for the backward pass.

        The gradient only moves elements back.
        """
        return NOTHING_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class ChannelShuffle(Moving):
    """Reorders the channels so that those of different groups alternate, as torch.nn.ChannelShuffle.

    Of the n channels in group g, channel i moves from `g * n + i` to `i * groups + g`.

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
        """Return the input's shape, after checking its channels."""
        if len(input_shape) < 2:
            name = type(self).__name__
            raise ShapeError(f"{name} takes an input of shape (C, *), but got {input_shape}")
        if input_shape[0] % self.groups:
            raise ShapeError(f"groups (={self.groups}) must divide {of_input(input_shape[0])}")
        return input_shape

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: only its own position along each spatial axis.

        The result has None for the channels (axis 0), because they are reordered.
        """
        return (None, *own_positions(len(input_shape))[1:])


@dataclass(frozen=True, repr=False, eq=False)
class PixelShuffle(Moving):
    """Rearranges each r * r channels into an r × r square of pixels, as torch.nn.PixelShuffle.

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
        """Return (C / r**2, H * r, W * r) for an input (C, H, W), with r = `upscale_factor`."""
        channels, space = self.channels_and_space(input_shape)
        left, over = divmod(channels, self.upscale_factor**2)
        if over:
            raise ShapeError(
                f"upscale_factor (={self.upscale_factor}) squared must divide {of_input(channels)}"
            )
        return (left, *[size * self.upscale_factor for size in space])

    def window(self, input_shape: Shape) -> Window:  # noqa: ARG002 - the contract's signature
        """Return a window of one input element; neighbouring outputs are 1 / `upscale_factor` apart."""
        return Window((1, 1), (Fraction(1, self.upscale_factor),) * 2, (0, 0), (1, 1))

    def reach(self, input_shape: Shape) -> Reaches:  # noqa: ARG002 - the contract's signature
        """Return the input positions that each output reads.

        Along a spatial axis, `upscale_factor` neighbouring outputs read the same position.
        """
        shared = (0,) * self.upscale_factor
        return (None, Reach(1, shared, shared), Reach(2, shared, shared))


@dataclass(frozen=True, repr=False, eq=False)
class PixelUnshuffle(Moving):
    """Rearranges each r × r square of pixels into r * r channels, as torch.nn.PixelUnshuffle.

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
        """Return (C * r**2, H / r, W / r) for an input (C, H, W), with r = `downscale_factor`."""
        channels, space = self.channels_and_space(input_shape)
        factor = self.downscale_factor
        if any(size % factor for size in space):
            raise ShapeError(f"downscale_factor (={factor}) must divide the input's sizes {space}")
        return (channels * factor**2, *[size // factor for size in space])

    def window(self, input_shape: Shape) -> Window:  # noqa: ARG002 - the contract's signature
        """Return a square window with `downscale_factor` positions per side."""
        return Window((self.downscale_factor,) * 2, (self.downscale_factor,) * 2, (0, 0), (1, 1))
