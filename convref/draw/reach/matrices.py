"""Draw a layer as a matrix (`matrix`), and the product of two small matrices (`product`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convref.analysis.units import count_text, shape_text
from convref.draw.reach import probe
from convref.draw.svg.axes import Title, title_text
from convref.draw.svg.canvas import BLUE, CYCLE, SMALL, TINT, WIDTH, Canvas, text_width
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.grid import Grid
from convref.errors import ArgumentError
from convref.nn import Layer
from convref.nn.base import numel

Integers: TypeAlias = NDArray[np.integer[Any]]

LARGEST, LEAST = 26.0, 4.0
HEAD = 20.0
SIGN = 18.0


def matrix(
    layer: Layer, input_shape: Sequence[int], *, of: Literal["positions", "channels"] = "positions"
) -> Drawing:
    """Draw a layer as a matrix: a row per output, a column per input, with connected pairs filled.

    If the layer has a kernel or is fully connected, a cell shows the index of its weight, and each weight has
    its color: cells with the same number share one parameter.

    Args:
        layer: a layer on vectors (n), feature maps (C, *sizes), or sequences mixed by attention (L, d).
        input_shape: the shape without the batch, small.
        of: "positions" for rows and columns that are positions, with all channels taken together; or
            "channels" for rows and columns that are channels, with all positions taken together.

    Raises:
        ArgumentError: there are too many positions or channels to draw.

    Example:
        >>> from convref.nn import Conv1d
        >>> matrix(Conv1d(1, 1, 3), (1, 7)).alt()
        'A 5 × 7 matrix: 15 of its 35 cells are filled, from 3 different weights.'
        >>> matrix(Conv1d(8, 8, 3, groups=8), (8, 7), of="channels").alt()
        'A 8 × 8 matrix: 8 of its 64 cells are filled.'
    """
    shape = tuple(input_shape)
    # Attention mixes the positions of a sequence (L, d), whose first axis is not the channels.
    mapped = layer.rank is not None and len(shape) > 1 and of == "positions"
    found = probe.reach(layer, shape) if mapped else probe.wiring(layer, shape)
    filled = found.reshape(-1, numel(shape[1:]) if mapped else shape[0])
    shared = probe.ordinals(layer, shape) if mapped or len(shape) == 1 else None
    numbers = filled * (1 if shared is None else shared.reshape(filled.shape))
    weights = 0 if shared is None else len(np.unique(numbers[filled]))
    if max(filled.shape) * LEAST > WIDTH:
        most = int(WIDTH // LEAST)
        raise ArgumentError(
            f"matrix: {filled.shape[0]} rows and {filled.shape[1]} columns are too many to draw; there is "
            f"room for {most} of each"
        )

    def paint(lang: str) -> Canvas:
        canvas = Canvas(_filled(filled, weights, lang))
        rows, cols = filled.shape
        title = tr(
            lang, f"rows: {rows} outputs; columns: {cols} inputs", f"行：{rows} 个输出；列：{cols} 个输入"
        )
        canvas.text(0, HEAD / 2 - 2, title, anchor="start")
        grid = Grid(0, HEAD, min(LARGEST, WIDTH / cols), (0, rows), (0, cols))
        paint_cells(canvas, grid, numbers.astype(np.int64), named=weights > 0, by_hue=True)
        canvas.paragraph(canvas.height + 4, canvas.alt)
        return canvas

    return drawing(paint)


def _filled(filled: probe.Flags, weights: int, lang: str) -> str:
    size, many = shape_text(filled.shape), count_text(int(filled.sum()))
    every = count_text(filled.size)
    different = (
        tr(lang, f", from {weights} different weights", f"，来自 {weights} 个不同的权重") if weights else ""
    )
    return tr(
        lang,
        f"A {size} matrix: {many} of its {every} cells are filled{different}.",
        f"{size} 的矩阵：{every} 个单元中有 {many} 个非空{different}。",
    )


def product(left: ArrayLike, right: ArrayLike, *, titles: Sequence[Title] = ("", "", "")) -> Drawing:
    """Draw two small integer matrices and their product.

    A column times a row is an outer product, a matrix of rank 1.

    Args:
        left: (n, k).
        right: (k, m).
        titles: the titles of the three matrices.

    Raises:
        ArgumentError: the shapes do not fit, or there are too many cells.

    Example:
        >>> product([[1], [2], [1]], [[1, 0, -1]]).alt()
        '3 × 1 matrix times 1 × 3 matrix gives 3 × 3 matrix: [1 0 -1], [2 0 -2], [1 0 -1].'
    """
    first, second = (np.atleast_2d(np.asarray(each)) for each in (left, right))
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[0]:
        raise ArgumentError(
            f"product: left (of shape {first.shape}) must have as many columns as right (of shape "
            f"{second.shape}) has rows"
        )
    three = (first, second, first @ second)
    cells = sum(each.shape[1] for each in three)
    cell = min(LARGEST, (WIDTH - 2 * SIGN) / cells)
    if cell < SMALL:
        most = int((WIDTH - 2 * SIGN) // SMALL)
        raise ArgumentError(f"product: {cells} columns are more than the {most} that the figure can show")

    def paint(lang: str) -> Canvas:
        sizes = [shape_text(each.shape) for each in three]
        rows = ", ".join("[" + " ".join(map(str, row)) + "]" for row in three[2].tolist())
        canvas = Canvas(
            tr(
                lang,
                f"{sizes[0]} matrix times {sizes[1]} matrix gives {sizes[2]} matrix: {rows}.",
                f"{sizes[0]} 矩阵乘以 {sizes[1]} 矩阵，得到 {sizes[2]} 矩阵：{rows}。",
            )
        )
        middle = HEAD + max(len(each) for each in three) * cell / 2
        x = 0.0
        for each, title, sign in zip(three, titles, ("×", "=", ""), strict=True):
            top = middle - len(each) * cell / 2
            canvas.text(x, top - HEAD / 2, title_text(title, lang), anchor="start")
            grid = Grid(x, top, cell, (0, len(each)), (0, each.shape[1]))
            paint_cells(canvas, grid, each, named=True, by_hue=False)
            for row, col in np.argwhere(each == 0).tolist():
                grid.write(canvas, (row, col), "0")
            x += each.shape[1] * cell + SIGN
            canvas.text(x - SIGN / 2, middle, sign)
        canvas.reach(middle * 2 - HEAD + 2)
        return canvas

    return drawing(paint)


def paint_cells(canvas: Canvas, grid: Grid, numbers: Integers, *, named: bool, by_hue: bool) -> None:
    """Fill the cells of nonzero numbers with one color or, if `by_hue`, with one color per number.

    If `named`, the numbers are written into the cells.
    """
    for at in np.argwhere(numbers).tolist():
        number, cell = int(numbers[tuple(at)]), (at[0], at[1])
        hue = CYCLE[(number - 1) % len(CYCLE)] if by_hue and named else BLUE
        grid.fill(canvas, [cell], hue, TINT * 1.4 if named else TINT * 2, f"cell {number}")
        words = str(number).replace("-", "−")
        if named and text_width(words) < grid.cell:
            grid.write(canvas, cell, words)
    grid.paint(canvas)
