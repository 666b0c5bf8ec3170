"""Draw the outputs that one input affects, and the outputs that its neighbour affects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from convref.analysis.units import shape_text
from convref.draw.reach import position_pair, probe
from convref.draw.reach.position_pair import STYLES, Footprint, neighbours
from convref.draw.svg.canvas import Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.feature_maps import paint_feature_map, place_feature_maps
from convref.errors import ArgumentError
from convref.nn import Layer, Shape
from convref.wording import counted


def spread(layer: Layer, input_shape: Sequence[int], source: Sequence[int] | None = None) -> Drawing:
    """Draw the outputs that one input affects and those that its neighbour affects.

    A transposed convolution is defined in this direction: it adds multiples of its kernel, one for each
    input. If the layer has a kernel, a cell shows the index of the weight that multiplies the input.

    Args:
        layer: any layer that maps (C, *sizes) to (C', *sizes') with one to three axes.
        input_shape: channels first, without the batch; small sizes, since every position is drawn.
        source: the position of the input; by default the first.

    Raises:
        ArgumentError: there are too many axes or positions to draw, or the input does not exist.

    Example:
        >>> from convref.nn import ConvTranspose2d
        >>> spread(ConvTranspose2d(1, 1, 3, stride=2), (1, 3, 3)).alt()[:62]
        'Input 3 × 3, output 7 × 7. A: input (0, 0) reaches 9 outputs. '
    """
    shape = tuple(input_shape)
    space, sizes = shape[1:], layer.output_shape(shape)[1:]
    if len(space) not in {1, 2, 3} or len(sizes) != len(space):
        rule = "and the output must have a channel axis and one to three spatial axes"
        raise ArgumentError(f"spread: input_shape (={shape}) {rule}")
    first = (0,) * len(space) if source is None else tuple(source)
    if len(first) != len(space) or not all(0 <= at < size for at, size in zip(first, space, strict=True)):
        raise ArgumentError(
            f"spread: source (={first}) must be a position, counted from 0, in the input of size {space}"
        )
    seen = list(_reached(layer, shape, first))
    return drawing(lambda lang: _paint(space, sizes, seen, lang))


def _reached(layer: Layer, shape: Shape, first: Shape) -> Iterator[Footprint]:
    reach, labels = probe.reach(layer, shape), probe.ordinals(layer, shape)
    axes = len(shape) - 1
    for position in neighbours(first, shape[1:]):
        inside = [tuple(at[:axes]) for at in np.argwhere(reach).tolist() if tuple(at[axes:]) == position]
        weights = {} if labels is None else {at: int(labels[at + position]) for at in inside}
        yield Footprint(position, tuple(inside), (), weights)


def _paint(space: Shape, sizes: Shape, seen: Sequence[Footprint], lang: str) -> Canvas:
    sentences = list(_reaches(seen, lang))
    both = len(set(seen[0].inside) & set(seen[-1].inside)) if len(seen) == 2 else 0
    if len(seen) == 2:
        sentences.append(
            tr(lang, f"Both reach {counted(both, 'output')}.", f"有 {both} 个输出同时受 A 与 B 影响。")
        )
    source, target = shape_text(space), shape_text(sizes)
    head = tr(lang, f"Input {source}, output {target}.", f"输入 {source}，输出 {target}。")
    canvas = Canvas(" ".join([head, *sentences]))
    titles = [
        tr(lang, f"input {source}", f"输入 {source}"),
        tr(lang, f"output {target}", f"输出 {target}"),
    ]
    maps = place_feature_maps(titles, [tuple((0, size) for size in each) for each in (space, sizes)], canvas)
    for each, size in zip(maps, (space, sizes), strict=True):
        paint_feature_map(canvas, each, size)
    position_pair.paint(canvas, (maps[1], maps[0]), seen)
    position_pair.legend(canvas, sentences[: len(seen)])
    for sentence in sentences[len(seen) :]:
        canvas.paragraph(canvas.height, sentence)
    return canvas


def _reaches(seen: Sequence[Footprint], lang: str) -> Iterator[str]:
    for each, style in zip(seen, STYLES, strict=False):
        at, many = ", ".join(map(str, each.position)), len(each.inside)
        yield tr(
            lang,
            f"{style.letter}: input ({at}) reaches {counted(many, 'output')}.",
            f"{style.letter}：输入 ({at}) 影响 {many} 个输出。",
        )
