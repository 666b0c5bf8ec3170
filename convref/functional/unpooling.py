"""Put maxima back at the positions where max pooling found them, as in torch.nn.functional."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from convref.arrays.arguments import Ints, per_axis, shown
from convref.arrays.calls import checked
from convref.arrays.checks import INTEGER, NUMERIC, batched, shape_is, tensor
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError


@checked
def max_unpool1d(
    input: Array,
    indices: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Array:
    """Put the maxima of `max_pool1d` back, with 0 elsewhere; arguments as in `max_unpool2d`.

    Example:
        >>> max_unpool1d(np.array([[3.0, 5.0]]), np.array([[1, 3]]), 2)
        array([[0., 3., 0., 5.]])
    """
    return _max_unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


@checked
def max_unpool2d(
    input: Array,
    indices: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Array:
    """Put each pooled value at its index in a larger feature map that is 0 elsewhere.

    Args:
        input: the maxima, (N, C, H, W) or (C, H, W).
        indices: their indices, int64, as `max_pool2d` returns them.
        kernel_size: the `kernel_size` of the pooling.
        stride: the stride of the pooling; None means `kernel_size`.
        padding: the padding of the pooling.
        output_size: the size of the output; it may also be the whole shape, with batch and channels. None
            means (H - 1) stride - 2 padding + kernel_size on each axis. Since pooling maps several input
            sizes to the same output size, the size may differ from that by less than the stride.

    Raises:
        ArgumentError: an argument has an invalid type or value, or an index lies outside of the output.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> max_unpool2d(np.array([[[5.0]]]), np.array([[[2]]]), 2)
        array([[[0., 0.],
                [5., 0.]]])
    """
    return _max_unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


@checked
def max_unpool3d(
    input: Array,
    indices: Array,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Array:
    """Put the maxima of `max_pool3d` back, with 0 elsewhere; arguments as in `max_unpool2d`.

    Example:
        >>> max_unpool3d(np.ones((1, 2, 2, 2)), np.arange(8).reshape(1, 2, 2, 2), 2).sum()
        np.float64(8.0)
    """
    return _max_unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _max_unpool(
    where: str,
    rank: int,
    input: Array,
    indices: Array,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    output_size: Any,
) -> Array:
    x = tensor(where, "input", input, NUMERIC)
    full = batched(where, x, rank)
    numbers = tensor(where, "indices", indices, INTEGER)
    if numbers.dtype != np.int64:
        raise ArgumentError(f"{where}: indices (of type {numbers.dtype}) must be int64")
    shape_is(where, "indices", numbers, x.shape)
    size = _size(where, full.shape[2:], kernel_size, stride, padding, output_size)
    flat = numbers.reshape(*full.shape[:2], prod(full.shape[2:]))
    if x.size and not 0 <= flat.min() <= flat.max() < prod(size):
        raise ArgumentError(
            f"{where}: indices (from {flat.min()} to {flat.max()}) must lie in an output of size {size}"
        )
    y = np.zeros((*full.shape[:2], prod(size)), x.dtype)
    np.put_along_axis(y, flat, full.reshape(flat.shape), axis=-1)
    y = y.reshape(*full.shape[:2], *size)
    return y if full is x else y[0]


def _size(
    where: str, size: Sequence[int], kernel_size: Any, stride: Any, padding: Any, output_size: Any
) -> tuple[int, ...]:
    """Return the checked spatial size of the output: `output_size`, or the default size if that is None."""
    rank = len(size)
    kernel = per_axis(where, "kernel_size", kernel_size, rank, minimum=1)
    steps = kernel if stride is None else per_axis(where, "stride", stride, rank, minimum=1)
    pads = per_axis(where, "padding", padding, rank, minimum=0)
    natural = tuple((n - 1) * s - 2 * p + k for n, s, p, k in zip(size, steps, pads, kernel, strict=True))
    if output_size is None and min(natural) >= 1:
        return natural
    if output_size is None:
        raise ShapeError(
            f"{where}: padding (={padding!r}) must leave an output of positive size, not {natural}"
        )
    if not isinstance(output_size, Sequence) or len(output_size) not in {rank, rank + 2}:
        raise ArgumentError(
            f"{where}: output_size (={shown(output_size)}) must have {rank} "
            f"sizes, or {rank + 2} with batch and channels"
        )
    asked = per_axis(where, "output_size", output_size, len(output_size), minimum=1)[-rank:]
    if any(abs(n - m) >= s for n, m, s in zip(natural, asked, steps, strict=True)):
        raise ArgumentError(
            f"{where}: output_size (={output_size!r}) must differ from {natural} "
            f"by less than the stride {steps} on each axis"
        )
    return asked
