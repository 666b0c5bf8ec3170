"""Convolution as a matrix product: every window becomes a column, the kernels are the rows.

The columns repeat each input value once for every kernel position that meets it, so they are made for
a part of the output at a time: never more than `LIMIT` bytes, however large the input.

Source: Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document
Processing" (2006).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from convref.algorithms.plan import Plan
from convref.arrays.windows import Array, windows, zero_pad

LIMIT = 1 << 23
"""Bytes of columns made at a time; what stays in a processor's outer cache is filled and read fastest."""


def im2col(x: Array, weight: Array, plan: Plan) -> Array:
    """The convolution of `x` (N, C, *size) by `weight` (O, C / groups, *kernel), without bias."""
    y = np.empty((plan.batch, plan.out_channels, *plan.output), dtype=x.dtype)
    rows = weight.reshape(plan.groups, plan.out_channels // plan.groups, plan.depth)
    results = y.reshape(plan.batch, plan.groups, plan.out_channels // plan.groups, prod(plan.output))
    x = zero_pad(x, plan.before, plan.after)
    grouped = x.reshape(plan.batch, plan.groups, plan.in_channels // plan.groups, *x.shape[2:])
    if set(plan.kernel) == {1} and set(plan.stride) == {1}:
        np.matmul(rows, grouped.reshape(*grouped.shape[:3], prod(plan.output)), out=results)
        return y
    view = windows(grouped, plan.kernel, plan.stride, plan.dilation, plan.output)
    line = prod(plan.output[1:])
    for image, part in _parts(plan, x.itemsize):
        here: Any = (image, ..., part, *[slice(None)] * (plan.rank - 1))
        column = view[here]
        np.matmul(
            rows,
            column.reshape(plan.groups, plan.depth, (part.stop - part.start) * line),
            out=results[image, ..., part.start * line : part.stop * line],
        )
    return y


def _parts(plan: Plan, itemsize: int) -> Iterator[tuple[int, slice]]:
    """Images, and ranges of their first output axis, whose columns keep within the limit."""
    line = plan.groups * plan.depth * prod(plan.output[1:]) * itemsize
    step = max(1, LIMIT // max(line, 1))
    for image in range(plan.batch):
        for start in range(0, plan.output[0], step):
            yield image, slice(start, min(start + step, plan.output[0]))
