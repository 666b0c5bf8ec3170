"""Adaptive pooling, as in torch.nn.functional: windows are computed from a given output size.

If an axis has n entries and m outputs, output i reduces the entries from floor(i n / m) up to, but not
including, ceil((i + 1) n / m). Where m does not divide n, windows overlap and differ in size. An output size
of None keeps the size of the input.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np

from convref.arrays.arguments import integer
from convref.arrays.calls import checked
from convref.arrays.checks import FLOATING, NUMERIC, batched, room_for, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ArgumentError
from convref.functional.normalization.statistics import mean

Sizes: TypeAlias = int | Sequence[int | None] | None


@checked
def adaptive_avg_pool1d(input: Array, output_size: Sizes) -> Array:
    """Average each channel of (N, C, L) over `output_size` windows, which gives (N, C, output_size).

    See `adaptive_avg_pool2d`.

    Example:
        >>> adaptive_avg_pool1d(np.array([[1.0, 2.0, 3.0]]), 2)
        array([[1.5, 2.5]])
    """
    return _avg("adaptive_avg_pool1d", 1, input, output_size)


@checked
def adaptive_avg_pool2d(input: Array, output_size: Sizes) -> Array:
    """Average each channel of (N, C, H, W) over H' x W' windows, which gives (N, C, H', W').

    `output_size` is (H', W'), or one number for both; None keeps the size of the input.

    Raises:
        ArgumentError: `output_size` is neither a size or None, nor a sequence with one of these per axis.
        ShapeError: the input has a wrong number of axes.

    Example:
        >>> adaptive_avg_pool2d(np.ones((1, 256, 13, 13)), (6, 6)).shape
        (1, 256, 6, 6)
    """
    return _avg("adaptive_avg_pool2d", 2, input, output_size)


@checked
def adaptive_avg_pool3d(input: Array, output_size: Sizes) -> Array:
    """Average each channel of (N, C, D, H, W) over D' x H' x W' windows; see `adaptive_avg_pool2d`.

    Example:
        >>> adaptive_avg_pool3d(np.ones((8, 4, 9, 9)), (None, 3, 3)).shape
        (8, 4, 3, 3)
    """
    return _avg("adaptive_avg_pool3d", 3, input, output_size)


@checked
def adaptive_max_pool1d(input: Array, output_size: Sizes, return_indices: bool = False) -> Any:
    """Return the maxima of each channel of (N, C, L) over `output_size` windows; see `adaptive_max_pool2d`.

    Example:
        >>> adaptive_max_pool1d(np.array([[1.0, 5.0, 3.0]]), 2, return_indices=True)
        (array([[5., 5.]]), array([[1, 1]]))
    """
    return _max("adaptive_max_pool1d", 1, input, output_size, return_indices)


@checked
def adaptive_max_pool2d(input: Array, output_size: Sizes, return_indices: bool = False) -> Any:
    """Return the maxima of each channel of (N, C, H, W) over H' x W' windows, of shape (N, C, H', W').

    `output_size` is (H', W'), or one number for both; None keeps the size of the input.

    With ``return_indices=True``, return a pair: the maxima, and the index of each in the flattened (H, W).
    Among equal maxima the index of the first is returned, among NaNs the index of the last.

    Raises:
        ArgumentError: `output_size` is neither a size or None, nor a sequence with one of these per axis.
        ShapeError: the input has a wrong number of axes.

    Example:
        >>> adaptive_max_pool2d(np.ones((1, 256, 13, 13)), 6).shape
        (1, 256, 6, 6)
    """
    return _max("adaptive_max_pool2d", 2, input, output_size, return_indices)


@checked
def adaptive_max_pool3d(input: Array, output_size: Sizes, return_indices: bool = False) -> Any:
    """Return the maxima of each channel of (N, C, D, H, W) over D' x H' x W' windows.

    See `adaptive_max_pool2d`.

    Example:
        >>> adaptive_max_pool3d(np.ones((8, 4, 9, 9)), (2, None, 3)).shape
        (8, 2, 9, 3)
    """
    return _max("adaptive_max_pool3d", 3, input, output_size, return_indices)


def _sizes(where: str, output_size: Any, size: Sequence[int]) -> tuple[int, ...]:
    asked = output_size if isinstance(output_size, Sequence) else (output_size,) * len(size)
    if len(asked) != len(size):
        raise ArgumentError(
            f"{where}: output_size (={output_size!r}) must be one integer or None, "
            f"or a sequence of {len(size)} such values"
        )
    return tuple(
        n if each is None else integer(where, "output_size", each, minimum=0)
        for each, n in zip(asked, size, strict=True)
    )


def _bounds(n: int, m: int) -> list[tuple[int, int]]:
    """Return the start and the end (exclusive) of each of m adaptive windows on an axis of n entries."""
    return [(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]


@ieee()
def _avg(where: str, rank: int, input: Array, output_size: Any) -> Array:
    x = tensor(where, "input", input, FLOATING)
    full = batched(where, x, rank, empty="batch and channels")
    output = _sizes(where, output_size, full.shape[2:])
    room_for((*full.shape[:2], *output), x.dtype)
    y = wide(full)
    # Global pooling is a mean over all positions, which one matrix product computes.
    if set(output) == {1}:
        y = mean(y.reshape(*y.shape[:2], prod(y.shape[2:]))).reshape(*y.shape[:2], *output)
    for axis, m in enumerate(output, start=2):
        if m != y.shape[axis]:
            y = _means(y, axis, m)
    y = y.astype(x.dtype, copy=y is full)
    return y if full is x else y[0]


def _means(x: Array, axis: int, m: int) -> Array:
    """Return the means of `x` over m adaptive windows along `axis`."""
    n = x.shape[axis]
    if m and n % m == 0:
        # Windows of equal size do not overlap: split the axis, and add the entries of all windows at once.
        split = np.moveaxis(x.reshape(*x.shape[:axis], m, n // m, *x.shape[axis + 1 :]), axis + 1, 0)
        total = split[0].copy()
        for part in split[1:]:
            total += part
        total /= n // m
        return np.asarray(total)
    parts = [
        x[(slice(None),) * axis + (slice(start, stop),)].mean(axis=axis, keepdims=True)
        for start, stop in _bounds(n, m)
    ]
    return np.concatenate(parts, axis=axis) if parts else x[(slice(None),) * axis + (slice(0),)]


def _max(where: str, rank: int, input: Array, output_size: Any, return_indices: bool) -> Any:
    x = tensor(where, "input", input, NUMERIC)
    full = batched(where, x, rank)
    size = full.shape[2:]
    output = _sizes(where, output_size, size)
    y = np.empty((*full.shape[:2], *output), x.dtype)
    indices = np.empty(y.shape, np.int64)
    numbers = np.arange(prod(size)).reshape(size)
    cells = [list(enumerate(_bounds(n, m))) for n, m in zip(size, output, strict=True)]
    # Windows differ in size and may overlap, so the outputs are visited one by one, each for all channels.
    for cell in product(*cells):
        to: Any = (..., *(i for i, _ in cell))
        part: Any = (..., *(slice(*bounds) for _, bounds in cell))
        value = full[part]
        value = value.reshape(*full.shape[:2], prod(value.shape[2:]))
        best = _last_nan_or_first_maximum(value)
        y[to] = np.take_along_axis(value, best[..., np.newaxis], axis=-1)[..., 0]
        indices[to] = numbers[part].reshape(-1)[best]
    if full is not x:
        y, indices = y[0], indices[0]
    return (y, indices) if return_indices else y


def _last_nan_or_first_maximum(value: Array) -> Array:
    """Return, along the last axis, the index of the last NaN, or of the first maximum if there is no NaN."""
    best = value.argmax(axis=-1)
    nan = np.isnan(value)
    last = value.shape[-1] - 1 - nan[..., ::-1].argmax(axis=-1)
    return np.asarray(np.where(nan.any(axis=-1), last, best))
