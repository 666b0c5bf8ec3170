"""Draw how a deformable convolution interpolates its samples, one sample per frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convref.draw.reach.deformable import DEEPEST, Sampling, paint_sample, place_input, sampling
from convref.draw.steps.numbers import Numbers, cells, matrix, number_text, product_sum, write
from convref.draw.svg.canvas import BLUE, Point
from convref.draw.svg.drawing import tr
from convref.draw.svg.feature_maps import paint_feature_map
from convref.draw.svg.stepped import Frames, Stepped, stepped
from convref.errors import ArgumentError
from convref.nn import DeformConv2d


def sample_steps(
    layer: DeformConv2d, x: ArrayLike, offsets: Sequence[Point], output: Sequence[int] | None = None
) -> Stepped:
    """Draw the samples of one output with their interpolation: one frame per kernel element.

    Args:
        layer: a deformable convolution of one channel.
        x: the input, a small matrix of small numbers.
        offsets: an offset (down, right) for each tap (element of the kernel), row by row.
        output: the position of the output; by default the center.

    Raises:
        ArgumentError: the layer has several channels, the number of offsets differs from the number of taps,
            or the output does not exist.

    Example:
        >>> layer = DeformConv2d(1, 1, 1)
        >>> figure = sample_steps(layer, [[1, 2], [3, 4]], [(0.5, 0.5)], output=(0, 0))
        >>> print(*figure.captions())
        Tap 1 of 1: (0, 0) moves by (0.5, 0.5) to (0.5, 0.5):
        0.25×1 + 0.25×2 + 0.25×3 + 0.25×4 = 2.5.
    """
    values = matrix("x", x)
    if layer.in_channels != 1:
        raise ArgumentError(f"sample_steps: {layer!r} must have one input channel")
    window = sampling(layer, (1, *values.shape), offsets, output)
    return stepped(lambda lang: _paint(values, window, lang))


def _paint(values: Numbers, window: Sampling, lang: str) -> Frames:
    at = ", ".join(map(str, window.position))
    count = len(window.moved)
    frames = Frames(
        tr(
            lang,
            f"Output ({at}) takes {count} samples, each at a position moved by an offset.",
            f"输出 ({at}) 取 {count} 个采样点，每个采样点都按偏移量移动。",
        )
    )
    feature_map = place_input(frames.common, window, lang)
    paint_feature_map(frames.common, feature_map, window.shape[1:])
    grid = feature_map.grids[0]
    corner = replace(grid, x=grid.x - grid.cell / 4, y=grid.y - grid.cell / 4)  # the dots are at the centers
    write(frames.common, corner, cells(values))
    for tap, (start, end) in enumerate(zip(window.regular, window.moved, strict=True)):
        weights = window.weights[tap]
        read = [(row, col) for row, col in np.argwhere(weights).tolist()]
        terms = [(float(weights[cell]), float(values[cell])) for cell in read]
        frame = frames.add(_caption(tap, count, (start, end), terms, lang))
        for cell, (weight, _) in zip(read, terms, strict=True):
            grid.fill(frame.under, [cell], BLUE, DEEPEST * weight, f"weight {round(weight * 100)}")
        grid.outline(frame.over, read, BLUE)
        paint_sample(frame.over, grid, start, end)
        x, y = grid.x + (end[1] + 0.5) * grid.cell, grid.y + (end[0] + 0.5) * grid.cell
        frame.kept.circle(x, y, 2, tint=0.5, stroke=0)
    return frames


def _caption(
    tap: int, count: int, ends: tuple[Point, Point], terms: Sequence[tuple[float, float]], lang: str
) -> str:
    (top, left), (down, right) = ends
    start, end, offset = (
        f"({number_text(row)}, {number_text(col)})"
        for row, col in (ends[0], ends[1], (down - top, right - left))
    )
    result = product_sum(terms) if terms else tr(lang, "outside of the input, 0", "在输入之外，值为 0")
    return tr(
        lang,
        f"Tap {tap + 1} of {count}: {start} moves by {offset} to {end}: {result}.",
        f"第 {tap + 1}/{count} 个采样点：{start} 偏移 {offset}，移到 {end}：{result}。",
    )
