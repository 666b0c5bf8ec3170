"""NumPy functions for operations that layers also perform: norms, softmax, pooling and resizing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.functional import adaptive, pooling
from convref.functional import normalization as norms
from convref.functional.distance import normalize
from convref.functional.folding import fold, unfold
from convref.functional.grid import affine_grid, grid_sample
from convref.functional.resampling import interpolate
from convref.functional.shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle
from convref.functional.softmax import log_softmax, softmax


def _batch_norm(
    x: Array,
    weight: Array | None,
    bias: Array | None,
    mean: Array | None,
    variance: Array | None,
    training: bool,
    _momentum: float,
    eps: float,
) -> tuple[Array, ...]:
    made = norms.batch_norm(x, mean, variance, weight, bias, training, eps=eps)
    return (made,)


def _layer_norm(
    x: Array, shape: Sequence[int], weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array]:
    return (norms.layer_norm(x, tuple(shape), weight, bias, eps),)


def _group_norm(
    x: Array, weight: Array | None, bias: Array | None, _n: int, _c: int, _size: int, groups: int, eps: float
) -> tuple[Array]:
    return (norms.group_norm(x, groups, weight, bias, eps),)


def _rms_norm(x: Array, shape: Sequence[int], weight: Array | None, eps: float | None) -> tuple[Array]:
    return (norms.rms_norm(x, tuple(shape), weight, eps),)


def _weight_norm(v: Array, g: Array, dim: int = 0) -> tuple[Array, Array]:
    axes = tuple(axis for axis in range(v.ndim) if axis != dim)
    length = np.sqrt(np.sum(np.square(v, dtype=np.float64), axis=axes, keepdims=True))
    return v * (g / length), length.reshape(g.shape)


def _softmax(x: Array, dim: int, *_rest: Any, **_options: Any) -> Array:
    return softmax(x, dim)


def _safe_softmax(x: Array, dim: int, *_rest: Any, **_options: Any) -> Array:
    """Return the softmax along `dim`, and 0 instead of NaN where all values along it are minus infinity."""
    made = softmax(x, dim)
    return np.where(np.all(np.isneginf(x), axis=dim, keepdims=True), 0, made)


def _max_pool(pool: Callable[..., Any]) -> Callable[..., Any]:
    def rule(
        x: Array, kernel: Any, stride: Any = (), padding: Any = 0, dilation: Any = 1, ceil_mode: bool = False
    ) -> Any:
        sizes = [
            tuple(each) if isinstance(each, list) else each for each in (kernel, stride, padding, dilation)
        ]
        return pool(x, sizes[0], sizes[1] or None, sizes[2], sizes[3], ceil_mode, return_indices=True)

    return rule


def _avg_pool(pool: Callable[..., Any]) -> Callable[..., Any]:
    def rule(
        x: Array,
        kernel: Any,
        stride: Any = (),
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor: int | None = None,
    ) -> Any:
        sizes = [tuple(each) if isinstance(each, list) else each for each in (kernel, stride, padding)]
        return pool(x, sizes[0], sizes[1] or None, sizes[2], ceil_mode, count_include_pad, divisor)

    return rule


def _resized(mode: str, *, corners: bool = False, smooth: bool = False) -> Callable[..., Any]:
    """Return a function `rule(x, size, …)` that resizes `x` to a size, with a mode of `interpolate`.

    If the operation's arguments also include scale factors, the size was computed from them and rounded. The
    function then uses the factors, since the rounded size would give other coordinates.

    Args:
        mode: the mode of `interpolate`.
        corners: whether the operation has an argument `align_corners` after the size.
        smooth: whether to antialias.
    """

    def rule(x: Array, size: Sequence[int], *rest: Any, **options: Any) -> Array:
        align = bool(rest[0]) if corners and rest else bool(options.get("align_corners", False))
        factors = [each for each in (rest[1:] if corners else rest) if each is not None]
        given = align if corners else None
        if factors and not align and len(factors) == len(size):
            exact = [int(x.shape[axis + 2] * factor) == size[axis] for axis, factor in enumerate(factors)]
            if all(exact):
                return interpolate(x, None, tuple(factors), mode, given, antialias=smooth)
        return interpolate(x, tuple(size), None, mode, given, antialias=smooth)

    return rule


def _grid_sample(
    x: Array, grid: Array, mode: int = 0, padding: int = 0, align_corners: bool = False
) -> Array:
    modes, paddings = ("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection")
    return grid_sample(x, grid, modes[mode], paddings[padding], align_corners)


def _im2col(x: Array, kernel: Any, dilation: Any, padding: Any, stride: Any) -> Array:
    return unfold(x, tuple(kernel), tuple(dilation), tuple(padding), tuple(stride))


def _col2im(x: Array, size: Any, kernel: Any, dilation: Any, padding: Any, stride: Any) -> Array:
    return fold(x, tuple(size), tuple(kernel), tuple(dilation), tuple(padding), tuple(stride))


LAYERS: dict[str, Callable[..., Any]] = {
    "native_batch_norm": _batch_norm,
    "native_layer_norm": _layer_norm,
    "native_group_norm": _group_norm,
    "_fused_rms_norm": _rms_norm,
    "_weight_norm_interface": _weight_norm,
    "normalize": normalize,
    "_softmax": _softmax,
    "_safe_softmax": _safe_softmax,
    "_log_softmax": lambda x, dim, *_rest, **_options: log_softmax(x, dim),
    "max_pool2d_with_indices": _max_pool(pooling.max_pool2d),
    "max_pool3d_with_indices": _max_pool(pooling.max_pool3d),
    "avg_pool2d": _avg_pool(pooling.avg_pool2d),
    "avg_pool3d": _avg_pool(pooling.avg_pool3d),
    "_adaptive_avg_pool2d": lambda x, size: adaptive.adaptive_avg_pool2d(x, tuple(size)),
    "_adaptive_avg_pool3d": lambda x, size: adaptive.adaptive_avg_pool3d(x, tuple(size)),
    "adaptive_max_pool2d": lambda x, size: adaptive.adaptive_max_pool2d(x, tuple(size), return_indices=True),
    "adaptive_max_pool3d": lambda x, size: adaptive.adaptive_max_pool3d(x, tuple(size), return_indices=True),
    **{f"upsample_nearest{rank}d": _resized("nearest") for rank in (1, 2, 3)},
    "_upsample_nearest_exact2d": _resized("nearest-exact"),
    "upsample_linear1d": _resized("linear", corners=True),
    "upsample_bilinear2d": _resized("bilinear", corners=True),
    "upsample_bicubic2d": _resized("bicubic", corners=True),
    "upsample_trilinear3d": _resized("trilinear", corners=True),
    "_upsample_bilinear2d_aa": _resized("bilinear", corners=True, smooth=True),
    "_upsample_bicubic2d_aa": _resized("bicubic", corners=True, smooth=True),
    **dict.fromkeys(("grid_sampler_2d", "grid_sampler_3d"), _grid_sample),
    "affine_grid_generator": lambda theta, size, corners: affine_grid(theta, tuple(size), corners),
    "im2col": _im2col,
    "col2im": _col2im,
    "pixel_shuffle": pixel_shuffle,
    "pixel_unshuffle": pixel_unshuffle,
    "channel_shuffle": channel_shuffle,
}
