"""Interpolation to another spatial size, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.cost import NO_COST, Cost
from convref.nn.saved import INPUT_SAVED, NOTHING_SAVED, Saved
from convref.nn.window import TAPS, Reach, Reaches, Window, pooled_axis, resampled_axis
from convref.wording import counted, is_among

Sizes = int | tuple[int, ...] | None
Factors = float | tuple[float, ...] | None

RANKS = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
FINEST = 1000
"""The largest denominator of a scale factor, as a fraction: 1.7 is 17 / 10."""


class Resampling(Layer):
    """The base of layers that interpolate to another spatial size."""

    size: Sizes
    scale_factor: Factors
    mode: str
    align_corners: bool | None

    def _check_target(self) -> None:
        size, factor = self.size, self.scale_factor
        if (size is None) == (factor is None):
            raise self.fail("size", size, f"or scale_factor (={factor!r}) must be given, but not both")
        if size is not None:
            count = len(size) if isinstance(size, (tuple, list)) else 1
            sizes = self.integers("size", self.rank or max(count, 1), 1)
            self.normalize(size=sizes if isinstance(size, (tuple, list)) else size)
            return
        many = tuple(factor) if isinstance(factor, (tuple, list)) else (factor,)
        if not many or not all(isinstance(each, (int, float)) and each > 0 for each in many):
            raise self.fail(
                "scale_factor", factor, "must be a positive number or a tuple of positive numbers"
            )
        self.normalize(scale_factor=many if isinstance(factor, (tuple, list)) else factor)

    def _sizes(self, space: Shape) -> Shape:
        given = self.size if self.size is not None else self.scale_factor
        many = given if isinstance(given, tuple) else (given,) * len(space)
        name = "size" if self.size is not None else "scale_factor"
        if len(many) != len(space):
            raise ShapeError(f"{name} (={given}) must have one number for each spatial axis of {space}")
        if name == "size":
            return tuple(int(each or 0) for each in many)
        sizes = tuple(int(size * float(each or 0)) for size, each in zip(space, many, strict=True))
        if min(sizes) < 1:
            raise ShapeError(f"scale_factor (={given}) scales the sizes {space} to less than one element")
        return sizes

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (C, *sizes), where each size is `size` or `floor(input size * scale_factor)`."""
        channels, space = self.channels_and_space(input_shape)
        return (channels, *self._sizes(space))

    def window(self, input_shape: Shape) -> Window:
        """Return the window of input elements from which an output is interpolated.

        The stride of the window is the distance between neighbouring outputs, in input elements: 1/2 for an
        upsampling by 2.
        """
        space, sizes = input_shape[1:], self.output_shape(input_shape)[1:]
        taps, ones = TAPS[self.mode], (1,) * len(space)
        steps = tuple(Fraction(size, out) for size, out in zip(space, sizes, strict=True))
        return Window((taps,) * len(space), steps, ((taps - 1) // 2,) * len(space), ones)

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions from which each output is interpolated, along each spatial axis."""
        pairs = zip(input_shape[1:], self.output_shape(input_shape)[1:], strict=True)
        return (Reach(0), *[self._reach_along(axis, *sizes) for axis, sizes in enumerate(pairs, 1)])

    def _reach_along(self, axis: int, size: int, out: int) -> Reach:
        if self.mode == "area":
            return pooled_axis(axis, size, out)
        if self.align_corners:
            ratio = Fraction(size - 1, out - 1) if out > 1 else Fraction(0)
            return resampled_axis(axis, ratio, self.mode, align_corners=True)
        return resampled_axis(axis, self._ratio(axis, size, out), self.mode)

    def _ratio(self, axis: int, size: int, out: int) -> Fraction:  # noqa: ARG002 - `Upsample` asks for the axis
        """Return the distance between neighbouring output positions, measured in input positions."""
        return Fraction(size, out)

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: each output element is a weighted sum of the input elements in its window."""
        out, count = numel(self.output_shape(input_shape)), TAPS[self.mode] ** (len(input_shape) - 1)
        return Cost(adds=out * (count - 1), muls=out * count) if count > 1 else NO_COST

    def makes_map(self, input_shape: Shape) -> bool:
        """Return whether the output is a new feature map, which it is if the spatial size changes."""
        return self.output_shape(input_shape) != input_shape

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass.

        In the mode "area" this is the input. In the other modes nothing is kept, and the `Saved` is empty.
        """
        return INPUT_SAVED if self.mode == "area" else NOTHING_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class Upsample(Resampling):
    """Interpolation to a given size or by a factor, as in torch.nn.Upsample.

    Shapes: (C, L), (C, H, W) or (C, D, H, W) -> (C, *sizes).

    Raises:
        ArgumentError: both or neither of `size` and `scale_factor` are given, `mode` is unknown, or
            `align_corners` or `recompute_scale_factor` is given where it has no effect.

    Example:
        >>> Upsample(scale_factor=2, mode="bilinear").output_shape((64, 7, 7))
        (64, 14, 14)
    """

    size: Sizes = None
    scale_factor: Factors = None
    mode: str = "nearest"
    align_corners: bool | None = None
    recompute_scale_factor: bool | None = None

    def __post_init__(self) -> None:
        self._check_target()
        if not is_among(self.mode, TAPS):
            raise self.fail("mode", self.mode, f"must be one of {', '.join(TAPS)}")
        if self.align_corners is not None and self.mode not in RANKS:
            raise self.fail("align_corners", self.align_corners, f"must be None with mode {self.mode!r}")
        if self.recompute_scale_factor and self.size is not None:
            raise self.fail("recompute_scale_factor", True, "must not be given with size")

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - the contract's signature
        """Return the value unchanged, so that `repr` writes one size or factor per axis."""
        return value

    def _ratio(self, axis: int, size: int, out: int) -> Fraction:
        """Return the distance between neighbouring output positions, measured in input positions.

        It is `1 / scale_factor` if a factor is given and `recompute_scale_factor` is not set. Otherwise it is
        the input size divided by the output size.
        """
        factor = self.scale_factor
        if factor is None or self.recompute_scale_factor:
            return Fraction(size, out)
        given = factor[axis - 1] if isinstance(factor, tuple) else factor
        return 1 / Fraction(given).limit_denominator(FINEST)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (C, *sizes), where each size is `size` or `floor(input size * scale_factor)`."""
        axes = len(input_shape) - 1
        if axes not in {1, 2, 3} or RANKS.get(self.mode, axes) != axes:
            shown = counted(axes, "spatial axis", "spatial axes")
            raise ShapeError(f"mode (={self.mode!r}) does not fit the {shown} of {input_shape}")
        return super().output_shape(input_shape)


@dataclass(frozen=True, repr=False, eq=False)
class Upsampling2d(Resampling):
    """The base class of the 2-D upsampling layers whose interpolation mode is set by the class."""

    size: Sizes = None
    scale_factor: Factors = None
    rank = 2

    def __post_init__(self) -> None:
        self._check_target()


class UpsamplingNearest2d(Upsampling2d):
    """2-D upsampling by copying the nearest element, as in torch.nn.UpsamplingNearest2d.

    Shapes: (C, H, W) -> (C, *sizes).

    Raises:
        ArgumentError: both or neither of `size` and `scale_factor` are given.

    Example:
        >>> UpsamplingNearest2d(scale_factor=2).output_shape((64, 7, 7))
        (64, 14, 14)
    """

    mode = "nearest"
    align_corners = None


class UpsamplingBilinear2d(Upsampling2d):
    """2-D bilinear upsampling with aligned corners, as in torch.nn.UpsamplingBilinear2d.

    Shapes: (C, H, W) -> (C, *sizes).

    Raises:
        ArgumentError: both or neither of `size` and `scale_factor` are given.

    Example:
        >>> UpsamplingBilinear2d(size=(20, 30)).output_shape((64, 7, 7))
        (64, 20, 30)
    """

    mode = "bilinear"
    align_corners = True
