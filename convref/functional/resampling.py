"""Resize the spatial axes of an array, as torch.nn.functional.interpolate.

Every mode except ``"area"`` is separable: along an axis each output is a weighted sum of a few inputs, so the
axes are resized one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from numbers import Real
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from convref.arrays.arguments import Ints, integer, shown
from convref.arrays.calls import checked
from convref.arrays.checks import NUMERIC, room_for, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.functional import _resampling as plan
from convref.functional.adaptive import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from convref.wording import is_among

Factors: TypeAlias = float | Sequence[float]

_WHERE = "interpolate"
_RANKS = MappingProxyType(
    {
        "nearest": (1, 2, 3),
        "nearest-exact": (1, 2, 3),
        "area": (1, 2, 3),
        "linear": (1,),
        "bilinear": (2,),
        "bicubic": (2,),
        "trilinear": (3,),
        "lanczos": (2,),
    }
)
_BLOCKS = ("nearest", "nearest-exact", "area")
_SMOOTHING = ("bilinear", "bicubic", "lanczos")


@checked
def interpolate(
    input: Array,
    size: Ints | None = None,
    scale_factor: Factors | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Array:
    """Resize the spatial axes of an input (N, C, *spatial) to `size`, or by the factors `scale_factor`.

    Args:
        input: (N, C, *spatial) with one to three spatial axes; floating. With two spatial axes, or in the
            modes "nearest" and "nearest-exact", also uint8; the result is then rounded after resizing each
            axis.
        size: the size of the output: one number for all spatial axes, or one per axis.
        scale_factor: the factor by which the sizes are multiplied, if `size` is not given: one number for all
            spatial axes, or one per axis. The resulting sizes are rounded down.
        mode: ``"nearest"``, ``"nearest-exact"``, ``"area"`` for any number of axes; ``"linear"`` for
            one, ``"bilinear"``, ``"bicubic"`` and (antialiased only) ``"lanczos"`` for two,
            ``"trilinear"`` for three.
        align_corners: align the centres of the input's and the output's corner pixels, instead of their outer
            edges.
        recompute_scale_factor: compute the distance between neighbouring outputs from the rounded size
            instead of from `scale_factor`.
        antialias: when shrinking, average over all inputs that an output replaces; for two spatial axes only.

    Raises:
        ArgumentError: an argument has an invalid type or value, or the mode does not support it.
        ShapeError: the input has the wrong number of axes for the mode, or a size is 0.

    Example:
        >>> interpolate(np.array([[[0.0, 4.0]]]), scale_factor=2, mode="linear")
        array([[[0., 1., 3., 4.]]])
    """
    x = tensor(_WHERE, "input", input, NUMERIC)
    if x.dtype.kind != "f" and (x.dtype != np.uint8 or mode in {"area", "linear", "trilinear"}):
        raise ArgumentError(f"{_WHERE}: input (of type {x.dtype}) must be floating for the mode {mode!r}")
    rank = x.ndim - 2
    _check_mode(mode, rank, align_corners, antialias)
    output, factors = _sizes(x.shape[2:], size, scale_factor)
    if recompute_scale_factor and size is not None:
        raise ArgumentError(
            f"{_WHERE}: recompute_scale_factor (=True) can only be given with scale_factor, not with size"
        )
    if min(*x.shape[1:], *output) < 1:
        raise ShapeError(
            f"{_WHERE}: sizes must be positive, but the input of shape "
            f"{x.shape} would become {(*x.shape[:2], *output)}"
        )
    room_for((*x.shape[:2], *output), x.dtype)
    if mode == "area":
        return [adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d][rank - 1](x, output)
    if recompute_scale_factor:
        factors = (None,) * rank
    y = wide(x)
    # The axes are resized one after the other; their order matters for uint8, which is rounded each time.
    for axis in range(x.ndim - 1, 1, -1):
        step = plan.resize(
            x.shape[axis], output[axis - 2], factors[axis - 2], align_corners=bool(align_corners)
        )
        index, weight = _taps(mode, step, np.result_type(y, np.float32), antialias=antialias)
        y = (
            _resized(y, axis, index, weight)
            if x.dtype.kind == "f"
            else _resized_bytes(y, axis, index, weight)
        )
    return y.astype(x.dtype, copy=False)


@checked
def upsample(
    input: Array,
    size: Ints | None = None,
    scale_factor: Factors | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Array:
    """Call `interpolate`; this is its older name.

    Example:
        >>> upsample(np.array([[[1.0, 2.0]]]), scale_factor=2)
        array([[[1., 1., 2., 2.]]])
    """
    return interpolate(input, size, scale_factor, mode, align_corners)


@checked
def upsample_nearest(input: Array, size: Ints | None = None, scale_factor: Factors | None = None) -> Array:
    """Call `interpolate` with the mode "nearest".

    Example:
        >>> upsample_nearest(np.array([[[1.0, 2.0]]]), 4)
        array([[[1., 1., 2., 2.]]])
    """
    return interpolate(input, size, scale_factor, "nearest")


@checked
def upsample_bilinear(input: Array, size: Ints | None = None, scale_factor: Factors | None = None) -> Array:
    """Call `interpolate` with the mode "bilinear" and aligned corners.

    Example:
        >>> upsample_bilinear(np.array([[[[0.0, 2.0]]]]), (1, 3))
        array([[[[0., 1., 2.]]]])
    """
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)


def _check_mode(mode: str, rank: int, align_corners: bool | None, antialias: bool) -> None:
    if not is_among(mode, _RANKS):
        raise ArgumentError(f"{_WHERE}: mode (={mode!r}) must be one of {', '.join(_RANKS)}")
    if rank not in _RANKS[mode]:
        axes = " or ".join(str(each + 2) for each in _RANKS[mode])
        raise ShapeError(
            f"{_WHERE}: input (with {rank + 2} axes) must have {axes} axes for the mode {mode!r}"
        )
    if align_corners is not None and mode in _BLOCKS:
        raise ArgumentError(f"{_WHERE}: align_corners (={align_corners}) must be left out with mode {mode!r}")
    if antialias and mode not in _SMOOTHING:
        raise ArgumentError(
            f"{_WHERE}: antialias (=True) can only be given with the mode {' or '.join(_SMOOTHING)}"
        )
    if mode == "lanczos" and (align_corners or not antialias):
        raise ArgumentError(
            f"{_WHERE}: mode (='lanczos') needs antialias=True. It cannot be combined with align_corners"
        )


def _sizes(size: Sequence[int], asked: Any, factor: Any) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """Return the output size, and the scale factor of each axis, which is None if `size` was given.

    Args:
        size: the sizes of the input's spatial axes.
        asked: the argument `size` of `interpolate`.
        factor: the argument `scale_factor` of `interpolate`.
    """
    if (asked is None) == (factor is None):
        raise ArgumentError(
            f"{_WHERE}: size (={asked!r}) or scale_factor (={factor!r}) must be given, but not both"
        )
    name, given = ("size", asked) if factor is None else ("scale_factor", factor)
    each = tuple(given) if isinstance(given, Sequence) else (given,) * len(size)
    if len(each) != len(size):
        raise ArgumentError(
            f"{_WHERE}: {name} (={given!r}) must be one number, or {len(size)} numbers, one per spatial axis"
        )
    if factor is None:
        return tuple(integer(_WHERE, "size", m) for m in each), (None,) * len(size)
    if not all(not isinstance(f, bool) and isinstance(f, Real) and isfinite(f) for f in each):
        raise ArgumentError(f"{_WHERE}: scale_factor (={shown(given)}) must consist of finite numbers")
    factors = tuple(map(float, each))
    # The scale stays the given factor even where the size was rounded down, as in torch.
    return tuple(int(n * f) for n, f in zip(size, factors, strict=True)), factors


def _taps(mode: str, axis: plan.Resize, dtype: Any, *, antialias: bool) -> tuple[Array, Array]:
    """Return, for resizing one axis, the indices of the inputs that each output reads, and their weights."""
    if mode == "nearest":
        return plan.nearest(axis, 0, dtype)
    if mode == "nearest-exact":
        return plan.nearest(axis, 0.5, dtype)
    if mode == "lanczos":
        return plan.smoothed(axis, plan.lanczos_kernel, 3)
    if mode == "bicubic":
        if antialias:
            return plan.smoothed(axis, lambda t: plan.cubic_kernel(t, plan.ANTIALIASED), 2)
        return plan.cubic(axis)
    return plan.smoothed(axis, plan.triangle_kernel, 1) if antialias else plan.linear(axis)


@ieee()
def _resized(x: Array, axis: int, index: Array, weight: Array) -> Array:
    """Resize one axis: return for each output the weighted sum of the inputs at its indices.

    `index` and `weight` have the shape (outputs, taps). Row i holds the indices of the inputs that output i
    reads, and their weights.
    """
    if index.shape[1] == 1:
        return x.take(index[:, 0], axis=axis)
    shape = [1] * x.ndim
    shape[axis] = len(index)
    y = np.zeros((), x.dtype)
    for tap in range(index.shape[1]):
        y = y + x.take(index[:, tap], axis=axis) * weight[:, tap].astype(x.dtype).reshape(shape)
    return y


def _resized_bytes(x: Array, axis: int, index: Array, weight: Array) -> Array:
    """Resize one axis of a uint8 array with 16-bit fixed-point weights, as torch does; see `_resized`."""
    if index.shape[1] == 1:
        return x.take(index[:, 0], axis=axis)
    # torch stores the weights as signed 16-bit integers, with as many fractional bits as the largest weight
    # allows.
    most = weight.max()
    bits = next(bits for bits in range(22) if bits == 21 or int(0.5 + most * 2.0 ** (bits + 1)) >= 1 << 15)
    whole = np.trunc(weight * 2.0**bits + np.copysign(0.5, weight)).astype(np.int64)
    sums = _resized(x.astype(np.int64), axis, index, whole)
    # Adding half a unit before the shift makes it round to the nearest integer instead of down.
    return ((sums + (1 << bits >> 1)) >> bits).clip(0, 255).astype(np.uint8)
