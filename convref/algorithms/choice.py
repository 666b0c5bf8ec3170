"""Choose the fastest method for a convolution from its size.

The rule: im2col, unless the fft's transforms cost at least `GAIN` times less than im2col's columns and
products. Costs are counted in values written. A value of a column costs one. A multiply-accumulate in a
large matrix product costs a small fraction of that, because BLAS reuses what it has in registers. A
transform of n values costs n log2 n. The fft wins for large kernels over few channels: each pair of an
input and an output channel needs the transform of its own kernel, so many channels make it slow.

Winograd and Strassen are never chosen. In NumPy their additions are separate passes over memory, which
take longer than the multiplications that they save. benchmarks/functional.py measures the rule.

The fft also needs finite, non-integer data: a single NaN or infinity would spread over the whole feature
map, and integer results must be exact.
"""

from __future__ import annotations

from math import log2, prod

import numpy as np

from convref.algorithms.fft import fast_length
from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array

GAIN = 4
"""Column values that are written in the time of one value and one halving step of a transform."""

PRODUCTS = 64
"""Multiply-accumulates of a large matrix product in the time that writes one column value."""


def choose(plan: ConvPlan, x: Array, weight: Array) -> str:
    """Return the name of the fastest method, "im2col" or "fft".

    Example:
        >>> from convref.algorithms.plan import plan_convolution
        >>> x, small, large = np.ones((1, 1, 256, 256)), np.ones((1, 1, 3, 3)), np.ones((1, 1, 64, 64))
        >>> [choose(plan_convolution("", x.shape, w.shape), x, w) for w in (small, large)]
        ['im2col', 'fft']
    """
    if x.dtype.kind not in "fc" or columns_cost(plan) < GAIN * spectra_cost(plan):
        return "im2col"
    return "fft" if np.isfinite(x).all() and np.isfinite(weight).all() else "im2col"


def columns_cost(plan: ConvPlan) -> float:
    """Return the cost of im2col: the values of its columns, plus its products at their fraction."""
    columns = plan.batch * plan.in_channels * prod(plan.kernel) * prod(plan.output)
    return columns + plan.macs / PRODUCTS


def spectra_cost(plan: ConvPlan) -> float:
    """Return the cost of the fft: one transform per input map, per kernel and per output map."""
    padded = zip(plan.size, plan.before, plan.after, strict=True)
    points = prod(fast_length(sum(each)) for each in padded)
    transforms = plan.batch * (plan.in_channels + plan.out_channels)
    transforms += plan.out_channels * plan.in_channels // plan.groups
    return transforms * points * log2(max(points, 2))
