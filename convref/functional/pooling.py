"""Max and average pooling over one, two or three axes, as in torch.nn.functional.

Inputs are (N, C, *size) or, without a batch, (C, *size). A NaN in a window makes the result NaN.

By the definition, each output reduces its own window, which is K² values for a K x K kernel. But the maximum
of a window is the maximum of its rows' maxima, and its sum is the sum of its rows' sums. The windows are
therefore reduced along one axis after the other, which is 2 K values per output. Along an axis, all windows
are reduced together, one kernel position after the other.

The max pools return an array, or with ``return_indices=True`` a pair of arrays: the maxima, and the index of
each in its flattened input channel (int64).
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np

from convref.arrays.arguments import Ints, integer
from convref.arrays.calls import checked
from convref.arrays.checks import INT64, NUMERIC, batched, tensor, wide
from convref.arrays.geometry import overlap, reaching
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ArgumentError
from convref.functional._pooling import Pool, plan_pool


@checked
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


@checked
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
        padding: the number of entries of minus infinity added on both sides of each axis, at most half of
            `kernel_size`.
        dilation: the distance between the values that a window reads.
        ceil_mode: also use a last window that reaches past the end of the padded input, if it starts within
            the input or the padding before it.
        return_indices: return a pair (maxima, indices). An index counts the entries of the flattened (H, W)
            of its channel. Among equal maxima the index of the first is returned, among NaNs the index of the
            last.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the input has a wrong number of axes, or no window fits.

    Example:
        >>> max_pool2d(np.ones((1, 64, 112, 112)), 3, stride=2, padding=1).shape
        (1, 64, 56, 56)
    """
    return _max_pool(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@checked
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


@checked
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


@checked
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
        padding: the number of zeros added on both sides of each axis, at most half of `kernel_size`.
        ceil_mode: also use a last window that reaches past the end of the padded input, if it starts within
            the input or the padding before it. The mean of that window does not count positions past the
            padding.
        count_include_pad: count the zeros of the padding in the means.
        divisor_override: divide every sum by this instead of by a count.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the input has a wrong number of axes, or no window fits.

    Example:
        >>> avg_pool2d(np.array([[[1.0, 2.0], [3.0, 6.0]]]), 2)
        array([[[3.]]])
    """
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


@checked
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
    if not return_indices:
        y = _reduced(np.maximum, full, pool, lowest)
        return y if full is x else y[0]
    y, indices = _maxima_and_indices(full, pool)
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
    # Half-precision sums would lose digits, so they are added in single precision and rounded once.
    sums = _reduced(np.add, wide(full), pool, 0)
    if divisor_override is None:
        divisor = _counts(pool, count_include_pad=count_include_pad)
    else:
        divisor = np.asarray(integer(where, "divisor_override", divisor_override))
        if not divisor:
            raise ArgumentError(f"{where}: divisor_override (={divisor_override}) must not be 0")
    if x.dtype.kind == "f":
        sums /= divisor.astype(sums.dtype)
        y = sums.astype(x.dtype, copy=False)
    else:
        # torch truncates integer means towards zero; // alone would round towards minus infinity.
        y = (np.sign(sums) * np.sign(divisor) * (np.abs(sums) // np.abs(divisor))).astype(x.dtype)
    return y if full is x else np.asarray(y[0])


def _reduced(reduce: np.ufunc, x: Array, pool: Pool, initial: float) -> Array:
    """Reduce all windows with `reduce`, such as np.maximum, one axis after the other.

    Padding has the value `initial`, which does not change the result of `reduce`.
    """
    axes = zip(pool.size, pool.kernel, pool.stride, pool.dilation, pool.padding, pool.output, strict=True)
    for axis, (n, k, s, d, p, count) in enumerate(axes, start=2):
        lead, shape = (slice(None),) * axis, (*x.shape[:axis], count, *x.shape[axis + 1 :])
        positions = reaching(k, s, d, p, count, n)  # those at which some window reads an entry
        windows, entries = overlap(positions.start * d - p, s, count, n)
        if windows == slice(0, count):  # the first position needs no padding
            y = x[(*lead, entries)].copy()
            positions = positions[1:]
        else:
            y = np.full(shape, initial, x.dtype)
        for position in positions:
            windows, entries = overlap(position * d - p, s, count, n)
            part = y[(*lead, windows)]
            reduce(part, x[(*lead, entries)], out=part)
        x = y
    return x


def _maxima_and_indices(x: Array, pool: Pool) -> tuple[Array, Array]:
    """Return the maximum of each window and its index in the flattened channel.

    The kernel positions are visited in order. Where the entry at a position is NaN, or larger than the
    largest entry so far, it becomes the new maximum, and its index is stored. Reducing one axis after the
    other, as `_reduced` does, would not find the first of several equal maxima.
    """
    numbers = np.arange(prod(pool.size)).reshape(pool.size)
    shape = (*x.shape[:2], *pool.output)
    best, index = np.zeros(shape, x.dtype), np.full(shape, -1, np.int64)
    axes = list(zip(pool.size, pool.stride, pool.dilation, pool.padding, pool.output, strict=True))
    positions = [
        reaching(k, s, d, p, count, n) for k, (n, s, d, p, count) in zip(pool.kernel, axes, strict=True)
    ]
    for position in product(*positions):
        slices = [
            overlap(k * d - p, s, count, n) for k, (n, s, d, p, count) in zip(position, axes, strict=True)
        ]
        windows: Any = (..., *(each for each, _ in slices))
        entries: Any = (..., *(each for _, each in slices))
        value, best_here, index_here = x[entries], best[windows], index[windows]
        better = (index_here < 0) | (value > best_here) | np.isnan(value)
        np.copyto(best_here, value, where=better)
        np.copyto(index_here, np.broadcast_to(numbers[entries], value.shape), where=better)
    return best, index


def _counts(pool: Pool, *, count_include_pad: bool) -> Array:
    """Return the number by which each window's sum is divided: the number of its entries.

    Entries past the padding, which `ceil_mode` adds, do not count; entries in the padding count if
    `count_include_pad`.
    """
    if not any(pool.after) and not any(pool.padding):
        return np.asarray(prod(pool.kernel))
    total = np.ones((), dtype=np.int64)
    for n, k, s, p, out in zip(pool.size, pool.kernel, pool.stride, pool.padding, pool.output, strict=True):
        start = np.arange(out) * s - p
        stop = np.minimum(start + k, n + p)  # ceil_mode lets a window reach past the padding
        if not count_include_pad:
            start, stop = np.maximum(start, 0), np.minimum(stop, n)
        # A window in padding alone has no entries; its sum is 0, which a divisor of 1 keeps.
        total = total[..., np.newaxis] * np.maximum(stop - start, 1)
    return total
