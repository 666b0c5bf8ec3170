"""Copy image windows into columns (unfold) and add columns back into images (fold), as in torch.

The two functions are adjoint: `fold` sums all copies that `unfold` makes of a pixel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any

import numpy as np

from convref.arrays.arguments import Ints, per_axis
from convref.arrays.calls import checked
from convref.arrays.checks import ANY, ARITHMETIC, batched, tensor, wide
from convref.arrays.geometry import overlap, window_counts
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ShapeError


@checked
def unfold(input: Array, kernel_size: Ints, dilation: Ints = 1, padding: Ints = 0, stride: Ints = 1) -> Array:
    """Copy every window of (N, C, H, W) into a column; return (N, C · KH · KW, number of windows).

    `convref.algorithms.im2col` computes a convolution as the product of the kernels and these columns.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the input has a wrong number of axes, or no window fits.

    Example:
        >>> unfold(np.arange(6.0).reshape(1, 2, 3), 2)
        array([[0., 1.],
               [1., 2.],
               [3., 4.],
               [4., 5.]])
    """
    x = tensor("unfold", "input", input, ANY)
    full = batched("unfold", x, 2)
    kernel, spread, pads, steps = _arguments("unfold", kernel_size, dilation, padding, stride)
    output = _windows("unfold", full.shape[2:], kernel, spread, pads, steps)
    y = np.zeros((*full.shape[:2], *kernel, *output), x.dtype)
    for position, columns, pixels in _positions(full.shape[2:], kernel, spread, pads, steps, output):
        here: Any = (slice(None), slice(None), *position, *columns)
        inside: Any = (..., *pixels)
        y[here] = full[inside]
    y = y.reshape(full.shape[0], full.shape[1] * prod(kernel), prod(output))
    return y if full is x else y[0]


@checked
def fold(
    input: Array,
    output_size: Ints,
    kernel_size: Ints,
    dilation: Ints = 1,
    padding: Ints = 0,
    stride: Ints = 1,
) -> Array:
    """Sum columns (N, C · KH · KW, number of windows) into images (N, C, *output_size).

    Each column is added to one window of the image, so values in overlapping windows are summed.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the columns do not fit an image of this size.

    Example:
        >>> fold(np.ones((4, 2)), (2, 3), 2)
        array([[[1., 2., 1.],
                [1., 2., 1.]]])
    """
    x = tensor("fold", "input", input, ARITHMETIC)
    full = batched("fold", x, 1)
    size = per_axis("fold", "output_size", output_size, 2, minimum=1)
    kernel, spread, pads, steps = _arguments("fold", kernel_size, dilation, padding, stride)
    output = _windows("fold", size, kernel, spread, pads, steps)
    if full.shape[1] % prod(kernel) or full.shape[2] != prod(output):
        raise ShapeError(
            f"fold: input (of shape {x.shape}) must have size {prod(output)} on the last axis, the number of "
            f"windows for output_size {size}. The size of the axis before it must be a multiple of "
            f"{prod(kernel)}, the number of values in a window for kernel_size {tuple(kernel)}"
        )
    channels = full.shape[1] // prod(kernel)
    columns = wide(full).reshape(full.shape[0], channels, *kernel, *output)
    y = np.zeros((*columns.shape[:2], *size), columns.dtype)
    for position, windows, pixels in _positions(size, kernel, spread, pads, steps, output):
        here: Any = (slice(None), slice(None), *position, *windows)
        inside: Any = (..., *pixels)
        with ieee():
            y[inside] += columns[here]
    y = y.astype(x.dtype, copy=False)
    return y if full is x else y[0]


def _positions(
    size: Sequence[int],
    kernel: Sequence[int],
    dilation: Sequence[int],
    padding: Sequence[int],
    stride: Sequence[int],
    output: Sequence[int],
) -> Iterator[tuple[tuple[int, ...], list[slice], list[slice]]]:
    """Yield each kernel position with two lists of slices, one slice per axis.

    The first list selects the windows that read a pixel, rather than padding, at this kernel position; the
    second selects these pixels.
    """
    for position in product(*map(range, kernel)):
        axes = zip(position, dilation, padding, stride, output, size, strict=True)
        slices = [overlap(k * d - p, s, count, n) for k, d, p, s, count, n in axes]
        yield position, [windows for windows, _ in slices], [pixels for _, pixels in slices]


def _arguments(
    where: str, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> list[tuple[int, ...]]:
    return [
        per_axis(where, "kernel_size", kernel_size, 2, minimum=1),
        per_axis(where, "dilation", dilation, 2, minimum=1),
        per_axis(where, "padding", padding, 2, minimum=0),
        per_axis(where, "stride", stride, 2, minimum=1),
    ]


def _windows(
    where: str,
    size: Sequence[int],
    kernel: Sequence[int],
    dilation: Sequence[int],
    padding: Sequence[int],
    stride: Sequence[int],
) -> tuple[int, ...]:
    output = window_counts(size, kernel, stride, dilation, padding, padding)
    if min(output) < 1:
        raise ShapeError(
            f"{where}: the image (of size {tuple(size)} with padding {tuple(padding)}) must not be "
            f"smaller than the window (kernel_size {tuple(kernel)} with dilation {tuple(dilation)})"
        )
    return output
