"""Choose the fastest method for a convolution from its size.

The cost of a method is counted in values written to memory. The other constants are relative to that: a
multiply-accumulate in a large matrix product, for example, costs a small fraction of it, because BLAS reuses
what it has in registers. benchmarks/functional.py measures how well the rule does.

- "im2col" is the default. Writing the columns costs one per value, and the product its multiply-accumulates.
- "winograd" saves more than half of the multiply-accumulates of a 3 x 3 kernel. That pays off for many
  channels, whose products outweigh the transforms, on feature maps so large that the kernels' transforms do
  not matter.
- "banded" serves depthwise convolutions, whose products are otherwise too small to keep BLAS busy.
- "fft" is independent of the kernel's size, and so the fastest for large kernels. It is not for many
  channels: the kernel of every pair of channels needs a transform of its own.

"strassen" is never chosen: in NumPy its additions are passes over memory that take longer than the
multiplications that they save. "direct" is the definition, and slow.

All but im2col would spread a NaN or an infinity to outputs that do not read it, so they need finite values.
Nor are they exact, so integers are left to im2col, too.
"""

from __future__ import annotations

from math import log2, prod

import numpy as np

from convref.algorithms.banded import split
from convref.algorithms.fft import fast_length
from convref.algorithms.plan import ConvPlan
from convref.algorithms.winograd import Tiling
from convref.arrays.windows import Array

PRODUCTS = 32
"""Multiply-accumulates of a large matrix product in the time that writes one value."""

SMALL_PRODUCTS = 8
"""The same for the small products of banded matrices."""

TRANSFORM = 6
"""Cost of Winograd's transforms, per value of the input and the output."""

KERNEL_TRANSFORM = 40
"""Cost of Winograd's transform of one kernel."""

FIXED = 8_000_000
"""Cost of Winograd that does not depend on the size: many calls of NumPy, and new memory for its buffers."""

HALVING = 0.6
"""Cost of one halving step of a Fourier transform, per value."""

FIXED_SPECTRA = 150_000
"""Cost of the fft that does not depend on the size: its many calls of NumPy."""

SPECTRA = 8
"""Cost of multiplying two spectra and adding up, per complex value."""


def choose(plan: ConvPlan, x: Array, weight: Array) -> str:
    """Return the name of the fastest method for these arrays.

    Example:
        >>> from convref.algorithms.plan import plan_convolution
        >>> x, small, large = np.ones((1, 1, 256, 256)), np.ones((1, 1, 3, 3)), np.ones((1, 1, 64, 64))
        >>> [choose(plan_convolution("", x.shape, w.shape), x, w) for w in (small, large)]
        ['im2col', 'fft']
    """
    if x.dtype.kind not in "fc":
        return "im2col"
    costs = {"im2col": columns_cost(plan), "fft": spectra_cost(plan)}
    if plan.in_channels == plan.groups:
        costs["banded"] = banded_cost(plan)
    elif {*plan.kernel} == {3} and {*plan.stride, *plan.dilation} == {1} and plan.rank == 2:
        costs["winograd"] = winograd_cost(plan)
    best = min(costs, key=lambda name: costs[name])
    return best if best == "im2col" or (is_finite(x) and is_finite(weight)) else "im2col"


def is_finite(x: Array) -> bool:
    """Return whether all values are finite, and small enough that their products are finite, too.

    The sum of the squares answers both at once, by one call of BLAS, several times faster than np.isfinite.
    """
    flat = x.reshape(-1) if x.flags.c_contiguous else x.ravel()
    return bool(np.isfinite(np.vdot(flat, flat)))


def columns_cost(plan: ConvPlan) -> float:
    """Return the cost of im2col: writing the columns, and the product."""
    columns = plan.batch * plan.in_channels * prod(plan.kernel) * prod(plan.output)
    return columns + plan.macs / PRODUCTS


def spectra_cost(plan: ConvPlan) -> float:
    """Return the cost of the fft: one transform per input map, kernel and output map, and the products."""
    padded = zip(plan.size, plan.before, plan.after, strict=True)
    points = prod(fast_length(sum(each)) for each in padded)
    pairs = plan.out_channels * plan.in_channels // plan.groups
    transforms = plan.batch * (plan.in_channels + plan.out_channels) + pairs
    halves = HALVING * transforms * points * log2(max(points, 2))
    return FIXED_SPECTRA + halves + SPECTRA * plan.batch * pairs * points / 2


def winograd_cost(plan: ConvPlan) -> float:
    """Return the cost of Winograd: all transforms, and one product per point."""
    tiling = Tiling.of(plan)
    values = plan.batch * (plan.in_channels + plan.out_channels) * prod(tiling.padded)
    pairs = plan.out_channels * plan.in_channels // plan.groups
    products = plan.batch * pairs * tiling.points * prod(tiling.cells)
    return FIXED + TRANSFORM * values + KERNEL_TRANSFORM * pairs + products / PRODUCTS


def banded_cost(plan: ConvPlan) -> float:
    """Return the cost of banded matrices: laying out inputs and matrices, and the products."""
    pieces, piece = split(plan.output[-1])
    terms = prod(plan.kernel[:-1]) * ((piece - 1) * plan.stride[-1] + plan.extent[-1])
    rows = plan.batch * prod(plan.output[:-1]) * pieces
    return plan.out_channels * terms * (rows + piece + rows * piece / SMALL_PRODUCTS)
