"""`samples`: where a deformable convolution takes the values of one output."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import ceil, floor

import numpy as np

from convref.analysis.units import shape_text
from convref.draw.reach import probe
from convref.draw.svg.canvas import BLUE, FAINT, ORANGE, Canvas, Point
from convref.draw.svg.drawing import Drawing, drawing, say
from convref.draw.svg.grid import Grid
from convref.draw.svg.volumes import paint_map, place_maps
from convref.errors import ArgumentError
from convref.functional.deform import deform_conv2d
from convref.nn import DeformConv2d, Shape

DEEPEST = 0.55


def samples(
    layer: DeformConv2d,
    input_shape: Sequence[int],
    offsets: Sequence[Point],
    output: Sequence[int] | None = None,
) -> Drawing:
    """The places of an ordinary window, where the offsets move them, and the inputs that then count.

    A place between cells takes from the four around it, bilinearly: the deeper a cell, the more it counts.

    Args:
        layer: the deformable convolution.
        input_shape: (C, H, W), small.
        offsets: for each element of the kernel, row by row, how far (down, to the right) it moves.
        output: the place of the output; by default the middle.

    Raises:
        ArgumentError: there are not as many offsets as the kernel has elements, or there is no such output.

    Example:
        >>> from convref.nn import DeformConv2d
        >>> layer = DeformConv2d(1, 1, 3, padding=1)
        >>> samples(layer, (1, 7, 7), [(0, 0.5)] * 9).alt()
        'Output (3, 3) takes 9 samples; with their offsets they reach 12 inputs, without 9.'
    """
    shape = tuple(input_shape)
    sizes = layer.output_shape(shape)[1:]
    place = tuple(size // 2 for size in sizes) if output is None else tuple(output)
    if len(place) != 2 or not all(0 <= at < size for at, size in zip(place, sizes, strict=True)):
        raise ArgumentError(f"samples: output (={place}) must be a place of the output {sizes}")
    regular = _regular(layer, place)
    if len(offsets) != len(regular):
        raise ArgumentError(
            f"samples: offsets (={len(offsets)} pairs) must be one for each of {len(regular)} taps"
        )
    moved = [(row + down, col + right) for (row, col), (down, right) in zip(regular, offsets, strict=True)]
    counted, still = (_counted(layer, shape, place, each) for each in (offsets, [(0.0, 0.0)] * len(offsets)))
    reach = [len(np.argwhere(each)) for each in (counted, still)]

    def paint(lang: str) -> Canvas:
        at = ", ".join(map(str, place))
        sentence = say(
            lang,
            f"Output ({at}) takes {len(moved)} samples; with their offsets they reach {reach[0]} inputs, "
            f"without {reach[1]}.",
            f"输出 ({at}) 取 {len(moved)} 个采样点；加上偏移后涉及 {reach[0]} 个输入，"
            f"不加偏移时为 {reach[1]} 个。",
        )
        canvas = Canvas(sentence)
        space = shape[1:]
        title = say(lang, f"input {shape_text(space)}", f"输入 {shape_text(space)}")
        places = [*regular, *moved, (0.0, 0.0), (space[0] - 1.0, space[1] - 1.0)]
        ranges = tuple(
            (floor(min(each[axis] for each in places)), ceil(max(each[axis] for each in places)) + 1)
            for axis in (0, 1)
        )
        (map_,) = place_maps([title], [ranges], canvas)
        grid = map_.grids[0]
        for row, col in np.argwhere(counted).tolist():
            weight = float(counted[row, col])
            grid.fill(canvas, [(row, col)], BLUE, DEEPEST * min(weight, 1.0), f"counts {round(weight * 100)}")
        paint_map(canvas, map_, space)
        for start, end in zip(regular, moved, strict=True):
            _sample(canvas, grid, start, end)
        _legend(canvas, sentence, lang)
        return canvas

    return drawing(paint)


def _regular(layer: DeformConv2d, place: Shape) -> list[Point]:
    """Where the elements of the kernel lie when nothing moves."""
    window = layer.window()
    rows, cols = (
        [
            float(place[axis] * window.stride[axis] - window.padding[axis] + window.dilation[axis] * tap)
            for tap in range(window.kernel[axis])
        ]
        for axis in (0, 1)
    )
    return list(product(rows, cols))


def _counted(layer: DeformConv2d, shape: Shape, place: Shape, offsets: Sequence[Point]) -> probe.Numbers:
    """By how much each input counts in one output when every weight is 1."""
    _, height, width = shape
    convolution = layer.convolution
    kernel = convolution.window().kernel
    sizes = layer.output_shape(shape)[1:]
    x = np.eye(height * width).reshape(-1, 1, height, width)
    shifts = np.zeros((len(x), 2 * len(offsets), *sizes))
    shifts[:, :, place[0], place[1]] = np.ravel(offsets)
    y = deform_conv2d(
        x, shifts, np.ones((1, 1, *kernel)), None, layer.stride, layer.padding, layer.dilation
    )  # fmt: skip
    return np.asarray(y[:, 0, place[0], place[1]].reshape(height, width))


def _sample(canvas: Canvas, grid: Grid, start: Point, end: Point) -> None:
    """A ring where a sample would be, a dot where it is, and a line between."""
    (x0, y0), (x1, y1) = (
        (grid.x + (col + 0.5) * grid.cell, grid.y + (row + 0.5) * grid.cell) for row, col in (start, end)
    )
    canvas.circle(x0, y0, 3.5, stroke=1)
    if start != end:
        canvas.path([(x0, y0), (x1, y1)], hue=ORANGE, stroke=1.6)
    canvas.circle(
        x1, y1, 3, hue=ORANGE, tint=1, stroke=0, mark=f"sample {round(end[0] * 100)} {round(end[1] * 100)}"
    )


def _legend(canvas: Canvas, sentence: str, lang: str) -> None:
    y = canvas.height + 8
    canvas.circle(6, y + 8.5, 3.5)
    y = canvas.paragraph(y, say(lang, "the window without offsets", "不加偏移的窗口"), x=20)
    canvas.circle(6, y + 8.5, 3, hue=ORANGE, tint=1, stroke=0)
    y = canvas.paragraph(y, say(lang, "where the samples are taken", "实际采样点"), x=20)
    canvas.rect(1, y + 3, 11, 11, hue=BLUE, tint=DEEPEST, stroke=FAINT)
    y = canvas.paragraph(
        y, say(lang, "inputs that count, the deeper the more", "参与计算的输入，颜色越深权重越大"), x=20
    )
    canvas.paragraph(y, sentence)
