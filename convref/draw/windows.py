"""`window`: the places of the input that one output of a layer sees, and those that its neighbour sees.

What is seen inside the input is found by running the layer; only what lies in the padding, where no input
can be changed, follows from the layer's window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from convref.analysis.units import shape_text
from convref.draw import probe
from convref.draw.canvas import BLUE, ORANGE, TINT, Canvas
from convref.draw.drawing import Drawing, drawing, say
from convref.draw.maps import READABLE, Map, Range, paint_map, place_maps
from convref.errors import ArgumentError
from convref.nn import Layer, Shape


def window(layer: Layer, input_shape: Sequence[int], output: Sequence[int] | None = None) -> Drawing:
    """Which inputs one output sees, and which its neighbour sees: the window, its stride, its overlap.

    Cells of the window carry the number of the weight that they are multiplied by, where the layer has a
    kernel; the padding is dashed. Sequences are drawn in rows, volumes in slices.

    Args:
        layer: any layer that maps (C, *sizes) to (C', *sizes') with one to three axes.
        input_shape: channels first, without the batch; small sizes, since every place is drawn.
        output: the place of the output, (row, column); by default the first.

    Raises:
        ArgumentError: the sizes are too many or too large to draw, or there is no such output.

    Example:
        >>> from convref.nn import Conv2d
        >>> window(Conv2d(1, 1, 3, stride=2), (1, 7, 7), output=(1, 1)).alt()
        'Input 7 × 7, output 3 × 3. A: output (1, 1) sees 9 inputs. B: output (1, 2) sees 9 inputs. ...'
    """
    facts = _facts(layer, tuple(input_shape), None if output is None else tuple(output))
    return drawing(lambda lang: _paint(facts, lang))


@dataclass(frozen=True)
class _Style:
    """How an output and what it sees are marked: by a letter, a kind of line and a hue."""

    letter: str
    hue: str
    dash: str
    tint: float


STYLES = (_Style("A", BLUE, "", TINT), _Style("B", ORANGE, "5 3", TINT / 2))


@dataclass(frozen=True)
class _Seen:
    """One output and what it sees: places of the input, places in the padding, weights by place."""

    output: Shape
    inside: tuple[Shape, ...]
    outside: tuple[Shape, ...]
    labels: dict[Shape, int]


@dataclass(frozen=True)
class _Facts:
    space: Shape
    sizes: Shape
    frame: tuple[Range, ...]
    seen: tuple[_Seen, ...]
    weights: int


def _facts(layer: Layer, shape: Shape, output: Shape | None) -> _Facts:
    sizes, space = layer.output_shape(shape)[1:], shape[1:]
    if len(space) not in {1, 2, 3} or len(sizes) != len(space):
        raise ArgumentError(f"window: input_shape (={shape}) must have one to three axes, and the output too")
    first = (0,) * len(sizes) if output is None else output
    if len(first) != len(sizes) or not all(0 <= at < size for at, size in zip(first, sizes, strict=True)):
        raise ArgumentError(f"window: output (={first}) must be a place of the output {sizes}")
    reach, labels = probe.reach(layer, shape), probe.ordinals(layer, shape)
    seen = []
    for place in _pair(first, sizes):
        inside = [tuple(at) for at in np.argwhere(reach[place]).tolist()]
        outside = {at: tap for at, tap in _padded_taps(layer, shape, place).items() if not _within(at, space)}
        marks = {at: int(labels[place + at]) for at in inside} | outside if labels is not None else {}
        seen.append(_Seen(place, tuple(inside), tuple(outside), marks))
    frame = _frame(layer, shape, [at for each in seen for at in each.outside])
    return _Facts(space, sizes, frame, tuple(seen), 0 if labels is None else int(labels.max()))


def _pair(first: Shape, sizes: Shape) -> Iterator[Shape]:
    """The output, and its neighbour along the last axis that has one."""
    yield first
    for axis in reversed(range(len(sizes))):
        for step in (1, -1):
            if 0 <= first[axis] + step < sizes[axis]:
                yield (*first[:axis], first[axis] + step, *first[axis + 1 :])
                return


def _padding(layer: Layer, shape: Shape) -> tuple[Range, ...]:
    """The elements that the layer adds before and after the input along each axis; empty if it cannot."""
    window = layer.window(shape)
    if window is None or not hasattr(layer, "padding") or not all(type(s) is int for s in window.stride):
        return ()
    sides: tuple[Range, ...] | None = getattr(layer, "padding_per_side", None)
    return sides or tuple((each, each) for each in window.padding)


def _padded_taps(layer: Layer, shape: Shape, place: Shape) -> dict[Shape, int]:
    """Where the elements of the kernel lie for one output, on the input or in its padding."""
    window = layer.window(shape)
    if window is None or not _padding(layer, shape):
        return {}
    taps = product(*map(range, window.kernel))
    axes = list(zip(place, window.stride, window.padding, window.dilation, strict=True))
    return {
        tuple(int(at * s - p + d * k) for k, (at, s, p, d) in zip(tap, axes, strict=True)): ordinal
        for ordinal, tap in enumerate(taps, 1)
    }


def _frame(layer: Layer, shape: Shape, outside: Sequence[Shape]) -> tuple[Range, ...]:
    """What is drawn of each axis: the input with its padding, and whatever a window reaches beyond."""
    ends = []
    sides = _padding(layer, shape) or ((0, 0),) * len(shape[1:])
    for axis, (size, (before, after)) in enumerate(zip(shape[1:], sides, strict=True)):
        places = [at[axis] for at in outside] or [0]
        ends.append((min(-before, *places), max(size + after, *(at + 1 for at in places))))
    return tuple(ends)


def _within(at: Shape, space: Shape) -> bool:
    return all(0 <= each < size for each, size in zip(at, space, strict=True))


def _paint(facts: _Facts, lang: str) -> Canvas:
    canvas = Canvas(" ".join(_sentences(facts, lang)))
    titles = [
        say(lang, f"input {shape_text(facts.space)}", f"输入 {shape_text(facts.space)}"),
        say(lang, f"output {shape_text(facts.sizes)}", f"输出 {shape_text(facts.sizes)}"),
    ]
    maps = place_maps(titles, (facts.frame, tuple((0, size) for size in facts.sizes)), canvas)
    for each, space in zip(maps, (facts.space, facts.sizes), strict=True):
        paint_map(canvas, each, space)
    styled = list(zip(facts.seen, STYLES, strict=False))
    for seen, style in reversed(styled):
        _mark(canvas, maps, seen, style)
        _guide(canvas, maps, seen, style)
    _write_labels(canvas, maps[0], facts)
    _legend(canvas, facts, lang)
    return canvas


def _mark(canvas: Canvas, maps: Sequence[Map], seen: _Seen, style: _Style) -> None:
    for grid, cells in maps[0].by_grid(seen.inside):
        grid.fill(canvas, cells, style.hue, style.tint, f"{style.letter} sees {maps[0].grids.index(grid)}")
    for grid, cells in maps[0].by_grid(seen.inside + seen.outside):
        grid.outline(canvas, cells, style.hue, dash=style.dash)
    grid, cell = maps[1].at(seen.output)
    grid.fill(canvas, [cell], style.hue, style.tint, f"{style.letter} is {maps[1].grids.index(grid)}")
    grid.outline(canvas, [cell], style.hue, dash=style.dash)
    grid.write(canvas, cell, style.letter, bold=True)


def _guide(canvas: Canvas, maps: Sequence[Map], seen: _Seen, style: _Style) -> None:
    """Lines from what is seen to what sees it: each place of a sequence, the corners of a window."""
    grid, cell = maps[1].at(seen.output)
    if len(seen.output) == 1:
        x, y = grid.center(cell)
        for place in seen.inside + seen.outside:
            source, at = maps[0].at(place)
            left, top = source.center(at)
            canvas.path(
                [(left, top + source.cell / 2), (x, y - grid.cell / 2)], hue=style.hue, dash=style.dash
            )
    elif style is STYLES[0] and len(seen.output) == 2 and seen.inside:
        _corners(canvas, maps, seen, style.hue)


def _corners(canvas: Canvas, maps: Sequence[Map], seen: _Seen, hue: str) -> None:
    """From the corners of the window to the corners of the output, on the sides that face each other."""
    (source, _), (target, cell) = maps[0].at(seen.inside[0]), maps[1].at(seen.output)
    places = seen.inside + seen.outside
    rows, cols = ([place[axis] for place in places] for axis in (0, 1))
    (left, top), (right, bottom) = (
        source.corner((min(rows), min(cols))), source.corner((max(rows) + 1, max(cols) + 1))
    )  # fmt: skip
    x, y = target.corner(cell)
    if target.y > source.bottom:
        ends = [((left, bottom), (x, y)), ((right, bottom), (x + target.cell, y))]
    else:
        ends = [((right, top), (x, y)), ((right, bottom), (x, y + target.cell))]
    for start, end in ends:
        canvas.path([start, end], hue=hue, opacity=0.7)


def _write_labels(canvas: Canvas, map_: Map, facts: _Facts) -> None:
    """The numbers of the weights in the first output's window, or dots where there are none."""
    first = facts.seen[0]
    for place in first.inside + first.outside:
        grid, cell = map_.at(place)
        if place in first.labels and grid.cell >= READABLE - 1:
            grid.write(canvas, cell, str(first.labels[place]))
        elif place in first.inside:
            grid.dot(canvas, cell)


def _legend(canvas: Canvas, facts: _Facts, lang: str) -> None:
    y = canvas.height + 8
    for seen, style in zip(facts.seen, STYLES, strict=False):
        canvas.rect(1, y + 2, 13, 13, hue=style.hue, tint=style.tint, stroke=2, dash=style.dash)
        y = canvas.paragraph(y, _sees(seen, style, lang), x=22)
    for sentence in _shared(facts, lang):
        y = canvas.paragraph(y, sentence)


def _sentences(facts: _Facts, lang: str) -> Iterator[str]:
    space, sizes = shape_text(facts.space), shape_text(facts.sizes)
    yield say(lang, f"Input {space}, output {sizes}.", f"输入 {space}，输出 {sizes}。")
    for seen, style in zip(facts.seen, STYLES, strict=False):
        yield _sees(seen, style, lang)
    yield from _shared(facts, lang)


def _sees(seen: _Seen, style: _Style, lang: str) -> str:
    at = ", ".join(map(str, seen.output))
    inside, outside = len(seen.inside), len(seen.outside)
    beyond = say(lang, f" and {outside} beyond the edge", f"和边界外的 {outside} 个位置") if outside else ""
    inputs = "input" if inside == 1 else "inputs"
    return say(
        lang,
        f"{style.letter}: output ({at}) sees {inside} {inputs}{beyond}.",
        f"{style.letter}：输出 ({at}) 看到 {inside} 个输入{beyond}。",
    )


def _shared(facts: _Facts, lang: str) -> Iterator[str]:
    if len(facts.seen) == 2:
        both = len(set(facts.seen[0].inside) & set(facts.seen[1].inside))
        yield say(lang, f"A and B share {both} inputs.", f"A 与 B 共有 {both} 个输入。")
    if facts.weights > 1:
        yield say(
            lang,
            f"The {facts.weights} weights are the same at every place.",
            f"同一组 {facts.weights} 个权重用于所有位置。",
        )
