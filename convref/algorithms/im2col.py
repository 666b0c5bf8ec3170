"""Compute convolutions as matrix products: every window becomes a column, every kernel a row.

Naively, each output is a sum over its window. im2col ("image to columns") copies all windows into the
columns of one matrix, so that a single matrix product computes all sums. Each input value is copied once
for every kernel position that reads it, up to 9 times for a 3 x 3 kernel; the copies pay off because BLAS
multiplies matrices close to the processor's peak speed, and loops in Python do not.

The columns of a whole feature map would not fit into the cache. They are made for a few output rows at a
time, in one buffer that is used again for the next rows. With a stride, the input is first split into
phases, whose rows are copied without gaps. In a convolution with groups, such as a depthwise one, the columns
are made for all rows of a few groups at a time.

Source: Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document
Processing" (2006).
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np

from convref.algorithms.plan import ConvPlan
from convref.arrays.geometry import overlap
from convref.arrays.windows import Array, pad_constant, windows

LIMIT = 1 << 21
"""Bytes of columns that are made at a time: small enough for a processor's second-level cache."""

GROUP_LIMIT = 1 << 19
"""Bytes of columns that are made at a time for whole groups, each of which has only a small product."""

COLUMNS = 512
"""Least number of columns that are made at a time: BLAS reads all of the kernels once for each product."""


def im2col(x: Array, weight: Array, plan: ConvPlan) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), without bias."""
    y = np.empty((plan.batch, plan.out_channels, *plan.output), dtype=x.dtype)
    rows = weight.reshape(plan.groups, plan.out_channels // plan.groups, plan.depth)
    count = prod(plan.output)  # of windows, which is the number of columns
    if set(plan.kernel) == {1} and set(plan.stride) == {1}:
        # The windows of a pointwise convolution are the pixels, so the input already is the
        # matrix of columns.
        x = pad_constant(x, plan.before, plan.after)
        columns = x.reshape(plan.batch, plan.groups, plan.depth, count)
        np.matmul(rows, columns, out=y.reshape(plan.batch, *rows.shape[:2], count))
    elif plan.groups > 1 and {*plan.stride} == {1} and plan.depth * count * x.itemsize <= LIMIT:
        _by_groups(x, rows, plan, y)
    else:
        _by_rows(x, rows, plan, y)
    return y


def _by_rows(x: Array, rows: Array, plan: ConvPlan, y: Array) -> None:
    """Write the result into `y`, with the columns of a few output rows at a time.

    Args:
        x: the input (N, C, *size).
        rows: the kernels as the rows of a matrix for each group, (groups, O / groups, depth).
        plan: the sizes and arguments of the convolution.
        y: the array for the result, (N, O, *output).
    """
    results = y.reshape(plan.batch, *rows.shape[:2], prod(plan.output))
    views = _views(x, plan)
    line = prod(plan.output[1:])
    step = _rows_at_a_time(plan, x.itemsize)
    # The system must map and clear the memory of a new array, which takes as long as filling it.
    buffer = np.empty((plan.groups, plan.depth, step * line), x.dtype)
    x_channels = plan.groups, plan.in_channels // plan.groups
    for image in range(plan.batch):
        for start in range(0, plan.output[0], step):
            part = slice(start, min(start + step, plan.output[0]))
            here: Any = (image, ..., part, *[slice(None)] * (plan.rank - 1))
            columns = buffer[..., : (part.stop - part.start) * line]
            filled = columns.reshape(*x_channels, *plan.kernel, part.stop - part.start, *plan.output[1:])
            for positions, view in views:
                filled[positions] = view[here]
            flat = slice(part.start * line, part.stop * line)
            np.matmul(rows, columns, out=results[image, ..., flat])


def _by_groups(x: Array, rows: Array, plan: ConvPlan, y: Array) -> None:
    """Write the result into `y`, with the columns of a few groups at a time, for a stride of 1.

    The windows at one kernel position read a part of each padded input row: all but its last few values.
    Copying these values as well makes the part a single contiguous piece of memory over all rows, which is
    copied several times faster than many short rows. The sums of the additional columns mix the end of a row
    with the start of the next; they are not copied into the result. The arguments are those of `_by_rows`.
    """
    # The last row has no next one, except for a further row of zeros.
    x = _padded(x, plan, more_rows=int(plan.rank > 1))
    made = (plan.output[0], *x.shape[4:])
    view = windows(x, plan.kernel, plan.stride, plan.dilation, made)
    step = min(plan.groups, max(1, GROUP_LIMIT // (plan.depth * prod(made) * x.itemsize)))
    buffer = np.empty((step, plan.depth, prod(made)), x.dtype)
    sums = np.empty((step, rows.shape[1], *made), x.dtype)
    inside: Any = (..., *[slice(n) for n in plan.output])
    results = y.reshape(plan.batch, *rows.shape[:2], *plan.output)
    for image in range(plan.batch):
        for start in range(0, plan.groups, step):
            some = slice(start, min(start + step, plan.groups))
            columns, products = buffer[: some.stop - start], sums[: some.stop - start]
            columns.reshape(len(columns), *view.shape[2:])[...] = view[image, some]
            np.matmul(rows[some], columns, out=products.reshape(len(products), rows.shape[1], -1))
            results[image, some] = products[inside]


def _views(x: Array, plan: ConvPlan) -> list[tuple[Any, Array]]:
    """Return the windows as views of a padded copy of the input, each with the kernel positions that it has.

    A view is (N, groups, C / groups, *positions, *output). With a stride of 1, a single view has all kernel
    positions. With a stride s, the values of a row of outputs are s entries apart in the input, and such
    values take several times as long to copy. They would be copied for every kernel position. So the input is
    first split into phases: phase p of an axis consists of the entries whose index is p modulo s. A view of a
    phase has each s-th kernel position, for which the values of a row of outputs are neighbours.
    """
    if {*plan.dilation} != {1} or all(k <= s for k, s in zip(plan.kernel, plan.stride, strict=True)):
        every = (slice(None),) * (2 + plan.rank)
        return [(every, windows(_padded(x, plan), plan.kernel, plan.stride, plan.dilation, plan.output))]
    ones, views = (1,) * plan.rank, []
    for phase in product(*map(range, map(min, plan.kernel, plan.stride))):
        sizes = [-(-(k - p) // s) for k, p, s in zip(plan.kernel, phase, plan.stride, strict=True)]
        cells = [count + size - 1 for count, size in zip(plan.output, sizes, strict=True)]
        axes = zip(phase, plan.before, plan.stride, cells, plan.size, strict=True)
        here, there = zip(*[overlap(p - b, s, n, size) for p, b, s, n, size in axes], strict=True)
        split = np.zeros((*x.shape[:2], *cells), x.dtype)
        split[(..., *here)] = x[(..., *there)]
        split = split.reshape(plan.batch, plan.groups, plan.in_channels // plan.groups, *cells)
        positions = tuple([slice(p, None, s) for p, s in zip(phase, plan.stride, strict=True)])
        views.append(
            ((..., *positions, *[slice(None)] * plan.rank), windows(split, sizes, ones, ones, plan.output))
        )
    return views


def _padded(x: Array, plan: ConvPlan, *, more_rows: int = 0) -> Array:
    """Return the padded input, (N, groups, C / groups, *padded), with `more_rows` further rows of zeros."""
    first, *others = plan.after
    x = pad_constant(x, plan.before, (first + more_rows, *others))
    return x.reshape(plan.batch, plan.groups, plan.in_channels // plan.groups, *x.shape[2:])


def _rows_at_a_time(plan: ConvPlan, itemsize: int) -> int:
    """Return the number of indices of the first output axis (rows, of an image) that one product computes.

    It is chosen so that the columns of one product take about `LIMIT` bytes; a product has at least about
    `COLUMNS` columns, even if they take more.
    """
    line = prod(plan.output[1:])
    within_cache = LIMIT // max(1, plan.groups * plan.depth * line * itemsize)
    return min(plan.output[0], max(1, within_cache, COLUMNS // max(1, line)))
