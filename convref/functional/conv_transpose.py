"""Transposed convolution over one, two or three axes, as in torch.nn.functional.

A transposed convolution is the adjoint of the convolution with the same weight and arguments, not its
inverse. Every input value scales a copy of the kernel, and the copies are added into the output at positions
`stride` apart. Inputs are (N, C, *size) or, without a batch, (C, *size); weights are (C, O / groups,
*kernel).

Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), chapter 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np

from convref.algorithms.im2col import LIMIT
from convref.arrays.arguments import Ints, integer, per_axis
from convref.arrays.calls import checked
from convref.arrays.checks import ARITHMETIC, batched, like, like_or_none, shape_is, tensor, wide
from convref.arrays.geometry import overlap
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array, add_bias
from convref.errors import ArgumentError, ShapeError


@checked
def conv_transpose1d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Array:
    """Apply a transposed convolution with a weight (C, O / groups, K) to (N, C, L); see `conv_transpose2d`.

    Example:
        >>> conv_transpose1d(np.array([[1.0, 10.0]]), np.array([[[1.0, 2.0, 3.0]]]), stride=2)
        array([[ 1.,  2., 13., 20., 30.]])
    """
    return _conv_transpose(
        "conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


@checked
def conv_transpose2d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Array:
    """Apply a transposed convolution to (N, C, H, W), as torch.nn.functional.conv_transpose2d.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        weight: (C, O / groups, KH, KW).
        bias: (O,), or None.
        stride: the distance between copies of the kernel in the output.
        padding: the number of rows and columns cut off on both sides of the output. (The corresponding
            convolution adds as many zeros on both sides of its input.)
        output_padding: the number of rows and columns added at the end of the output, less than the larger of
            stride and dilation. A strided convolution gives the same output size for inputs of several sizes,
            and this argument selects the input size that the transposed convolution returns to.
        groups: the number of parts that the channels are split into; each part is computed separately.
        dilation: the distance between the values of a kernel in the output.

    Returns:
        (N, O, H', W') with H' = (H - 1) stride - 2 padding + dilation (KH - 1) + output_padding + 1.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> y = conv_transpose2d(np.ones((1, 8, 7, 7)), np.ones((8, 4, 3, 3)), None, 2, 1, 1)
        >>> y.shape
        (1, 4, 14, 14)
    """
    return _conv_transpose(
        "conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


@checked
def conv_transpose3d(
    input: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Array:
    """Apply a transposed convolution to (N, C, D, H, W), with a weight (C, O / groups, KD, KH, KW).

    Arguments as in `conv_transpose2d`.

    Example:
        >>> conv_transpose3d(np.ones((4, 3, 3, 3)), np.ones((4, 2, 2, 2, 2)), stride=2).shape
        (2, 6, 6, 6)
    """
    return _conv_transpose(
        "conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


@dataclass(frozen=True)
class TransposedPlan:
    """The checked arguments of a transposed convolution, with one integer per spatial axis.

    `full` is the size of the output before the padding is cut off.
    """

    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[int, ...]
    full: tuple[int, ...]
    """The size of the output before padding is cut off."""


@ieee()
def _conv_transpose(
    where: str,
    rank: int,
    input: Array,
    weight: Array,
    bias: Array | None,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: Any,
    dilation: Any,
) -> Array:
    x = tensor(where, "input", input, ARITHMETIC)
    kernels = like(where, "weight", weight, x)
    offsets = like_or_none(where, "bias", bias, x)
    if kernels.ndim != rank + 2:
        raise ShapeError(f"{where}: weight (of shape {kernels.shape}) must have {rank + 2} axes")
    full = batched(where, x, rank)
    groups = integer(where, "groups", groups, minimum=1)
    if kernels.shape[0] != full.shape[1]:
        raise ShapeError(
            f"{where}: input has {full.shape[1]} channels, but weight (of shape {kernels.shape}) "
            f"expects {kernels.shape[0]}"
        )
    if full.shape[1] % groups or 0 in kernels.shape:
        rule = f"must divide the {full.shape[1]} channels of input, and no axis of weight may have size 0"
        raise ShapeError(f"{where}: groups (={groups}) {rule}")
    shape_is(where, "bias", offsets, (kernels.shape[1] * groups,))
    plan = _plan(where, full.shape[2:], kernels.shape[2:], stride, padding, output_padding, dilation)
    y = add_bias(_scattered(wide(full), wide(kernels), groups, plan), offsets).astype(x.dtype, copy=False)
    return y if full is x else y[0]


def _plan(
    where: str,
    size: Sequence[int],
    kernel: Sequence[int],
    stride: Any,
    padding: Any,
    output_padding: Any,
    dilation: Any,
) -> TransposedPlan:
    rank = len(size)
    steps = per_axis(where, "stride", stride, rank, minimum=1)
    spread = per_axis(where, "dilation", dilation, rank, minimum=1)
    cut = per_axis(where, "padding", padding, rank, minimum=0)
    left = per_axis(where, "output_padding", output_padding, rank, minimum=0)
    # A convolution gives the same output size for at most `stride` input sizes.
    if any(more >= s and more >= d for more, s, d in zip(left, steps, spread, strict=True)):
        raise ArgumentError(
            f"{where}: output_padding (={output_padding!r}) must be less than the larger of "
            f"stride {steps} and dilation {spread} on each axis"
        )
    full = tuple(
        (n - 1) * s + d * (k - 1) + more + 1
        for n, k, s, d, more in zip(size, kernel, steps, spread, left, strict=True)
    )
    if any(n <= 2 * p for n, p in zip(full, cut, strict=True)):
        raise ShapeError(
            f"{where}: padding (={padding!r}) must be less than half of {full}, "
            f"the output's size before the padding is cut off"
        )
    return TransposedPlan(steps, spread, cut, full)


def _scattered(x: Array, weight: Array, groups: int, plan: TransposedPlan) -> Array:
    """Compute a transposed convolution by adding the contributions of one kernel position at a time.

    The definition loops over the inputs: each adds a scaled kernel to its window of the output. This function
    loops over the kernel positions instead. At one position, the contributions of all inputs land on distinct
    outputs, `stride` apart, so one strided sum adds them all. The contributions are matrix products over the
    channels. Those of several positions are computed together, in an array of at most `LIMIT` bytes.
    """
    batch, channels, *size = x.shape
    outputs, *kernel = weight.shape[1:]
    positions = list(product(*map(range, kernel)))
    flat = x.reshape(batch, groups, channels // groups, prod(size))
    rows = weight.reshape(groups, channels // groups, outputs, len(positions)).transpose(0, 3, 2, 1)
    # The padding is never computed: contributions to it are left out of the sums below.
    cropped = [n - 2 * p for n, p in zip(plan.full, plan.padding, strict=True)]
    y = np.zeros((batch, groups, outputs, *cropped), x.dtype)
    # Products over several positions at once keep BLAS busy, but take memory for each of them.
    step = max(1, LIMIT // max(1, batch * groups * outputs * prod(size) * x.itemsize))
    for start in range(0, len(positions), step):
        some = positions[start : start + step]
        matrix = rows[:, start : start + step].reshape(groups, len(some) * outputs, channels // groups)
        given = np.matmul(matrix, flat).reshape(batch, groups, len(some), outputs, *size)
        for number, position in enumerate(some):
            axes = zip(position, plan.dilation, plan.padding, plan.stride, size, cropped, strict=True)
            slices = [overlap(k * d - p, s, n, out) for k, d, p, s, n, out in axes]
            inputs: Any = (..., *(each for each, _ in slices))
            targets: Any = (..., *(each for _, each in slices))
            y[targets] += given[:, :, number][inputs]
    return y.reshape(batch, groups * outputs, *cropped)
