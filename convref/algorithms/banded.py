"""Compute convolutions as products with banded matrices, which is fast for depthwise convolutions.

In a depthwise convolution every output channel reads one input channel. For each channel, im2col would
multiply a single row (the kernel) by the columns: it copies as much as for a full convolution, but uses each
copy for only one output channel.

Here a piece of an output row is the product of a piece of an input row (a vector) and a banded matrix. Column
j of that matrix holds the kernel's row, starting at row j · stride, and zeros elsewhere.

    [y0 y1 y2] = [x0 x1 x2 x3 x4] [w0      ]
                                  [w1 w0   ]
                                  [w2 w1 w0]
                                  [   w2 w1]
                                  [      w2]

With several spatial axes, the rows of a window are concatenated, and the matrices of the kernel's rows are
stacked. Most of the multiplications are by zero. Still, all pieces of a feature map form one product of large
matrices, which BLAS computes so fast that this takes a fourth of the time of im2col, or less. Because of the
zeros, inputs with NaN or infinity must be excluded: 0 times infinity is NaN.

Longer pieces mean matrices with more zeros. Shorter pieces mean more copies, since neighbouring pieces of the
input overlap.
"""

from __future__ import annotations

from math import prod

import numpy as np

from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array, pad_constant, windows

PIECE = 16
"""The largest number of outputs in a piece, that is, columns of a banded matrix."""

LIMIT = 1 << 20
"""The largest number of bytes of inputs and matrices per product; both should fit into the L2 cache."""


def banded(x: Array, weight: Array, plan: ConvPlan) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), without bias."""
    in_group, out_group = plan.in_channels // plan.groups, plan.out_channels // plan.groups
    pieces, piece = split(plan.output[-1])
    width = (piece - 1) * plan.stride[-1] + plan.extent[-1]  # inputs that a piece reads
    reach = (pieces - 1) * piece * plan.stride[-1] + width  # inputs that all pieces read
    *after, last = plan.after
    last = max(last, reach - plan.before[-1] - plan.size[-1])
    x = pad_constant(x, plan.before, (*after, last))
    view = windows(
        x.reshape(plan.batch, plan.groups, in_group, *x.shape[2:]),
        (*plan.kernel[:-1], width),
        (*plan.stride[:-1], piece * plan.stride[-1]),
        (*plan.dilation[:-1], 1),
        (*plan.output[:-1], pieces),
    )  # (N, groups, C / groups, *kernel, *output), of which outputs become rows and the rest columns
    order = [0, *range(2 + plan.rank, 2 + 2 * plan.rank), *range(1, 2 + plan.rank)]
    kernels = weight.reshape(plan.groups, out_group, in_group, *plan.kernel)
    terms, lines = in_group * prod(plan.kernel[:-1]) * width, prod(plan.output[:-1]) * pieces
    y = np.empty((plan.batch, plan.out_channels, *plan.output[:-1], pieces * piece), x.dtype)
    products = y.reshape(plan.batch, plan.groups, out_group, lines, piece)
    step = max(1, LIMIT // max(1, terms * (lines + out_group * piece) * x.itemsize))
    for start in range(0, plan.groups, step):
        some = slice(start, start + step)
        matrices = _matrices(kernels[some], plan, piece, width)
        for image in range(plan.batch):
            rows = view[image, some].transpose(order)
            np.matmul(rows.reshape(len(rows), 1, lines, terms), matrices, out=products[image, some])
    return y if pieces * piece == plan.output[-1] else np.ascontiguousarray(y[..., : plan.output[-1]])


def split(length: int) -> tuple[int, int]:
    """Return the number of pieces into which an output row of `length` values is split, and their length.

    All pieces have the same length, so together they may be a few values longer than the row.

    Example:
        >>> split(56), split(7)
        ((4, 14), (1, 7))
    """
    pieces = -(-length // PIECE)
    return pieces, -(-length // pieces)


def _matrices(kernels: Array, plan: ConvPlan, piece: int, width: int) -> Array:
    """Return the banded matrices of all kernels, (groups, O / groups, terms, piece).

    Args:
        kernels: the weight, reshaped to (groups, O / groups, C / groups, *kernel).
        plan: the sizes and arguments of the convolution.
        piece: the number of consecutive outputs that one matrix gives, which is its number of columns.
        width: the number of consecutive inputs that these outputs depend on. A matrix has a row for each such
            input, channel of a group and row of the kernel.
    """
    matrices = np.zeros((*kernels.shape[:-1], width, piece), kernels.dtype)
    # A view of the diagonals: entry (k, j) is row k · dilation + j · stride of column j.
    *lead, row, column = matrices.strides
    diagonals = np.lib.stride_tricks.as_strided(
        matrices,
        (*kernels.shape, piece),
        (*lead, plan.dilation[-1] * row, plan.stride[-1] * row + column),
    )
    diagonals[...] = kernels[..., np.newaxis]
    return matrices.reshape(*kernels.shape[:2], -1, piece)
