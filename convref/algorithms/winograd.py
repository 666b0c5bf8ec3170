"""Convolution by Winograd's minimal filtering: fewer products for the same outputs.

F(m, r) computes m outputs of a filter of r taps from n = m + r - 1 inputs with n multiplications, where
the definition takes m · r: F(4, 3) takes 6 instead of 12. The idea is to multiply polynomials by
evaluating them: a product of degree n - 1 is determined by its values at n points, and each value is one
multiplication. A filter is the transpose of such a product. Over several axes the one-dimensional scheme is
applied to each axis in turn, so the saving multiplies: F(4 x 4, 3 x 3) takes 36 instead of 144.

The price is accuracy: larger tiles need more points, and powers of the points appear as factors.

Sources: Winograd, "Arithmetic complexity of computations" (1980); Lavin and Gray, "Fast algorithms for
convolutional neural networks" (2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm, prod
from typing import Any

import numpy as np

from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array, pad_constant, windows
from convref.errors import ArgumentError

TILE = 4
"""Default outputs of a tile along each axis: F(4, 3) for a kernel of 3."""

MAX_POINTS = 8
"""Largest number of points; with more, single precision keeps too few correct digits."""


def winograd(x: Array, weight: Array, plan: ConvPlan, tile: int = TILE) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), without bias.

    Raises:
        ArgumentError: stride or dilation is not 1, or the kernel is too large for the tile.
    """
    if {*plan.stride, *plan.dilation} != {1}:
        raise ArgumentError(
            f"winograd: stride {plan.stride} and dilation {plan.dilation} must be 1 on every axis"
        )
    if tile + max(plan.kernel) - 1 > MAX_POINTS:
        raise ArgumentError(
            f"winograd: kernel size {plan.kernel} must be at most {MAX_POINTS + 1 - tile} on every axis "
            f"with tile {tile}"
        )
    schemes = [cook_toom(tile, r) for r in plan.kernel]
    kernels = weight.reshape(plan.groups, plan.out_channels // plan.groups, *weight.shape[1:])
    kernels = _along_each(kernels, 3, [scheme.kernel for scheme in schemes])
    tiles = [-(-n // tile) for n in plan.output]
    beyond = [t * tile - n for t, n in zip(tiles, plan.output, strict=True)]
    padded = pad_constant(x, plan.before, [a + b for a, b in zip(plan.after, beyond, strict=True)])
    y = np.empty((plan.batch, plan.out_channels, *(t * tile for t in tiles)), x.dtype)
    for image in range(plan.batch):
        y[image] = _one_image(padded[image], kernels, schemes, tiles, plan)
    core: Any = (..., *(slice(n) for n in plan.output))
    return np.ascontiguousarray(y[core])


@dataclass(frozen=True)
class Scheme:
    """The matrices of F(m, r) as exact fractions: the m outputs are output · ((kernel · g) * (input · d)).

    g is the filter, r values; d are the n = m + r - 1 inputs under it; * multiplies elementwise. The
    matrices have shapes (m, n), (n, r) and (n, n).
    """

    m: int
    r: int
    output: tuple[tuple[Fraction, ...], ...]
    kernel: tuple[tuple[Fraction, ...], ...]
    input: tuple[tuple[Fraction, ...], ...]


@cache
def cook_toom(m: int, r: int) -> Scheme:
    """Return F(m, r), built from the points 0, 1, -1, 2, -2, 1/2, -1/2, …, and infinity.

    Let V(k) be the matrix that evaluates a polynomial of k coefficients at the points. The product of
    polynomials a and g is then V(n)⁻¹ (V(m) a * V(r) g), and its transpose is the filter:
    V(m)ᵀ (V(r) g * V(n)⁻ᵀ d). The denominators of V(n)⁻ᵀ are moved to the kernel's side, because a kernel
    is transformed once and the inputs are transformed tile by tile.

    Example:
        >>> [[str(value) for value in row] for row in cook_toom(2, 3).kernel]
        [['1', '0', '0'], ['1/2', '1/2', '1/2'], ['1/2', '-1/2', '1/2'], ['0', '0', '1']]
    """
    n = m + r - 1
    points = _points(n - 1)
    inverse = _inverse(_vandermonde(points, n))
    transposed = [list(column) for column in zip(*inverse, strict=True)]
    factors = [lcm(*(value.denominator for value in row)) for row in transposed]
    return Scheme(
        m,
        r,
        output=tuple(zip(*_vandermonde(points, m), strict=True)),
        kernel=tuple(
            tuple(value / factor for value in row)
            for row, factor in zip(_vandermonde(points, r), factors, strict=True)
        ),
        input=tuple(
            tuple(value * factor for value in row) for row, factor in zip(transposed, factors, strict=True)
        ),
    )


def _points(amount: int) -> list[Fraction]:
    points = [Fraction(0), Fraction(1), Fraction(-1)]
    size = 2
    while len(points) < amount:
        for value in (Fraction(size), Fraction(1, size)):
            points += [value, -value]
        size += 1
    return points[:amount]


def _vandermonde(points: list[Fraction], degree: int) -> list[list[Fraction]]:
    """Return the powers 0 to degree - 1 of each point; at infinity only the highest power counts."""
    rows = [[point**power for power in range(degree)] for point in points]
    return [*rows, [Fraction(power == degree - 1) for power in range(degree)]]


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Invert by Gauss-Jordan elimination; in exact fractions any nonzero pivot will do."""
    n = len(matrix)
    rows = [[*row, *(Fraction(i == j) for j in range(n))] for i, row in enumerate(matrix)]
    for column in range(n):
        pivot = next(row for row in range(column, n) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for other in range(n):
            if other != column:
                factor = rows[other][column]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[column], strict=True)]
    return [row[n:] for row in rows]


def _along_each(x: Array, first: int, matrices: list[tuple[tuple[Fraction, ...], ...]]) -> Array:
    """Multiply each axis from `first` on by its matrix."""
    for axis, exact in enumerate(matrices, start=first):
        matrix = np.array([[float(value) for value in row] for row in exact], x.real.dtype)
        x = np.moveaxis(np.tensordot(matrix, x, axes=(1, axis)), 0, axis)
    return x


def _one_image(x: Array, kernels: Array, schemes: list[Scheme], tiles: list[int], plan: ConvPlan) -> Array:
    """Return the outputs (O, *tiles · m) of one padded image (C, *size)."""
    points, sizes = [len(scheme.input) for scheme in schemes], [scheme.m for scheme in schemes]
    ones = [1] * plan.rank
    view = windows(x, points, sizes, ones, tiles)
    inputs = _along_each(view, 1, [scheme.input for scheme in schemes])
    inputs = inputs.reshape(
        plan.groups, plan.in_channels // plan.groups, prod(points), prod(tiles)
    ).transpose(2, 0, 1, 3)
    rows = kernels.reshape(*kernels.shape[:3], prod(points)).transpose(3, 0, 1, 2)
    # One product of matrices per point: (O / groups, C / groups) by (C / groups, tiles).
    products = np.matmul(rows, inputs)
    values = products.transpose(1, 2, 0, 3).reshape(plan.out_channels, *points, *tiles)
    outputs = _along_each(values, 1, [scheme.output for scheme in schemes])
    # (O, *m, *tiles) to (O, tiles, m, tiles, m, …): put each tile's outputs next to each other.
    order = [0, *(axis for pair in range(plan.rank) for axis in (1 + plan.rank + pair, 1 + pair))]
    return outputs.transpose(order).reshape(
        plan.out_channels, *(t * m for t, m in zip(tiles, sizes, strict=True))
    )
