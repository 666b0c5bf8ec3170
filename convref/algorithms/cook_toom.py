"""Derive the matrices of Winograd's fast filtering algorithms as exact fractions (Cook-Toom algorithm).

The algorithm F(m, r) computes m outputs of a filter of r taps from n = m + r - 1 inputs with n
multiplications, where the definition takes m · r. It is derived from a way to multiply two polynomials: a
product of degree n - 1 is determined by its values at n points, and each value takes one multiplication. If
one factor is fixed (the filter), the product is a linear map of the other factor. Filtering is the transpose
of this map, and it takes the same number of multiplications.

Sources: Winograd, "Arithmetic complexity of computations" (1980); Lavin and Gray, "Fast algorithms for
convolutional neural networks" (2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm


@dataclass(frozen=True)
class Scheme:
    """The three matrices of Winograd's F(m, r): the m outputs are output · ((kernel · g) * (input · d)).

    g is the filter (r values), d the n = m + r - 1 inputs that it covers; * multiplies elementwise. The
    matrices `output`, `kernel` and `input` have the shapes (m, n), (n, r) and (n, n), as tuples of rows.
    """

    m: int
    r: int
    output: tuple[tuple[Fraction, ...], ...]
    kernel: tuple[tuple[Fraction, ...], ...]
    input: tuple[tuple[Fraction, ...], ...]


@cache
def cook_toom(m: int, r: int) -> Scheme:
    """Return the matrices that compute m outputs of a filter of r taps with m + r - 1 multiplications.

    Winograd's name for this algorithm is F(m, r). It is built from n = m + r - 1 points: 0, 1, -1, 2, -2,
    1/2, -1/2, …, and infinity.

    Let V(k) be the matrix that evaluates a polynomial of k coefficients at the points. The product of
    polynomials a and g is then V(n)⁻¹ (V(m) a * V(r) g), and transposing it gives the filter applied to d:
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
    scaled = zip(transposed, factors, strict=True)
    return Scheme(
        m,
        r,
        output=tuple(zip(*_vandermonde(points, m), strict=True)),
        kernel=tuple(
            tuple(value / factor for value in row)
            for row, factor in zip(_vandermonde(points, r), factors, strict=True)
        ),
        input=tuple(tuple(value * factor for value in row) for row, factor in scaled),
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
    """Return a row with the powers 0 to degree - 1 of each point, and a last row for the point infinity.

    The last row is (0, …, 0, 1): the value of a polynomial at infinity is its leading coefficient.
    """
    rows = [[point**power for power in range(degree)] for point in points]
    return [*rows, [Fraction(power == degree - 1) for power in range(degree)]]


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """Invert a matrix by Gauss-Jordan elimination; as fractions are exact, any nonzero pivot will do."""
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
