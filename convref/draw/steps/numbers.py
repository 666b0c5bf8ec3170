"""Write numbers into the cells of grids, and lay out grids side by side with operators between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convref.draw.svg.canvas import WIDTH, Canvas, text_width
from convref.draw.svg.feature_maps import Range
from convref.draw.svg.grid import Cell, Grid
from convref.errors import ArgumentError

Numbers = NDArray[np.float64]

LARGEST, LEAST = 28.0, 15.0
MARGIN = 6.0  # the least space beside a number, if there is room for wider cells
HEAD = 20.0
SIGN = 22.0


def matrix(argument: str, given: ArrayLike) -> Numbers:
    """Return `given` as a NumPy array with two axes; `argument` is its name in the error.

    Raises:
        ArgumentError: the argument is not a matrix.
    """
    found = np.asarray(given, dtype=np.float64)
    if found.ndim != 2 or not found.size:
        raise ArgumentError(f"draw: {argument} (of shape {found.shape}) must be a matrix")
    return found


def number_text(value: Any) -> str:
    """Return a number as text, with at most two decimals.

    Example:
        >>> [number_text(value) for value in (3.0, -0.25, 1 / 3)]
        ['3', '−0.25', '0.33']
    """
    return f"{float(value):.2f}".rstrip("0").rstrip(".").replace("-", "−").removesuffix("−0") or "0"


def product_sum(pairs: Iterable[tuple[float, float]]) -> str:
    """Return a sum of products, with its result, as text such as "3×1 + 2×(−1) = 1".

    Example:
        >>> product_sum([(3, 1), (2, -1)])
        '3×1 + 2×(−1) = 1'
    """
    terms = list(pairs)
    total = sum(left * right for left, right in terms)
    return (
        f"{' + '.join(f'{_factor(left)}×{_factor(right)}' for left, right in terms)} = {number_text(total)}"
    )


def write(canvas: Canvas, grid: Grid, numbers: Mapping[Cell, float], *, faint: bool = False) -> None:
    """Write numbers into the cells of a grid."""
    for cell, value in numbers.items():
        canvas.text(*grid.center(cell), number_text(value), faint=faint)


def cells(numbers: Numbers) -> dict[Cell, float]:
    """Return the elements of a matrix by (row, column)."""
    return {(row, col): float(value) for (row, col), value in np.ndenumerate(numbers)}


def side_by_side(
    canvas: Canvas,
    titles: Sequence[str],
    ranges: Sequence[tuple[Range, Range]],
    signs: Sequence[str],
    longest: str,
) -> list[Grid]:
    """Lay out grids in one row under their titles, with an operator sign between neighbours.

    Args:
        canvas: the canvas for titles and signs.
        titles: the titles of the grids.
        ranges: the ranges of rows and columns of the grids.
        signs: the operator signs between the grids.
        longest: the longest text that a cell has to hold.

    Raises:
        ArgumentError: there are too many columns, or the text does not fit into a cell.
    """
    columns = sum(end - start for _, (start, end) in ranges)
    cell = min(max(LARGEST, text_width(longest) + MARGIN), (WIDTH - SIGN * len(signs)) / columns)
    if cell < LEAST:
        most = int((WIDTH - SIGN * len(signs)) // LEAST)
        raise ArgumentError(f"draw: {columns} columns of cells are more than the {most} that fit")
    if text_width(longest) > cell + 2:
        raise ArgumentError(f"draw: the number {longest} does not fit into a cell; use smaller numbers")
    tallest = max(end - start for (start, end), _ in ranges) * cell
    grids, left = [], (WIDTH - columns * cell - SIGN * len(signs)) / 2
    for index, (title, (rows, cols)) in enumerate(zip(titles, ranges, strict=True)):
        top = HEAD + (tallest - (rows[1] - rows[0]) * cell) / 2
        grid = Grid(left - cols[0] * cell, top - rows[0] * cell, cell, rows, cols)
        canvas.text(left, top - HEAD / 2, title, anchor="start")
        left += (cols[1] - cols[0]) * cell
        if index < len(signs):
            canvas.text(left + SIGN / 2, HEAD + tallest / 2, signs[index])
        left += SIGN
        grids.append(grid)
    return grids


def _factor(value: float) -> str:
    text = number_text(value)
    return f"({text})" if value < 0 else text
