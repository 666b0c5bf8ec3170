"""Draw the inputs that one output of a layer reads, and the inputs that its neighbour reads.

The inputs are found by running the layer on changed inputs. The positions in the padding cannot be found in
this way; they are computed from the layer's window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from convref.analysis.units import shape_text
from convref.draw.reach import position_pair, probe
from convref.draw.reach.position_pair import STYLES, Footprint, Style, neighbours
from convref.draw.svg.canvas import Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.feature_maps import Range, paint_feature_map, place_feature_maps
from convref.errors import ArgumentError
from convref.nn import Layer, Shape
from convref.wording import counted


def window(layer: Layer, input_shape: Sequence[int], output: Sequence[int] | None = None) -> Drawing:
    """Draw the inputs that one output reads and those that its neighbour reads.

    If the layer has a kernel, a cell of the window shows the index of the weight that multiplies it. Padding
    is dashed. Sequences are drawn as rows, volumes as slices. Only one channel is drawn; a sentence states
    how many channels an output reads.

    Args:
        layer: any layer that maps (C, *sizes) to (C', *sizes') with one to three axes.
        input_shape: channels first, without the batch; small sizes, since every position is drawn.
        output: the position of the output, (row, column); by default the first.

    Raises:
        ArgumentError: there are too many axes or positions to draw, or the output does not exist.

    Example:
        >>> from convref.nn import Conv2d
        >>> window(Conv2d(1, 1, 3, stride=2), (1, 7, 7), output=(1, 1)).alt()[:58]
        'Input 7 × 7, output 3 × 3. A: output (1, 1) sees 9 inputs.'
    """
    facts = _facts(layer, tuple(input_shape), None if output is None else tuple(output))
    return drawing(lambda lang: _paint(facts, lang))


@dataclass(frozen=True)
class _Facts:
    space: Shape
    sizes: Shape
    frame: tuple[Range, ...]
    seen: tuple[Footprint, ...]
    weights: int
    channels: int


def _facts(layer: Layer, shape: Shape, output: Shape | None) -> _Facts:
    sizes, space = layer.output_shape(shape)[1:], shape[1:]
    if len(space) not in {1, 2, 3} or len(sizes) != len(space):
        rule = "and the output must have a channel axis and one to three spatial axes"
        raise ArgumentError(f"window: input_shape (={shape}) {rule}")
    first = (0,) * len(sizes) if output is None else output
    if len(first) != len(sizes) or not all(0 <= at < size for at, size in zip(first, sizes, strict=True)):
        raise ArgumentError(
            f"window: output (={first}) must be a position, counted from 0, in the output of size {sizes}"
        )
    reach, labels = probe.reach(layer, shape), probe.ordinals(layer, shape)
    seen = []
    for position in neighbours(first, sizes):
        inside = [tuple(at) for at in np.argwhere(reach[position]).tolist()]
        outside = {
            at: tap for at, tap in _padded_taps(layer, shape, position).items() if not _within(at, space)
        }
        weights = {at: int(labels[position + at]) for at in inside} | outside if labels is not None else {}
        seen.append(Footprint(position, tuple(inside), tuple(outside), weights))
    frame = _frame(layer, shape, [at for each in seen for at in each.outside])
    kernel = 0 if labels is None else int(labels.max())
    channels = int(probe.wiring(layer, shape).sum(axis=1).max())
    return _Facts(space, sizes, frame, tuple(seen), kernel, channels)


def _padding(layer: Layer, shape: Shape) -> tuple[Range, ...]:
    """Return the pairs (before, after) of padding elements per axis; empty for a layer without padding."""
    window = layer.window(shape)
    # Adaptive pooling has windows without padding, and transposed convolutions have fractional strides.
    if window is None or not hasattr(layer, "padding") or not all(type(s) is int for s in window.stride):
        return ()
    sides: tuple[Range, ...] | None = getattr(layer, "padding_per_side", None)
    return sides or tuple((each, each) for each in window.padding)


def _padded_taps(layer: Layer, shape: Shape, position: Shape) -> dict[Shape, int]:
    """Return a dict from each position that one output reads to the kernel element that multiplies it.

    Positions may lie on the input or in the padding.
    """
    window = layer.window(shape)
    if window is None or not _padding(layer, shape):
        return {}
    taps = product(*map(range, window.kernel))
    axes = list(zip(position, window.stride, window.padding, window.dilation, strict=True))
    return {
        tuple(int(at * s - p + d * k) for k, (at, s, p, d) in zip(tap, axes, strict=True)): ordinal
        for ordinal, tap in enumerate(taps, 1)
    }


def _frame(layer: Layer, shape: Shape, outside: Sequence[Shape]) -> tuple[Range, ...]:
    """Return the range of each axis to draw: the input, its padding and all positions of the windows."""
    ends = []
    sides = _padding(layer, shape) or ((0, 0),) * len(shape[1:])
    for axis, (size, (before, after)) in enumerate(zip(shape[1:], sides, strict=True)):
        positions = [at[axis] for at in outside] or [0]
        ends.append((min(-before, *positions), max(size + after, *(at + 1 for at in positions))))
    return tuple(ends)


def _within(at: Shape, space: Shape) -> bool:
    return all(0 <= each < size for each, size in zip(at, space, strict=True))


def _paint(facts: _Facts, lang: str) -> Canvas:
    canvas = Canvas(" ".join(_sentences(facts, lang)))
    titles = [
        tr(lang, f"input {shape_text(facts.space)}", f"输入 {shape_text(facts.space)}"),
        tr(lang, f"output {shape_text(facts.sizes)}", f"输出 {shape_text(facts.sizes)}"),
    ]
    maps = place_feature_maps(titles, (facts.frame, tuple((0, size) for size in facts.sizes)), canvas)
    for each, space in zip(maps, (facts.space, facts.sizes), strict=True):
        paint_feature_map(canvas, each, space)
    position_pair.paint(canvas, (maps[0], maps[1]), facts.seen)
    position_pair.legend(
        canvas,
        [_sees(each, style, facts.channels, lang) for each, style in zip(facts.seen, STYLES, strict=False)],
    )
    for sentence in _shared(facts, lang):
        canvas.paragraph(canvas.height, sentence)
    return canvas


def _sentences(facts: _Facts, lang: str) -> Iterator[str]:
    space, sizes = shape_text(facts.space), shape_text(facts.sizes)
    yield tr(lang, f"Input {space}, output {sizes}.", f"输入 {space}，输出 {sizes}。")
    for seen, style in zip(facts.seen, STYLES, strict=False):
        yield _sees(seen, style, facts.channels, lang)
    yield from _shared(facts, lang)


def _sees(seen: Footprint, style: Style, channels: int, lang: str) -> str:
    at = ", ".join(map(str, seen.position))
    inside, outside = len(seen.inside), len(seen.outside)
    beyond = tr(lang, f" and {outside} beyond the edge", f"和边界外的 {outside} 个位置") if outside else ""
    each = tr(lang, f" in each of {channels} channels", f"在 {channels} 个通道中各") if channels > 1 else ""
    return tr(
        lang,
        f"{style.letter}: output ({at}) sees {counted(inside, 'input')}{beyond}{each}.",
        f"{style.letter}：输出 ({at}) {each}看到 {inside} 个输入{beyond}。",
    )


def _shared(facts: _Facts, lang: str) -> Iterator[str]:
    if len(facts.seen) == 2:
        both = len(set(facts.seen[0].inside) & set(facts.seen[1].inside))
        where = tr(lang, " in each channel", "在每个通道中") if facts.channels > 1 else ""
        yield tr(
            lang,
            f"A and B share {counted(both, 'input')}{where}.",
            f"A 与 B {where}共有 {both} 个输入。",
        )
    if facts.weights > 1 and len(facts.seen) == 2:
        of, those = ("for each channel ", "每个通道的") if facts.channels > 1 else ("", "同一组")
        yield tr(
            lang,
            f"The {facts.weights} weights {of}are the same at every position.",
            f"{those} {facts.weights} 个权重用于所有位置。",
        )
