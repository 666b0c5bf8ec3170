"""Draw the windows of an input as the columns of a matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from convref.analysis.units import count_text, shape_text
from convref.draw.reach.matrices import Integers, paint_cells
from convref.draw.svg.canvas import ORANGE, WIDTH, Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.feature_maps import FeatureMap, paint_feature_map, place_feature_maps
from convref.draw.svg.grid import Cell, Grid
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
        >>> print(im2col(Conv2d(1, 1, 2), (1, 3, 3)).alt())
        9 inputs become a 4 × 4 matrix: every window is a column.
        It has 16 cells, 1.78 times the input.
    """
    shape = tuple(input_shape)
    columns = columns_of(layer, shape)
    sizes = layer.output_shape(shape)[1:]
    return drawing(lambda lang: _paint(shape, sizes, columns, lang))


def columns_of(layer: Conv2d, shape: Shape) -> Integers:
    """Return the matrix of im2col for an input with the elements 1, 2, 3, …; padding is 0.

    Raises:
        ArgumentError: the layer has groups or asymmetric padding, or there are too many windows to draw.
    """
    windows = numel(layer.output_shape(shape)[1:])
    if layer.groups != 1 or any(before != after for before, after in layer.padding_per_side):
        raise ArgumentError(f"im2col: {layer!r} must have groups 1 and the same padding on both sides")
    if windows > MOST_WINDOWS:
        raise ArgumentError(
            f"im2col: {windows} windows are more than the {MOST_WINDOWS} that the figure can show"
        )
    numbers = np.arange(1.0, numel(shape) + 1).reshape(1, *shape)
    window = layer.window()
    columns = unfold(numbers, window.kernel, window.dilation, window.padding, layer.stride)
    numbered: Integers = np.asarray(columns[0]).astype(np.int64)
    return numbered


def paint_numbered_input(canvas: Canvas, shape: Shape, lang: str, *, filled: bool) -> FeatureMap:
    """Paint an input whose elements are numbered from 1; if `filled`, the cells have a tint."""
    title = tr(lang, f"input {shape_text(shape)}", f"输入 {shape_text(shape)}")
    (feature_map,) = place_feature_maps([title], [tuple((0, size) for size in shape)], canvas)
    for channel, grid in enumerate(feature_map.grids):
        plane = _plane(shape, channel)
        if filled:
            paint_cells(canvas, grid, plane, named=True, by_hue=False)
        for (row, col), number in np.ndenumerate(plane) if not filled else ():
            grid.write(canvas, (row, col), str(number))
    paint_feature_map(canvas, feature_map, shape)
    return feature_map


def elements(feature_map: FeatureMap, shape: Shape, numbers: set[int]) -> Iterator[tuple[Grid, list[Cell]]]:
    """Yield, for each grid of a numbered input, the cells whose number is in `numbers`."""
    for channel, grid in enumerate(feature_map.grids):
        plane = _plane(shape, channel)
        yield grid, [(row, col) for (row, col), number in np.ndenumerate(plane) if int(number) in numbers]


def place_matrix(canvas: Canvas, columns: Integers, sizes: Shape, lang: str) -> Grid:
    """Lay out the grid of the matrix below the canvas's present content, and write its title."""
    rows, wide = columns.shape
    title = tr(
        lang,
        f"matrix {shape_text(columns.shape)}: one column for each of the {shape_text(sizes)} outputs",
        f"矩阵 {shape_text(columns.shape)}：{shape_text(sizes)} 个输出各占一列",
    )
    top = canvas.paragraph(canvas.height + 8, title) + 4
    return Grid(0, top, min(LARGEST, WIDTH / wide), (0, rows), (0, wide))


def summary(columns: Integers, shape: Shape, lang: str) -> str:
    """Return a sentence that states the size of the matrix."""
    inputs, cells = count_text(numel(shape)), count_text(columns.size)
    matrix, times = shape_text(columns.shape), f"{columns.size / numel(shape):.2f}"
    return tr(
        lang,
        f"{inputs} inputs become a {matrix} matrix: every window is a column. "
        f"It has {cells} cells, {times} times the input.",
        f"{inputs} 个输入变成 {matrix} 的矩阵，每个窗口是一列；矩阵有 {cells} 个单元，是输入的 {times} 倍。",
    )


def _plane(shape: Shape, channel: int) -> Integers:
    planes: Integers = np.arange(1, numel(shape) + 1).reshape(shape)
    return np.asarray(planes[channel])


def _paint(shape: Shape, sizes: Shape, columns: Integers, lang: str) -> Canvas:
    canvas = Canvas(summary(columns, shape, lang))
    feature_map = paint_numbered_input(canvas, shape, lang, filled=True)
    for grid, cells in elements(feature_map, shape, set(columns[:, 0].tolist())):
        grid.outline(canvas, cells, ORANGE)
    grid = place_matrix(canvas, columns, sizes, lang)
    paint_cells(canvas, grid, columns, named=True, by_hue=False)
    grid.outline(canvas, [(row, 0) for row in range(len(columns))], ORANGE)
    canvas.paragraph(canvas.height + 4, canvas.alt)
    return canvas
