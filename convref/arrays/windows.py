"""Pad arrays, and return the windows over their last axes as views, without copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


def pad_constant(x: Array, before: Sequence[int], after: Sequence[int], value: float = 0) -> Array:
    """Pad the last axes of `x` with `value`; return `x` itself if there is nothing to add.

    Example:
        >>> pad_constant(np.ones((1, 2)), (1,), (0,))
        array([[0., 1., 1.]])
    """
    if not any(before) and not any(after):
        return x
    lead = x.ndim - len(before)
    size = x.shape[lead:]
    shape = x.shape[:lead] + tuple(map(sum, zip(before, size, after, strict=True)))
    # np.zeros gets pages that the system has already cleared, so only the inside is written. np.pad takes
    # two to four times as long, since it writes each side of each axis on its own.
    padded = np.zeros(shape, x.dtype) if value == 0 else np.full(shape, value, x.dtype)
    inside: Any = (..., *(slice(first, first + n) for first, n in zip(before, size, strict=True)))
    padded[inside] = x
    return padded


def windows(
    x: Array, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int], output: Sequence[int]
) -> Array:
    """Return all windows over the last axes of `x` as a read-only view (..., *kernel, *output).

    Nothing is copied. Along one axis, entry k of window i is x[i * stride + k * dilation]. The view has such
    strides in memory that a step along k moves by `dilation` entries, and a step along i by `stride` entries.

    Example:
        >>> windows(np.arange(4), (2,), (1,), (1,), (3,))
        array([[0, 1, 2],
               [1, 2, 3]])
    """
    lead = x.ndim - len(kernel)
    steps = x.strides[lead:]
    return np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[:lead], *kernel, *output),
        (
            *x.strides[:lead],
            *(step * d for step, d in zip(steps, dilation, strict=True)),
            *(step * s for step, s in zip(steps, stride, strict=True)),
        ),
        writeable=False,
    )


def tap(start: int, step: int, count: int) -> slice:
    """Return the slice that selects `count` entries, the first at `start`, `step` apart.

    Along one axis, these are the entries that the windows read at one kernel position.

    Example:
        >>> np.arange(9)[tap(1, 3, 2)]
        array([1, 4])
    """
    return slice(start, start + (count - 1) * step + 1 if count else start, step)


def taps(offsets: Sequence[int], stride: Sequence[int], dilation: Sequence[int], count: Sequence[int]) -> Any:
    """Return an index that selects, for all windows, the entries at the kernel position `offsets`.

    For an array `x`, x[index] has one entry per window.

    Example:
        >>> np.arange(16).reshape(4, 4)[taps((0, 1), (2, 2), (1, 1), (2, 2))]
        array([[ 1,  3],
               [ 9, 11]])
    """
    axes = zip(offsets, stride, dilation, count, strict=True)
    return (..., *(tap(offset * d, s, n) for offset, s, d, n in axes))


def by_channel(values: Array, ndim: int) -> Array:
    """Reshape (C,) to (C, 1, …, 1), which broadcasts along axis 1 of an array with `ndim` axes.

    Example:
        >>> by_channel(np.ones(3), 4).shape
        (3, 1, 1)
    """
    return values.reshape(-1, *[1] * (ndim - 2))


def add_bias(y: Array, bias: Array | None) -> Array:
    """Add one number per channel to `y` of shape (N, C, *size), in place, and return `y`."""
    if bias is not None:
        y += by_channel(bias, y.ndim)
    return y
