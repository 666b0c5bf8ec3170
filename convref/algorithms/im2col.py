"""Compute convolutions as matrix products: every window becomes a column, every kernel a row.

Naively, each output is a sum over its window. im2col ("image to columns") copies all windows into the
columns of one matrix, so that a single matrix product computes all sums. Each input value is copied once
for every kernel position that reads it, up to 9 times for a 3 x 3 kernel; the copies pay off because BLAS
multiplies matrices close to the processor's peak speed, and loops in Python do not.

The columns of a whole feature map would not fit into the cache. They are made for a few output rows at a
time, in one buffer that is used again for the next rows.

Source: Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document
Processing" (2006).
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array, pad_constant, windows

LIMIT = 1 << 21
"""Bytes of columns that are made at a time: small enough for a processor's second-level cache."""

COLUMNS = 512
"""Least number of columns that are made at a time: BLAS reads all of the kernels once for each product."""


def im2col(x: Array, weight: Array, plan: ConvPlan) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), without bias."""
    y = np.empty((plan.batch, plan.out_channels, *plan.output), dtype=x.dtype)
    rows = weight.reshape(plan.groups, plan.out_channels // plan.groups, plan.depth)
    results = y.reshape(plan.batch, plan.groups, plan.out_channels // plan.groups, prod(plan.output))
    x = pad_constant(x, plan.before, plan.after)
    grouped = x.reshape(plan.batch, plan.groups, plan.in_channels // plan.groups, *x.shape[2:])
    if set(plan.kernel) == {1} and set(plan.stride) == {1}:
        # The windows of a pointwise convolution are the pixels: the input already is the matrix of columns.
        np.matmul(rows, grouped.reshape(*grouped.shape[:3], prod(plan.output)), out=results)
        return y
    view = windows(grouped, plan.kernel, plan.stride, plan.dilation, plan.output)
    line = prod(plan.output[1:])
    step = _rows_at_a_time(plan, x.itemsize)
    # Memory of a new array must be mapped and cleared by the system, which takes as long as filling it.
    buffer = np.empty((plan.groups, plan.depth, step * line), x.dtype)
    for image in range(plan.batch):
        for start in range(0, plan.output[0], step):
            part = slice(start, min(start + step, plan.output[0]))
            here: Any = (image, ..., part, *[slice(None)] * (plan.rank - 1))
            columns = buffer[..., : (part.stop - part.start) * line]
            columns.reshape(view[here].shape)[...] = view[here]
            np.matmul(rows, columns, out=results[image, ..., part.start * line : part.stop * line])
    return y


def _rows_at_a_time(plan: ConvPlan, itemsize: int) -> int:
    """Return the number of indices of the first output axis (rows, of an image) that one product computes.

    It is chosen so that the columns of one product take about `LIMIT` bytes; a product has at least about
    `COLUMNS` columns, even if they take more.
    """
    line = prod(plan.output[1:])
    within_cache = LIMIT // max(1, plan.groups * plan.depth * line * itemsize)
    return min(plan.output[0], max(1, within_cache, COLUMNS // max(1, line)))
