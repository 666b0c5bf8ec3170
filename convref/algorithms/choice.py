"""Choose the fastest algorithm for a convolution from its size.

The unit of cost is one value written to memory. All other operations are given as multiples of it: a
multiply-accumulate in a large matrix product, for example, costs a small fraction, because BLAS reuses values
in registers. benchmarks/functional.py measures the quality of the choice.

- "im2col" is the default. Its cost is one per value of the columns, plus the multiply-accumulates of the
  product.
- "winograd" saves more than half of the multiply-accumulates of a 3 x 3 kernel, but must transform the
  inputs, kernels and outputs. It pays off for many channels, where the multiplications take most of the time,
  and for large feature maps, because the kernels are transformed only once.
- "banded" is for depthwise convolutions with large kernels or with a stride, whose columns take long to copy.
- "fft" has a cost independent of the kernel's size, so it is the fastest for large kernels. It is slow for
  many channels, because the kernel of every pair of input and output channels must be transformed.

"strassen" is never chosen, because in NumPy its additions take longer than the multiplications that it saves.
"direct" is never chosen either, because it is slow.

"winograd", "banded" and "fft" would spread a NaN or an infinity to outputs that do not depend on it, so they
are chosen for finite values only. They also have rounding errors, so integer inputs always use im2col, which
is exact for them.
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
"""The number of multiply-accumulates that a large matrix product does in the time of writing one value."""

LONG_COPY = 0.7
"""Cost, per value, of copying the windows of one kernel position as one long piece; see `im2col`."""

STRIDED_COPY = 1.8
"""Cost, per value of the columns, if the input must first be split into phases; see `im2col`."""

SMALL_PRODUCTS = 8
"""The same number for the small products of banded matrices."""

TRANSFORM = 3.3
"""Cost of Winograd's transforms, per value of the input and the output."""

KERNEL_TRANSFORM = 14
"""Cost of Winograd's transform of one kernel."""

FIXED = 300_000
"""The part of Winograd's cost that does not depend on the size: its many calls of NumPy."""

HALVING = 0.6
"""Cost, per value, of one of the log2(n) stages of a fast Fourier transform of n values."""

FIXED_SPECTRA = 150_000
"""The part of the FFT's cost that does not depend on the size: its many calls of NumPy."""

SPECTRA = 8
"""Cost, per complex value, of multiplying two spectra and adding the product to a sum."""


def choose(plan: ConvPlan, x: Array, weight: Array) -> str:
    """Return the name of the algorithm with the lowest estimated cost to convolve `x` with `weight`.

    Example:
        >>> from convref.algorithms.plan import plan_convolution
        >>> x, small, large = np.ones((1, 1, 256, 256)), np.ones((1, 1, 3, 3)), np.ones((1, 1, 64, 64))
        >>> [choose(plan_convolution("", x.shape, w.shape), x, w) for w in (small, large)]
        ['im2col', 'fft']
    """
    if x.dtype.kind not in "fc" or {*plan.kernel} == {1}:
        return "im2col"  # for a pointwise convolution, it is a matrix product without any copy
    costs = {"im2col": columns_cost(plan)}
    if costs["im2col"] <= min(FIXED, FIXED_SPECTRA) and plan.groups < plan.in_channels:
        return "im2col"  # the others cost more than that for any size
    costs["fft"] = spectra_cost(plan)
    if plan.in_channels == plan.groups:
        costs["banded"] = banded_cost(plan)
    elif {*plan.kernel} == {3} and {*plan.stride, *plan.dilation} == {1} and plan.rank == 2:
        costs["winograd"] = winograd_cost(plan)
    best = min(costs, key=lambda name: costs[name])
    return best if best == "im2col" or (is_finite(x) and is_finite(weight)) else "im2col"


def is_finite(x: Array) -> bool:
    """Return whether all values are finite and so small that the sum of their squares is finite too.

    One call of BLAS computes that sum, which is several times faster than np.isfinite.
    """
    flat = x.reshape(-1) if x.flags.c_contiguous else x.ravel()
    return bool(np.isfinite(np.vdot(flat, flat)))


def columns_cost(plan: ConvPlan) -> float:
    """Return the estimated cost of im2col: writing the columns, plus the matrix product.

    The unit of this and the other costs is the time of writing one value to memory.
    """
    columns: float = plan.batch * plan.in_channels * prod(plan.kernel) * prod(plan.output)
    if max(plan.stride) > 1:
        columns *= STRIDED_COPY
    elif plan.groups > 1:
        columns *= LONG_COPY
    return columns + plan.macs / PRODUCTS


def spectra_cost(plan: ConvPlan) -> float:
    """Return the estimated cost of "fft": transforming all inputs, kernels and outputs, and multiplying."""
    padded = zip(plan.size, plan.before, plan.after, strict=True)
    points = prod(fast_length(sum(each)) for each in padded)
    pairs = plan.out_channels * plan.in_channels // plan.groups
    transforms = plan.batch * (plan.in_channels + plan.out_channels) + pairs
    halves = HALVING * transforms * points * log2(max(points, 2))
    return FIXED_SPECTRA + halves + SPECTRA * plan.batch * pairs * points / 2


def winograd_cost(plan: ConvPlan) -> float:
    """Return the estimated cost of "winograd": all transforms, plus one matrix product per point.

    A point is one of the values at which the algorithm evaluates polynomials; see `cook_toom`.
    """
    tiling = Tiling.of(plan)
    values = plan.batch * (plan.in_channels + plan.out_channels) * prod(tiling.padded)
    pairs = plan.out_channels * plan.in_channels // plan.groups
    products = plan.batch * pairs * tiling.points * prod(tiling.cells)
    return FIXED + TRANSFORM * values + KERNEL_TRANSFORM * pairs + products / PRODUCTS


def banded_cost(plan: ConvPlan) -> float:
    """Return the estimated cost of "banded": copying inputs, building the matrices, and multiplying."""
    pieces, piece = split(plan.output[-1])
    terms = prod(plan.kernel[:-1]) * ((piece - 1) * plan.stride[-1] + plan.extent[-1])
    rows = plan.batch * prod(plan.output[:-1]) * pieces
    return plan.out_channels * terms * (rows + piece + rows * piece / SMALL_PRODUCTS)
