"""Sample images at the points of a grid, as torch.nn.functional.grid_sample and affine_grid."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from types import MappingProxyType

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.calls import checked
from convref.arrays.checks import like, shape_is, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.functional._sampling import cubic, linear, nearest, read
from convref.wording import is_among

_SAMPLE, _AFFINE = "grid_sample", "affine_grid"
_TAPS = MappingProxyType({"bilinear": linear, "nearest": nearest, "bicubic": cubic})
_PADDING = ("zeros", "border", "reflection")


@checked
def grid_sample(
    input: Array,
    grid: Array,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Array:
    """Sample images or volumes at the points of a grid.

    The last axis of the grid holds a point, (x, y) or (x, y, z), where x is the coordinate along the last
    axis of the input. On each axis, the coordinates -1 and 1 are the outer edges of the first and the last
    pixel; with `align_corners` they are the centres of these pixels.

    Infinite and NaN coordinates give the same results as in torch. The mode "bicubic" always gives NaN. For
    the other modes, the result depends on `padding_mode`. With "border", an infinite coordinate reads the
    pixel at that end of the axis, and NaN reads the first pixel of an image's axis, but the last of a
    volume's axis. With "reflection", infinity is treated like NaN. With "zeros", infinity and NaN give NaN in
    images, but 0 in volumes and in the mode "nearest".

    Coordinates can be so large that neighbouring floating-point numbers are more than a pixel apart. There,
    "reflection" in volumes may differ from torch.

    Args:
        input: (N, C, H, W) or (N, C, D, H, W).
        grid: (N, H', W', 2) or (N, D', H', W', 3), of the input's type.
        mode: ``"bilinear"`` (in volumes trilinear), ``"nearest"``, or for images ``"bicubic"``.
        padding_mode: the values outside of the input: ``"zeros"``; ``"border"`` for the nearest pixel of
            the input; or ``"reflection"`` to mirror the input at the edges of its outermost pixels (at
            their centres with `align_corners`).
        align_corners: let -1 and 1 be the centres of the outermost pixels instead of their edges; None means
            False.

    Returns:
        (N, C, H', W') or (N, C, D', H', W').

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other or the mode, or the input has a spatial axis of size 0.

    Source: Jaderberg et al., "Spatial transformer networks" (2015).

    Example:
        >>> x = np.array([[[[1.0, 2.0, 4.0]]]])
        >>> points = np.array([[[[-1.0, 0.0], [0.0, 0.0], [0.5, 0.0]]]])
        >>> grid_sample(x, points, align_corners=True)
        array([[[[1., 2., 3.]]]])
    """
    x = tensor(_SAMPLE, "input", input)
    points = like(_SAMPLE, "grid", grid, x)
    _one_of("mode", mode, tuple(_TAPS))
    _one_of("padding_mode", padding_mode, _PADDING)
    aligned = bool(align_corners)
    _check_shapes(x, points, mode)
    size, output = x.shape[2:], points.shape[1:-1]
    plans = []
    with ieee():
        for n, at in zip(size, np.moveaxis(wide(points), -1, 0)[::-1], strict=True):
            pixel = (at + 1) * ((n - 1) / 2) if aligned else (at + 1) * (n / 2) - 0.5
            if mode == "bicubic":
                # A cubic kernel reads four pixels, and each of them may lie outside.
                taps, weights = cubic(pixel)
                plans.append((_padded(taps, n, len(size), padding_mode, aligned=aligned), weights))
            else:
                plans.append(_TAPS[mode](_padded(pixel, n, len(size), padding_mode, aligned=aligned)))
        # torch skips taps outside of a volume, but multiplies them by 0 in an image, where NaN stays NaN.
        y = read(wide(x).reshape(*x.shape[:2], prod(size)), plans, size, weigh_outside=len(size) == 2)
    return y.reshape(*x.shape[:2], *output).astype(x.dtype, copy=False)


@checked
def affine_grid(theta: Array, size: Sequence[int], align_corners: bool | None = None) -> Array:
    """Return a sampling grid that makes `grid_sample` apply the affine transformation `theta`.

    The grid holds, for each pixel of the output, the point of the input that the transformation maps it to.

    Args:
        theta: (N, 2, 3) for images or (N, 3, 4) for volumes. The last column is a translation. It is added to
            the product of the other columns and the point (x, y) or (x, y, z).
        size: the size of the output, (N, C, H, W) or (N, C, D, H, W).
        align_corners: let -1 and 1 be the centres of the outermost pixels instead of their edges; None
            means False. On an axis of one pixel, that pixel is at 0.

    Returns:
        (N, H, W, 2) or (N, D, H, W, 3), of the type of theta.

    Raises:
        ArgumentError: `size` does not consist of four or five positive integers, or another argument has an
            invalid type or value.
        ShapeError: the shape of `theta` does not match `size`.

    Source: Jaderberg et al., "Spatial transformer networks" (2015).

    Example:
        >>> mirror = np.array([[[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
        >>> affine_grid(mirror, (1, 1, 1, 2))
        array([[[[ 0.5,  0. ],
                 [-0.5,  0. ]]]])
    """
    maps = tensor(_AFFINE, "theta", theta)
    aligned = bool(align_corners)
    if not isinstance(size, Sequence) or len(size) not in {4, 5}:
        raise ArgumentError(f"{_AFFINE}: size (={size!r}) must be (N, C, H, W) or (N, C, D, H, W)")
    batch, _, *output = (integer(_AFFINE, "an entry of size", each, minimum=1) for each in size)
    rank = len(output)
    shape_is(_AFFINE, "theta", maps, (batch, rank, rank + 1))
    lines = [(2 * np.arange(n) + 1 - n) / (max(n - 1, 1) if aligned else n) for n in output]
    axes = np.meshgrid(*lines, indexing="ij")[::-1]
    points = np.stack([*axes, np.ones(output)], axis=-1).reshape(-1, rank + 1)
    with ieee():
        y: Array = np.matmul(points.astype(wide(maps).dtype), wide(maps).swapaxes(1, 2))
    return y.reshape(batch, *output, rank).astype(maps.dtype, copy=False)


def _one_of(name: str, value: str, allowed: Sequence[str]) -> None:
    if not is_among(value, allowed):
        raise ArgumentError(f"{_SAMPLE}: {name} (={value!r}) must be one of {', '.join(allowed)}")


def _check_shapes(x: Array, grid: Array, mode: str) -> None:
    if x.ndim not in {4, 5}:
        raise ShapeError(f"{_SAMPLE}: input (of shape {x.shape}) must be (N, C, H, W) or (N, C, D, H, W)")
    if mode == "bicubic" and x.ndim == 5:
        raise ShapeError(f"{_SAMPLE}: input (with 5 axes) must have 4 axes for the mode 'bicubic'")
    if 0 in x.shape[2:]:
        raise ShapeError(f"{_SAMPLE}: input (of shape {x.shape}) must not have size 0 on a spatial axis")
    if grid.ndim != x.ndim or grid.shape[0] != x.shape[0] or grid.shape[-1] != x.ndim - 2:
        raise ShapeError(
            f"{_SAMPLE}: grid (of shape {grid.shape}) must have {x.ndim} axes, the first of size "
            f"{x.shape[0]} and the last of size {x.ndim - 2}, for an input of shape {x.shape}"
        )


def _padded(pixel: Array, n: int, rank: int, padding_mode: str, *, aligned: bool) -> Array:
    """Replace coordinates outside of an axis of n pixels by the coordinates that the padding mode reads.

    With "zeros" the coordinates are returned unchanged, since taps outside contribute 0. `rank` is the number
    of spatial axes, and `aligned` the argument `align_corners` of `grid_sample`.
    """
    if padding_mode == "zeros":
        return pixel
    if padding_mode == "reflection":
        pixel = _reflected(pixel, n, aligned=aligned)
    inside: Array = np.where(np.isnan(pixel), 0 if rank == 2 else n - 1, pixel.clip(0, n - 1))
    return inside


def _reflected(pixel: Array, n: int, *, aligned: bool) -> Array:
    """Reflect coordinates at the outer edges of an axis of n pixels, until they lie between these edges.

    If `aligned`, reflect them at the centres of the first and the last pixel instead.
    """
    low, span = (0.0, n - 1) if aligned else (-0.5, n)
    if span == 0:
        return np.zeros_like(pixel)
    # Reflection at both ends has the period 2 · span.
    far = np.abs(pixel - low)
    rest = far - np.trunc(far / (2 * span)) * (2 * span)
    return np.asarray(np.minimum(rest, 2 * span - rest) + low)
