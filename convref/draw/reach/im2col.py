"""`im2col`: the windows of an input as the columns of a matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convref.analysis.units import count_text, shape_text
from convref.draw.reach.matrices import Integers, paint_cells
from convref.draw.svg.canvas import ORANGE, WIDTH, Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.feature_maps import paint_feature_map, place_feature_maps
from convref.draw.svg.grid import Grid
from convref.errors import ArgumentError
from convref.functional.folding import unfold
from convref.nn import Conv2d, Shape
from convref.nn.base import numel

LARGEST = 26.0
MOST_WINDOWS = 18


def im2col(layer: Conv2d, input_shape: Sequence[int]) -> Drawing:
    """Draw the numbered elements of an input and the matrix whose columns are its windows.

    The first window is outlined in both. An empty cell of the matrix is padding.

    Args:
        layer: a 2-D convolution without groups.
        input_shape: (C, H, W), small.

    Raises:
        ArgumentError: the layer has groups or asymmetric padding, or there are too many windows to draw.

    Example:
        >>> im2col(Conv2d(1, 1, 2), (1, 3, 3)).alt()
        '9 inputs become a 4 × 4 matrix: every window is a column. It has 16 cells, 1.78 times the input.'
    """
    shape = tuple(input_shape)
    sizes = layer.output_shape(shape)
    if layer.groups != 1 or any(before != after for before, after in layer.padding_per_side):
        raise ArgumentError(f"im2col: {layer!r} must have groups 1 and the same padding on both sides")
    if numel(sizes[1:]) > MOST_WINDOWS:
        raise ArgumentError(
            f"im2col: {numel(sizes[1:])} windows are more than the {MOST_WINDOWS} it can show"
        )
    numbers = np.arange(1.0, numel(shape) + 1).reshape(1, *shape)
    window = layer.window()
    columns = unfold(numbers, window.kernel, window.dilation, window.padding, layer.stride)[0]
    return drawing(lambda lang: _paint(shape, sizes, columns.astype(np.int64), lang))


def _paint(shape: Shape, sizes: Shape, columns: Integers, lang: str) -> Canvas:
    inputs, matrix, cells = count_text(numel(shape)), shape_text(columns.shape), count_text(columns.size)
    times = f"{columns.size / numel(shape):.2f}"
    sentence = tr(
        lang,
        f"{inputs} inputs become a {matrix} matrix: every window is a column. "
        f"It has {cells} cells, {times} times the input.",
        f"{inputs} 个输入变成 {matrix} 的矩阵，每个窗口是一列；矩阵有 {cells} 个单元，是输入的 {times} 倍。",
    )
    canvas = Canvas(sentence)
    title = tr(lang, f"input {shape_text(shape)}", f"输入 {shape_text(shape)}")
    (feature_map,) = place_feature_maps([title], [tuple((0, size) for size in shape)], canvas)
    first = set(columns[:, 0].tolist()) - {0}
    for channel, grid in enumerate(feature_map.grids):
        plane = np.arange(numel(shape)).reshape(shape)[channel] + 1
        paint_cells(canvas, grid, plane, named=True, by_hue=False)
        grid.outline(
            canvas, [(row, col) for (row, col), n in np.ndenumerate(plane) if int(n) in first], ORANGE
        )
    paint_feature_map(canvas, feature_map, shape)
    rows, wide = columns.shape
    named = tr(
        lang,
        f"matrix {matrix}: one column for each of the {shape_text(sizes[1:])} outputs",
        f"矩阵 {matrix}：{shape_text(sizes[1:])} 个输出各占一列",
    )
    top = canvas.paragraph(canvas.height + 8, named) + 4
    grid = Grid(0, top, min(LARGEST, WIDTH / wide), (0, rows), (0, wide))
    paint_cells(canvas, grid, columns, named=True, by_hue=False)
    grid.outline(canvas, [(row, 0) for row in range(rows)], ORANGE)
    canvas.paragraph(canvas.height + 4, sentence)
    return canvas
