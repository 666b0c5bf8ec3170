"""Interpolation to another size, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from convref.errors import ShapeError
from convref.nn.base import Cost, Layer, Shape, Window, numel
from convref.wording import counted

Sizes = int | tuple[int, ...] | None
Factors = float | tuple[float, ...] | None

RANKS = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
TAPS = {"nearest": 1, "nearest-exact": 1, "area": 1, "linear": 2, "bilinear": 2, "trilinear": 2, "bicubic": 4}


class _Resampling(Layer):
    """What interpolations share."""

    size: Sizes
    scale_factor: Factors

    def _check_target(self) -> None:
        size, factor = self.size, self.scale_factor
        if (size is None) == (factor is None):
            raise self.fail("size", size, f"or scale_factor (={factor!r}) must be given, and not both")
        if size is not None:
            count = len(size) if isinstance(size, (tuple, list)) else 1
            sizes = self.integers("size", self.rank or max(count, 1), 1)
            self.normalize(size=sizes if isinstance(size, (tuple, list)) else size)
            return
        many = tuple(factor) if isinstance(factor, (tuple, list)) else (factor,)
        if not many or not all(isinstance(each, (int, float)) and each > 0 for each in many):
            raise self.fail("scale_factor", factor, "must be a positive number or a tuple of them")
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
            raise ShapeError(f"scale_factor (={given}) leaves nothing of the size {space}")
        return sizes

    @property
    def _taps(self) -> int:
        """How many elements along each axis make one."""
        raise NotImplementedError

    def output_shape(self, input_shape: Shape) -> Shape:
        """The channels at the size wanted, `floor(size * scale_factor)`."""
        channels, space = self.channels_and_space(input_shape)
        return (channels, *self._sizes(space))

    def window(self, input_shape: Shape) -> Window:
        """The elements that make one, which several outputs may share."""
        space, sizes = input_shape[1:], self.output_shape(input_shape)[1:]
        taps, ones = self._taps, (1,) * len(space)
        steps = tuple(Fraction(size, out) for size, out in zip(space, sizes, strict=True))
        return Window((taps,) * len(space), steps, ((taps - 1) // 2,) * len(space), ones)

    def cost(self, input_shape: Shape) -> Cost:
        """A product for each element that makes one, and their sum."""
        out, count = numel(self.output_shape(input_shape)), self._taps ** (len(input_shape) - 1)
        return Cost(adds=out * (count - 1), muls=out * count) if count > 1 else Cost()

    def makes_map(self, input_shape: Shape) -> bool:
        """Where the size changes."""
        return self.output_shape(input_shape) != input_shape


@dataclass(frozen=True, repr=False, eq=False)
class Upsample(_Resampling):
    """Interpolation to a size or by a factor, as in torch.nn.Upsample.

    Shapes: (C, L), (C, H, W) or (C, D, H, W) -> (C, *sizes).

    Raises:
        ArgumentError: not one of `size` and `scale_factor` is given, `mode` is unknown, or
            `align_corners` or `recompute_scale_factor` is given where it says nothing.

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
        if self.mode not in TAPS:
            raise self.fail("mode", self.mode, f"must be one of {', '.join(TAPS)}")
        if self.align_corners is not None and self.mode not in RANKS:
            raise self.fail("align_corners", self.align_corners, f"must be None with mode {self.mode!r}")
        if self.recompute_scale_factor and self.size is not None:
            raise self.fail("recompute_scale_factor", True, "must not be given with size")

    def shown(self, name: str, value: object) -> object:  # noqa: ARG002 - the contract's signature
        """Sizes as they are: one for each axis fixes the number of axes."""
        return value

    @property
    def _taps(self) -> int:
        return TAPS[self.mode]

    def output_shape(self, input_shape: Shape) -> Shape:
        """The channels at the size wanted, `floor(size * scale_factor)`."""
        axes = len(input_shape) - 1
        if axes not in {1, 2, 3} or RANKS.get(self.mode, axes) != axes:
            axes_told = counted(axes, "spatial axis", "spatial axes")
            raise ShapeError(f"mode (={self.mode!r}) does not fit the {axes_told} of {input_shape}")
        return super().output_shape(input_shape)


@dataclass(frozen=True, repr=False, eq=False)
class _Upsampling2d(_Resampling):
    size: Sizes = None
    scale_factor: Factors = None
    rank = 2
    taps_per_axis: ClassVar[int]

    def __post_init__(self) -> None:
        self._check_target()

    @property
    def _taps(self) -> int:
        return self.taps_per_axis


class UpsamplingNearest2d(_Upsampling2d):
    """The nearest element at each place, as in torch.nn.UpsamplingNearest2d.

    Shapes: (C, H, W) -> (C, *sizes).

    Raises:
        ArgumentError: not one of `size` and `scale_factor` is given.

    Example:
        >>> UpsamplingNearest2d(scale_factor=2).output_shape((64, 7, 7))
        (64, 14, 14)
    """

    taps_per_axis = 1


class UpsamplingBilinear2d(_Upsampling2d):
    """Bilinear interpolation with corners aligned, as in torch.nn.UpsamplingBilinear2d.

    Shapes: (C, H, W) -> (C, *sizes).

    Raises:
        ArgumentError: not one of `size` and `scale_factor` is given.

    Example:
        >>> UpsamplingBilinear2d(size=(20, 30)).output_shape((64, 7, 7))
        (64, 20, 30)
    """

    taps_per_axis = 2
