"""Compute im2col convolutions with Strassen's matrix product: seven half-size products instead of eight.

When both matrices are split into quarters, the definition takes eight products of quarters and four sums.
Strassen's identities take seven products and eighteen sums. Each level of recursion therefore saves an eighth
of the multiplications. On small matrices the additional sums cost more than this saves, so the recursion
stops at the size `LEAF`.

Source: Strassen, "Gaussian elimination is not optimal" (1969).
"""

from __future__ import annotations

from math import prod

import numpy as np

from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array, pad_constant, windows

LEAF = 128
"""Default size below which a matrix is multiplied directly."""


def strassen(x: Array, weight: Array, plan: ConvPlan, leaf: int = LEAF) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), without bias."""
    x = pad_constant(x, plan.before, plan.after)
    grouped = x.reshape(plan.batch, plan.groups, plan.in_channels // plan.groups, *x.shape[2:])
    view = windows(grouped, plan.kernel, plan.stride, plan.dilation, plan.output)
    rows = weight.reshape(plan.groups, plan.out_channels // plan.groups, plan.depth)
    y = np.empty((plan.batch, plan.groups, rows.shape[1], prod(plan.output)), x.dtype)
    for image in range(plan.batch):
        for group in range(plan.groups):
            columns = view[image, group].reshape(plan.depth, prod(plan.output))
            y[image, group] = strassen_product(rows[group], columns, leaf)
    return y.reshape(plan.batch, plan.out_channels, *plan.output)


def strassen_product(a: Array, b: Array, leaf: int = LEAF) -> Array:
    """Return the matrix product of `a` and `b`.

    Matrices with an odd number of rows or columns are padded with a row or column of zeros, so that they can
    be quartered. Matrices with at most `leaf` rows or columns are multiplied by NumPy.

    Example:
        >>> strassen_product(np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]]), leaf=1)
        array([[19, 22],
               [43, 50]])
    """
    if min(*a.shape, b.shape[1]) <= leaf:
        return np.asarray(a @ b)
    a11, a12, a21, a22 = _quarters(a)
    b11, b12, b21, b22 = _quarters(b)
    m1 = strassen_product(a11 + a22, b11 + b22, leaf)
    m2 = strassen_product(a21 + a22, b11, leaf)
    m3 = strassen_product(a11, b12 - b22, leaf)
    m4 = strassen_product(a22, b21 - b11, leaf)
    m5 = strassen_product(a11 + a12, b22, leaf)
    m6 = strassen_product(a21 - a11, b11 + b12, leaf)
    m7 = strassen_product(a12 - a22, b21 + b22, leaf)
    whole = np.block([[m1 + m4 - m5 + m7, m3 + m5], [m2 + m4, m1 - m2 + m3 + m6]])
    return whole[: a.shape[0], : b.shape[1]]


def _quarters(x: Array) -> tuple[Array, Array, Array, Array]:
    even = pad_constant(x, (0, 0), (x.shape[0] % 2, x.shape[1] % 2))
    rows, columns = even.shape[0] // 2, even.shape[1] // 2
    return even[:rows, :columns], even[:rows, columns:], even[rows:, :columns], even[rows:, columns:]
