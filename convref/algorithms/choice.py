"""Which method serves a convolution best, by its shape.

The rule: im2col, unless the spectra of the fft are at least `GAIN` times less work than im2col's columns
and products. Work is counted in values made: a column's value is one, a product of im2col's well-fed
matrix product a small fraction of one, and a transform of n values is n log2 n. That is so for large
kernels over few channels: a kernel must also be transformed for every pair of channels. The other
methods are here to be read: in NumPy, Winograd's transforms and Strassen's sums cost more than the
products that they save. benchmarks/functional.py measures the rule.

The fft spoils a whole map with one NaN or infinity, which the definition does not: where there is one,
and for integers, whose results are exact, it is im2col.
"""

from __future__ import annotations

from math import log2, prod

import numpy as np

from convref.algorithms.fft import fast_length
from convref.algorithms.plan import Plan
from convref.arrays.windows import Array

GAIN = 4
"""How many values of columns are filled in the time of one value and halving of a transform."""

PRODUCTS = 64
"""How many products of a large matrix product take the time of one value of columns."""


def choose(plan: Plan, x: Array, weight: Array) -> str:
    """The name of the method, "im2col" or "fft".

    Example:
        >>> from convref.algorithms.plan import plan_convolution
        >>> x, small, large = np.ones((1, 1, 256, 256)), np.ones((1, 1, 3, 3)), np.ones((1, 1, 64, 64))
        >>> [choose(plan_convolution("", x.shape, w.shape), x, w) for w in (small, large)]
        ['im2col', 'fft']
    """
    if x.dtype.kind not in "fc" or columns_work(plan) < GAIN * spectra_work(plan):
        return "im2col"
    return "fft" if np.isfinite(x).all() and np.isfinite(weight).all() else "im2col"


def columns_work(plan: Plan) -> float:
    """im2col: the columns' values, and the products of the matrix product as fractions of them."""
    columns = plan.batch * plan.in_channels * prod(plan.kernel) * prod(plan.output)
    return columns + plan.macs / PRODUCTS


def spectra_work(plan: Plan) -> float:
    """The fft: a transform for each input, kernel and output channel."""
    padded = zip(plan.size, plan.before, plan.after, strict=True)
    points = prod(fast_length(sum(each)) for each in padded)
    transforms = plan.batch * (plan.in_channels + plan.out_channels)
    transforms += plan.out_channels * plan.in_channels // plan.groups
    return transforms * points * log2(max(points, 2))
