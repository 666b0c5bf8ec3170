"""Draw how the windows of an input become columns of a matrix, one per frame."""

from __future__ import annotations

from collections.abc import Sequence

from convref.draw.reach.im2col import columns_of, elements, paint_numbered_input, place_matrix, summary
from convref.draw.reach.matrices import Integers, paint_cells
from convref.draw.svg.canvas import ORANGE
from convref.draw.svg.drawing import tr
from convref.draw.svg.grid import Grid
from convref.draw.svg.stepped import Frames, Stepped, stepped
from convref.nn import Conv2d, Shape


def im2col_steps(layer: Conv2d, input_shape: Sequence[int]) -> Stepped:
    """Draw how the matrix of im2col is filled: one frame per window, which becomes a column.

    Args:
        layer: a 2-D convolution without groups.
        input_shape: (C, H, W), small.

    Raises:
        ArgumentError: the layer has groups or asymmetric padding, or there are too many windows to draw.

    Example:
        >>> im2col_steps(Conv2d(1, 1, 2), (1, 3, 3)).captions("zh")[1]
        '输出 (0, 1)：它的窗口成为第 1 列：2、3、5、6。'
    """
    shape = tuple(input_shape)
    columns = columns_of(layer, shape)
    sizes = layer.output_shape(shape)[1:]
    return stepped(lambda lang: _paint(shape, sizes, columns, lang))


def _paint(shape: Shape, sizes: Shape, columns: Integers, lang: str) -> Frames:
    frames = Frames(summary(columns, shape, lang))
    feature_map = paint_numbered_input(frames.common, shape, lang, filled=False)
    matrix = place_matrix(frames.common, columns, sizes, lang)
    matrix.paint(frames.common)
    for index, column in enumerate(columns.T):
        row, col = divmod(index, sizes[1])
        numbers = tr(lang, ", ", "、").join(map(str, column.tolist()))
        frame = frames.add(
            tr(
                lang,
                f"Output ({row}, {col}): its window becomes column {index}: {numbers}.",
                f"输出 ({row}, {col})：它的窗口成为第 {index} 列：{numbers}。",
            )
        )
        single = Grid(matrix.x + index * matrix.cell, matrix.y, matrix.cell, (0, len(column)), (0, 1))
        paint_cells(frame.kept, single, column[:, None], named=True, by_hue=False)
        single.outline(frame.over, [(at, 0) for at in range(len(column))], ORANGE)
        for grid, cells in elements(feature_map, shape, set(column.tolist())):
            grid.fill(frame.under, cells, ORANGE, mark="window")
            grid.outline(frame.over, cells, ORANGE)
    return frames
