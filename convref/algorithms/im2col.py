"""Convolution as a matrix product: every window becomes a column, every kernel a row.

Naively, each output is a sum over its window. im2col ("image to columns") copies all windows into the
columns of one matrix, so that a single matrix product computes all sums. Each input value is copied once
for every kernel position that meets it, up to 9 times for a 3 x 3 kernel; the copies pay off because BLAS
multiplies matrices close to the processor's peak speed, and loops in Python do not.

The columns of a whole feature map would not fit into the cache. They are made for a few output rows at a
time, at most `LIMIT` bytes, however large the input is.

Source: Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document
Processing" (2006).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array, pad_constant, windows

LIMIT = 1 << 23
"""Most bytes of columns made at a time: small enough to stay in the outer cache until they are multiplied."""


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
    for image, part in _parts(plan, x.itemsize):
        here: Any = (image, ..., part, *[slice(None)] * (plan.rank - 1))
        column = view[here]
        # The reshape is the copy: no strides can describe a matrix whose columns overlap.
        np.matmul(
            rows,
            column.reshape(plan.groups, plan.depth, (part.stop - part.start) * line),
            out=results[image, ..., part.start * line : part.stop * line],
        )
    return y


def _parts(plan: ConvPlan, itemsize: int) -> Iterator[tuple[int, slice]]:
    """Yield images and ranges of their first output axis whose columns stay within the limit."""
    line = plan.groups * plan.depth * prod(plan.output[1:]) * itemsize
    step = max(1, LIMIT // max(line, 1))
    for image in range(plan.batch):
        for start in range(0, plan.output[0], step):
            yield image, slice(start, min(start + step, plan.output[0]))
