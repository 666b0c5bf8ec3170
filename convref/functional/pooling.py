"""Max and average pooling over one, two or three axes, as in torch.nn.functional.

Inputs are (N, C, *size) or, without a batch, (C, *size). A NaN in a window makes the result NaN.

Naively, each output reduces its own window: K x K values for a K x K kernel. But the maximum of a window is
the maximum of its rows' maxima, and the same holds for sums, so the windows are reduced one axis at a time:
2 K values. Along an axis, all windows are reduced at once, one kernel position after the other.

The max pools return an array, or with ``return_indices=True`` a pair of arrays: the maxima, and the index of
each in its flattened input channel (int64).
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np

from convref.arrays.arguments import Ints, integer
from convref.arrays.checks import INT64, NUMERIC, batched, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array, pad_constant, tap, taps
from convref.errors import ArgumentError
from convref.functional._pooling import Pool, plan_pool


def max_pool1d(
    input: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest value of each window of (N, C, L); arguments as in `max_pool2d`.

    Example:
        >>> max_pool1d(np.array([[1.0, 3.0, 2.0, 5.0]]), 2)
        array([[3., 5.]])
    """
    return _max_pool(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def max_pool2d(
    input: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest value of each window of (N, C, H, W), as torch.nn.functional.max_pool2d.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch; floating or integer.
        kernel_size: the size of a window.
        stride: the distance between windows; None means `kernel_size`.
        padding: entries of minus infinity on both sides, at most half of the window.
        dilation: the distance between the values that a window reads.
        ceil_mode: also use a last window that reaches past the end, if it starts inside.
        return_indices: return (maxima, indices), the indices into each flattened (H, W). Of equal maxima
            the first counts, of NaNs the last.

    Raises:
        ArgumentError: an argument is invalid by itself.
        ShapeError: the input has a wrong number of axes, or no window fits.

    Example:
        >>> max_pool2d(np.ones((1, 64, 112, 112)), 3, stride=2, padding=1).shape
        (1, 64, 56, 56)
    """
    return _max_pool(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def max_pool3d(
    input: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the largest value of each window of (N, C, D, H, W); arguments as in `max_pool2d`.

    Example:
        >>> max_pool3d(np.ones((8, 6, 6, 6)), 2).shape
        (8, 3, 3, 3)
    """
    return _max_pool(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


def avg_pool1d(
    input: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """Return the mean of each window of (N, C, L); arguments as in `avg_pool2d`.

    Example:
        >>> avg_pool1d(np.array([[1.0, 3.0, 2.0, 6.0]]), 2)
        array([[2., 4.]])
    """
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """Return the mean of each window of (N, C, H, W), as torch.nn.functional.avg_pool2d.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch; floating or int64 (means are then
            truncated).
        kernel_size: the size of a window.
        stride: the distance between windows; None means `kernel_size`.
        padding: zeros on both sides, at most half of the window.
        ceil_mode: also use a last window that reaches past the end, if it starts inside; positions past
            the padding do not count in its mean.
        count_include_pad: count the zeros of the padding in the means.
        divisor_override: divide every sum by this instead of by a count.

    Raises:
        ArgumentError: an argument is invalid by itself.
        ShapeError: the input has a wrong number of axes, or no window fits.

    Example:
        >>> avg_pool2d(np.array([[[1.0, 2.0], [3.0, 6.0]]]), 2)
        array([[[3.]]])
    """
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool3d(
    input: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """Return the mean of each window of (N, C, D, H, W); arguments as in `avg_pool2d`.

    Example:
        >>> avg_pool3d(np.ones((8, 6, 6, 6)), 3, stride=1, padding=1)[0, 0, 0, 0].round(3)
        np.float64(0.296)
    """
    return _avg_pool(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def _max_pool(
    where: str,
    rank: int,
    input: Array,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    x = tensor(where, "input", input, NUMERIC)
    full = batched(where, x, rank)
    pool = plan_pool(where, full.shape[2:], kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    padded = pad_constant(full, pool.padding, pool.after, lowest)
    if not return_indices:
        y = _reduced(np.maximum, padded, pool)
        return y if full is x else y[0]
    y, indices = _maxima_and_indices(padded, pool)
    return (y, indices) if full is x else (y[0], indices[0])


@ieee()
def _avg_pool(
    where: str,
    rank: int,
    input: Array,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: Any,
) -> Array:
    x = tensor(where, "input", input, INT64)
    full = batched(where, x, rank)
    pool = plan_pool(where, full.shape[2:], kernel_size, stride, padding, ceil_mode=ceil_mode)
    sums = _reduced(np.add, pad_constant(wide(full), pool.padding, pool.after), pool)
    if divisor_override is None:
        divisor = _counts(pool, count_include_pad=count_include_pad)
    else:
        divisor = np.asarray(integer(where, "divisor_override", divisor_override))
        if not divisor:
            raise ArgumentError(f"{where}: divisor_override (={divisor_override}) must not be 0")
    if x.dtype.kind == "f":
        y = (sums / divisor.astype(sums.dtype)).astype(x.dtype, copy=False)
    else:
        # torch truncates integer means towards zero; // alone would round towards minus infinity.
        y = (np.sign(sums) * np.sign(divisor) * (np.abs(sums) // np.abs(divisor))).astype(x.dtype)
    return y if full is x else np.asarray(y[0])


def _reduced(reduce: np.ufunc, x: Array, pool: Pool) -> Array:
    """Reduce the windows along one axis after the other, all windows at once."""
    for axis, extent in enumerate(pool.kernel):
        lead = (slice(None),) * (axis + 2)
        step, spread, count = pool.stride[axis], pool.dilation[axis], pool.output[axis]
        y = x[(*lead, tap(0, step, count))].copy()
        for offset in range(1, extent):
            reduce(y, x[(*lead, tap(offset * spread, step, count))], out=y)
        x = y
    return x


def _maxima_and_indices(padded: Array, pool: Pool) -> tuple[Array, Array]:
    """Return the maxima and their indices, visiting the kernel positions in order.

    Separable reduction would lose the order of equal maxima, so all positions are visited. Where the entry
    of a window is larger than the best so far, or NaN, its value and index replace the best.
    """
    inside = np.zeros(padded.shape[2:], dtype=bool)
    numbers = np.zeros(padded.shape[2:], dtype=np.int64)
    core = tuple(slice(p, p + n) for p, n in zip(pool.padding, pool.size, strict=True))
    inside[core] = True
    numbers[core] = np.arange(prod(pool.size)).reshape(pool.size)
    shape = (*padded.shape[:2], *pool.output)
    best, index = np.zeros(shape, padded.dtype), np.full(shape, -1, np.int64)
    for offsets in product(*map(range, pool.kernel)):
        here = taps(offsets, pool.stride, pool.dilation, pool.output)
        value = padded[here]
        better = inside[here] & ((index < 0) | (value > best) | np.isnan(value))
        np.copyto(best, value, where=better)
        np.copyto(index, np.broadcast_to(numbers[here], shape), where=better)
    return best, index


def _counts(pool: Pool, *, count_include_pad: bool) -> Array:
    """Return the number of entries in each window's mean; positions past the padding never count."""
    total = np.ones((), dtype=np.int64)
    for n, k, s, p, out in zip(pool.size, pool.kernel, pool.stride, pool.padding, pool.output, strict=True):
        start = np.arange(out) * s - p
        stop = np.minimum(start + k, n + p)
        if not count_include_pad:
            start, stop = np.maximum(start, 0), np.minimum(stop, n)
        total = total[..., np.newaxis] * np.maximum(stop - start, 1)
    return total
