"""Convolution by Winograd's minimal filtering: fewer products for the same outputs.

F(m, r) makes m outputs of a filter of r from n = m + r - 1 inputs with n products, where the sum needs
m · r: the outputs are a product of polynomials, transposed, and a product of degree n - 1 is known
from its values at n points. Over several axes the one-dimensional scheme is nested, and the saving is
a power. The more points, the larger their powers, and the larger the error.

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

from convref.algorithms.plan import Plan
from convref.arrays.windows import Array, windows, zero_pad
from convref.errors import ArgumentError

TILE = 4
"""Outputs of a tile along each axis, where not asked otherwise: F(4, 3) for a kernel of 3."""

MOST = 8
"""The most points that are taken: beyond, single precision has few digits left."""


def winograd(x: Array, weight: Array, plan: Plan, tile: int = TILE) -> Array:
    """The convolution of `x` (N, C, *size) by `weight` (O, C / groups, *kernel), without bias.

    Raises:
        ArgumentError: stride or dilation is not 1, or the kernel is too large for the tile.
    """
    if {*plan.stride, *plan.dilation} != {1}:
        raise ArgumentError(
            f"winograd: stride {plan.stride} and dilation {plan.dilation} must be 1 on every axis"
        )
    if tile + max(plan.kernel) - 1 > MOST:
        raise ArgumentError(
            f"winograd: kernel size {plan.kernel} must be at most {MOST + 1 - tile} on every axis "
            f"with tile {tile}"
        )
    schemes = [cook_toom(tile, r) for r in plan.kernel]
    kernels = weight.reshape(plan.groups, plan.out_channels // plan.groups, *weight.shape[1:])
    kernels = _along_each(kernels, 3, [scheme.kernel for scheme in schemes])
    tiles = [-(-n // tile) for n in plan.output]
    beyond = [t * tile - n for t, n in zip(tiles, plan.output, strict=True)]
    padded = zero_pad(x, plan.before, [a + b for a, b in zip(plan.after, beyond, strict=True)])
    y = np.empty((plan.batch, plan.out_channels, *(t * tile for t in tiles)), x.dtype)
    for image in range(plan.batch):
        y[image] = _one_image(padded[image], kernels, schemes, tiles, plan)
    core: Any = (..., *(slice(n) for n in plan.output))
    return np.ascontiguousarray(y[core])


@dataclass(frozen=True)
class Scheme:
    """F(m, r) in exact numbers: m outputs are output · ((kernel · g) * (input · d)).

    g is a filter of r values, d the n = m + r - 1 inputs that it meets; the matrices are m by n, n by r
    and n by n.
    """

    m: int
    r: int
    output: tuple[tuple[Fraction, ...], ...]
    kernel: tuple[tuple[Fraction, ...], ...]
    input: tuple[tuple[Fraction, ...], ...]


@cache
def cook_toom(m: int, r: int) -> Scheme:
    """F(m, r) from its points: 0, 1, -1, 2, -2, 1/2, -1/2, …, and infinity.

    With V(k) the values at the points of 1, t, …, t^(k - 1), a product of polynomials a and g is
    V(n)⁻¹ (V(m) a * V(r) g). Transposed, that is the filter: V(m)ᵀ (V(r) g * V(n)⁻ᵀ d). The
    denominators of V(n)⁻ᵀ are then moved to the kernel's side, which is transformed only once.

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
    """The powers 0 to degree - 1 of each point, and at infinity the highest one alone."""
    rows = [[point**power for power in range(degree)] for point in points]
    return [*rows, [Fraction(power == degree - 1) for power in range(degree)]]


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Gauss and Jordan's elimination; exact, so that any pivot but 0 will do."""
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
    """Multiply the axes from `first` on by one matrix each."""
    for axis, exact in enumerate(matrices, start=first):
        matrix = np.array([[float(value) for value in row] for row in exact], x.real.dtype)
        x = np.moveaxis(np.tensordot(matrix, x, axes=(1, axis)), 0, axis)
    return x


def _one_image(x: Array, kernels: Array, schemes: list[Scheme], tiles: list[int], plan: Plan) -> Array:
    """The (O, *tiles · m) outputs of one (C, *padded) input, by groups."""
    points, sizes = [len(scheme.input) for scheme in schemes], [scheme.m for scheme in schemes]
    ones = [1] * plan.rank
    view = windows(x, points, sizes, ones, tiles)
    inputs = _along_each(view, 1, [scheme.input for scheme in schemes])
    inputs = inputs.reshape(
        plan.groups, plan.in_channels // plan.groups, prod(points), prod(tiles)
    ).transpose(2, 0, 1, 3)
    rows = kernels.reshape(*kernels.shape[:3], prod(points)).transpose(3, 0, 1, 2)
    products = np.matmul(rows, inputs)
    values = products.transpose(1, 2, 0, 3).reshape(plan.out_channels, *points, *tiles)
    outputs = _along_each(values, 1, [scheme.output for scheme in schemes])
    order = [0, *(axis for pair in range(plan.rank) for axis in (1 + plan.rank + pair, 1 + pair))]
    return outputs.transpose(order).reshape(
        plan.out_channels, *(t * m for t, m in zip(tiles, sizes, strict=True))
    )
