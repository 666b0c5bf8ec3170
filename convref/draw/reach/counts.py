"""Draw the number of paths between inputs and outputs, in the cells of feature maps (`hits`, `paths`)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convref.analysis.units import shape_text
from convref.draw.reach import probe
from convref.draw.svg.canvas import BLUE, ORANGE, Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.feature_maps import FeatureMap, paint_feature_map, place_feature_maps
from convref.errors import ArgumentError
from convref.nn import Layer, Shape
from convref.wording import counted

DEEPEST = 0.5
PALEST = 0.08


def hits(net: Layer, input_shape: Sequence[int], source: Sequence[int] | None = None) -> Drawing:
    """Draw the number of products (input times weight) that each output sums.

    If the stride of a transposed convolution does not divide its kernel size, the numbers differ between
    positions, which is called the checkerboard artifact. The outputs that one input affects are outlined.

    Args:
        net: one or more layers with one channel each, without activation functions.
        input_shape: the shape of the input, (1, *sizes) with one or two small spatial axes.
        source: the position of the input element whose outputs are outlined; by default the center.

    Raises:
        ArgumentError: a layer has several channels, the input is too large, or the position does not exist.

    Example:
        >>> from convref.nn import ConvTranspose2d
        >>> hits(ConvTranspose2d(1, 1, 3, stride=2), (1, 2, 2)).alt()
        'Input 2 × 2, output 5 × 5. A: input (1, 1) reaches 9 outputs. Outputs are hit 1, 2 or 4 times.'
    """
    counts = _counts(net, tuple(input_shape))
    space = tuple(input_shape)[1:]
    sizes = counts.shape[: -len(space)]
    position = _position("source", source, space)
    spread = counts.reshape(*sizes, -1)[..., np.ravel_multi_index(position, space)]
    reached = [tuple(at) for at in np.argwhere(spread).tolist()]
    total = counts.sum(axis=tuple(range(-len(space), 0)))

    def paint(lang: str) -> Canvas:
        sentences = [
            tr(lang, f"Input {shape_text(space)}, output {shape_text(sizes)}.",
                f"输入 {shape_text(space)}，输出 {shape_text(sizes)}。"),
            tr(lang, f"A: input {_text(position)} reaches {counted(len(reached), 'output')}.",
                f"A：输入 {_text(position)} 影响 {len(reached)} 个输出。"),
            tr(lang, f"Outputs are hit {_list(total, 'or')} times.",
                f"各输出被命中 {_list(total, '或')} 次。"),
        ]  # fmt: skip
        canvas = Canvas(" ".join(sentences))
        titles = _titles(space, sizes, lang)
        ranges = [tuple((0, size) for size in each) for each in (space, sizes)]
        source_map, target_map = place_feature_maps(titles, ranges, canvas)
        paint_feature_map(canvas, source_map, space)
        _write(canvas, target_map, total, "hits")
        paint_feature_map(canvas, target_map, sizes)
        for feature_map, positions in ((source_map, [position]), (target_map, reached)):
            for grid, cells in feature_map.by_grid(positions):
                grid.outline(canvas, cells, ORANGE, stroke=2.6)
        grid, cell = source_map.at(position)
        grid.write(canvas, cell, "A", bold=True)
        _legend(canvas, sentences[1:])
        return canvas

    return drawing(paint)


def paths(net: Layer, input_shape: Sequence[int], output: Sequence[int] | None = None) -> Drawing:
    """Draw the number of paths from each input to one output, over all layers.

    Stacked kernels have more paths from the center of the receptive field than from its edge. A dilation that
    is larger than the receptive field of the preceding layers leaves some inputs without any path (gridding).

    Args:
        net: layers with one channel each, without activation functions or max pooling.
        input_shape: the shape of the input, (1, *sizes) with one or two small spatial axes.
        output: the position of the output; by default the center.

    Raises:
        ArgumentError: a layer has several channels, the input is too large, or the position does not exist.

    Example:
        >>> from convref.nn import Conv2d, Sequential
        >>> net = Sequential(Conv2d(1, 1, 3, dilation=2), Conv2d(1, 1, 3, dilation=2))
        >>> paths(net, (1, 9, 9)).alt()[:70]
        'Output (0, 0) of 1 × 1 sees 25 of the 81 inputs in its field of 9 × 9,'
    """
    counts = _counts(net, tuple(input_shape))
    space = tuple(input_shape)[1:]
    sizes = counts.shape[: -len(space)]
    position = _position("output", output, sizes)
    paths_to_output = counts[position]
    seen = np.argwhere(paths_to_output)
    field = tuple(int(size) for size in np.ptp(seen, axis=0) + 1)

    def paint(lang: str) -> Canvas:
        several, every = len(seen), int(np.prod(field))
        at, size, around = _text(position), shape_text(sizes), shape_text(field)
        sentence = tr(
            lang,
            f"Output {at} of {size} sees {several} of the {every} inputs in its field of {around}, "
            f"each in {_list(paths_to_output, 'or')} ways.",
            f"{size} 输出中的 {at} 看到其 {around} 感受野内 {every} 个输入中的 {several} 个，"
            f"路径数为 {_list(paths_to_output, '或')}。",
        )
        canvas = Canvas(sentence)
        title = tr(lang, f"input {shape_text(space)}", f"输入 {shape_text(space)}")
        (feature_map,) = place_feature_maps([title], [tuple((0, size) for size in space)], canvas)
        _write(canvas, feature_map, paths_to_output, "paths")
        paint_feature_map(canvas, feature_map, space)
        box = [tuple(int(n) for n in corner) for corner in np.argwhere(np.ones(field)) + seen.min(axis=0)]
        for grid, cells in feature_map.by_grid(box):
            grid.outline(canvas, cells, ORANGE, stroke=2.6)
        _legend(canvas, [sentence])
        return canvas

    return drawing(paint)


def _counts(net: Layer, shape: Shape) -> probe.Numbers:
    if len(shape) not in {2, 3}:
        raise ArgumentError(f"draw: input_shape (={shape}) must have one or two axes after the channel")
    return probe.counts(net, shape)


def _position(argument: str, given: Sequence[int] | None, sizes: Shape) -> Shape:
    position = tuple(size // 2 for size in sizes) if given is None else tuple(given)
    if len(position) != len(sizes) or not all(
        0 <= at < size for at, size in zip(position, sizes, strict=True)
    ):
        raise ArgumentError(
            f"draw: {argument} (={position}) must be a position, counted from 0, in a feature map "
            f"of size {sizes}"
        )
    return position


def _titles(space: Shape, sizes: Shape, lang: str) -> list[str]:
    return [
        tr(lang, f"input {shape_text(space)}", f"输入 {shape_text(space)}"),
        tr(lang, f"output {shape_text(sizes)}", f"输出 {shape_text(sizes)}"),
    ]


def _write(canvas: Canvas, feature_map: FeatureMap, numbers: probe.Numbers, kind: str) -> None:
    """Write counts into the cells of a feature map, with a deeper tint for larger ones; 0 stays empty."""
    most = numbers.max()
    for position in map(tuple, np.argwhere(numbers).tolist()):
        grid, cell = feature_map.at(position)
        many = int(numbers[position])
        grid.fill(canvas, [cell], BLUE, PALEST + (DEEPEST - PALEST) * many / most, f"{kind} {many}")
        grid.write(canvas, cell, str(many))


def _legend(canvas: Canvas, sentences: Sequence[str]) -> None:
    y = canvas.height + 8
    canvas.rect(1, y + 2, 13, 13, hue=ORANGE, stroke=2.2)
    for index, sentence in enumerate(sentences):
        y = canvas.paragraph(y, sentence, x=0 if index else 22)


def _text(position: Shape) -> str:
    return f"({', '.join(map(str, position))})"


def _list(numbers: probe.Numbers, word: str) -> str:
    """Return the distinct nonzero numbers as text: "1, 2 or 4", or a range if there are many."""
    distinct = sorted({int(number) for number in numbers.flat if number})
    if len(distinct) > 8:
        return f"{distinct[0]} … {distinct[-1]}"
    *most, last = map(str, distinct)
    between = ", " if word == "or" else "、"
    return f"{between.join(most)} {word} {last}" if most else last
