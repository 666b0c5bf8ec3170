"""What the algorithms do with arrays before and after their own step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


def zero_pad(x: Array, before: Sequence[int], after: Sequence[int]) -> Array:
    """`x` with zeros around its last axes; `x` itself where none are asked for.

    Example:
        >>> zero_pad(np.ones((1, 2)), (1,), (0,))
        array([[0., 1., 1.]])
    """
    if not any(before) and not any(after):
        return x
    rank = len(before)
    size = x.shape[x.ndim - rank :]
    padded = np.zeros(
        x.shape[: x.ndim - rank] + tuple(map(sum, zip(before, size, after, strict=True))), dtype=x.dtype
    )
    core: Any = (..., *(slice(first, first + n) for first, n in zip(before, size, strict=True)))
    padded[core] = x
    return padded


def windows(
    x: Array, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int], output: Sequence[int]
) -> Array:
    """Every window of the last axes as a view: (..., *kernel, *output), read-only, no copy.

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
    """`count` entries of an axis from `start`, `step` apart: where all windows meet one kernel position.

    Example:
        >>> np.arange(9)[tap(1, 3, 2)]
        array([1, 4])
    """
    return slice(start, start + (count - 1) * step + 1 if count else start, step)


def taps(offsets: Sequence[int], stride: Sequence[int], dilation: Sequence[int], count: Sequence[int]) -> Any:
    """An index that takes, on the last axes, what all windows meet at one kernel position.

    Example:
        >>> np.arange(16).reshape(4, 4)[taps((0, 1), (2, 2), (1, 1), (2, 2))]
        array([[ 1,  3],
               [ 9, 11]])
    """
    axes = zip(offsets, stride, dilation, count, strict=True)
    return (..., *(tap(offset * d, s, n) for offset, s, d, n in axes))


def add_bias(y: Array, bias: Array | None) -> Array:
    """Add one number a channel to `y` of shape (N, C, *size), in place, and give `y` back."""
    if bias is not None:
        y += bias.reshape(-1, *[1] * (y.ndim - 2))
    return y
