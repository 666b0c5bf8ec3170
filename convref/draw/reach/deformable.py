"""Draw the sampling positions of one output of a deformable convolution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, floor

import numpy as np

from convref.analysis.units import shape_text
from convref.draw.reach import probe
from convref.draw.svg.canvas import BLUE, FAINT, ORANGE, Canvas, Point
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.feature_maps import FeatureMap, paint_feature_map, place_feature_maps
from convref.draw.svg.grid import Grid
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
    """Draw the sampling positions of one output, without and with offsets, and the cells that they read.

    A position between cells is interpolated bilinearly from the four cells around it: the deeper the tint of
    a cell, the larger its weight.

    Args:
        layer: the deformable convolution.
        input_shape: (C, H, W), small.
        offsets: an offset (down, right) for each element of the kernel, row by row.
        output: the position of the output; by default the center.

    Raises:
        ArgumentError: the number of offsets is not the number of kernel elements, or the output does
            not exist.

    Example:
        >>> from convref.nn import DeformConv2d
        >>> layer = DeformConv2d(1, 1, 3, padding=1)
        >>> samples(layer, (1, 7, 7), [(0, 0.5)] * 9).alt()
        'Output (3, 3) takes 9 samples; with their offsets they reach 12 inputs, without 9.'
    """
    window = sampling(layer, tuple(input_shape), offsets, output)
    still = tap_weights(layer, window.shape, window.position, [(0.0, 0.0)] * len(offsets))
    counted = window.weights.sum(axis=0)
    reach = [len(np.argwhere(each)) for each in (counted, still.sum(axis=0))]

    def paint(lang: str) -> Canvas:
        at = ", ".join(map(str, window.position))
        count = len(window.moved)
        sentence = tr(
            lang,
            f"Output ({at}) takes {count} samples; with their offsets they reach {reach[0]} inputs, "
            f"without {reach[1]}.",
            f"输出 ({at}) 取 {count} 个采样点；加上偏移后涉及 {reach[0]} 个输入，"
            f"不加偏移时为 {reach[1]} 个。",
        )
        canvas = Canvas(sentence)
        feature_map = place_input(canvas, window, lang)
        grid = feature_map.grids[0]
        for row, col in np.argwhere(counted).tolist():
            weight = float(counted[row, col])
            grid.fill(canvas, [(row, col)], BLUE, DEEPEST * min(weight, 1.0), f"counts {round(weight * 100)}")
        paint_feature_map(canvas, feature_map, window.shape[1:])
        for start, end in zip(window.regular, window.moved, strict=True):
            paint_sample(canvas, grid, start, end)
        _legend(canvas, sentence, lang)
        return canvas

    return drawing(paint)


@dataclass(frozen=True, eq=False)
class Sampling:
    """The sampling positions of one output of a deformable convolution.

    Attributes:
        shape: the shape of the input, (C, H, W).
        position: the position of the output.
        regular: the position of each tap (element of the kernel) without offsets.
        moved: the position of each tap with its offset.
        weights: the weight that each input element has in the sample of each tap; shape (taps, height,
            width).
    """

    shape: Shape
    position: Shape
    regular: Sequence[Point]
    moved: Sequence[Point]
    weights: probe.Numbers


def sampling(
    layer: DeformConv2d, shape: Shape, offsets: Sequence[Point], output: Sequence[int] | None
) -> Sampling:
    """Return the sampling positions of one output, by default the center.

    Raises:
        ArgumentError: the number of offsets is not the number of kernel elements, or the output does
            not exist.
    """
    sizes = layer.output_shape(shape)[1:]
    position = tuple(size // 2 for size in sizes) if output is None else tuple(output)
    if len(position) != 2 or not all(0 <= at < size for at, size in zip(position, sizes, strict=True)):
        raise ArgumentError(
            f"samples: output (={position}) must be a position, counted from 0, in the output of size {sizes}"
        )
    regular = _regular(layer, position)
    if len(offsets) != len(regular):
        raise ArgumentError(
            f"samples: offsets (={len(offsets)} pairs) must have {len(regular)} pairs, one per kernel element"
        )
    moved = [(row + down, col + right) for (row, col), (down, right) in zip(regular, offsets, strict=True)]
    return Sampling(shape, position, regular, moved, tap_weights(layer, shape, position, offsets))


def place_input(canvas: Canvas, window: Sampling, lang: str) -> FeatureMap:
    """Lay out the input so that all sampling positions lie on the grid, and write its title."""
    space = window.shape[1:]
    title = tr(lang, f"input {shape_text(space)}", f"输入 {shape_text(space)}")
    positions = [*window.regular, *window.moved, (0.0, 0.0), (space[0] - 1.0, space[1] - 1.0)]
    ranges = tuple(
        (floor(min(each[axis] for each in positions)), ceil(max(each[axis] for each in positions)) + 1)
        for axis in (0, 1)
    )
    (feature_map,) = place_feature_maps([title], [ranges], canvas)
    return feature_map


def _regular(layer: DeformConv2d, position: Shape) -> list[Point]:
    """Return the positions of the kernel's elements with all offsets 0."""
    window = layer.window()
    rows, cols = (
        [
            float(position[axis] * window.stride[axis] - window.padding[axis] + window.dilation[axis] * tap)
            for tap in range(window.kernel[axis])
        ]
        for axis in (0, 1)
    )
    return list(product(rows, cols))


def tap_weights(
    layer: DeformConv2d, shape: Shape, position: Shape, offsets: Sequence[Point]
) -> probe.Numbers:
    """Return the weight of each input element in the sample of each tap; shape (taps, height, width).

    A tap is an element of the kernel.
    """
    _, height, width = shape
    kernel = layer.convolution.window().kernel
    sizes = layer.output_shape(shape)[1:]
    inputs = np.eye(height * width).reshape(-1, 1, height, width)
    shifts = np.zeros((len(inputs), 2 * len(offsets), *sizes))
    shifts[:, :, position[0], position[1]] = np.ravel(offsets)
    one_hot = np.eye(len(offsets)).reshape(-1, 1, *kernel)  # an output channel for each tap
    y = deform_conv2d(inputs, shifts, one_hot, None, layer.stride, layer.padding, layer.dilation)
    return np.asarray(y[:, :, position[0], position[1]].T.reshape(-1, height, width))


def paint_sample(canvas: Canvas, grid: Grid, start: Point, end: Point) -> None:
    """Paint a sampling position: a ring at `start`, and a line from it to a dot at `end`.

    `start` is the position without its offset, and `end` the position with it.
    """
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
    y = canvas.paragraph(y, tr(lang, "the window without offsets", "不加偏移的窗口"), x=20)
    canvas.circle(6, y + 8.5, 3, hue=ORANGE, tint=1, stroke=0)
    y = canvas.paragraph(y, tr(lang, "where the samples are taken", "实际采样点"), x=20)
    canvas.rect(1, y + 3, 11, 11, hue=BLUE, tint=DEEPEST, stroke=FAINT)
    y = canvas.paragraph(
        y, tr(lang, "inputs that count, the deeper the more", "参与计算的输入，颜色越深权重越大"), x=20
    )
    canvas.paragraph(y, sentence)
