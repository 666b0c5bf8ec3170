"""Draw the connections between channels, layer by layer; they are found by running each layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from convref.analysis.units import count_text
from convref.draw.reach import probe
from convref.draw.svg.canvas import CYCLE, DASHES, TINT, WIDTH, Canvas, Point
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.layer_words import layer_details, layer_title
from convref.errors import ArgumentError
from convref.nn import Layer, Shape, Step, trace
from convref.nn.base import numel
from convref.wording import counted

MOST_CHANNELS = 16  # more circles side by side are too small for their numbers
LEG = 78
HEAD = 20
MARGIN = 18
SPACING = 36.0
RADIUS = 8.5
DEFAULT_SIZE = 8


def wiring(net: Layer, input_shape: Sequence[int] | None = None, *, output: int = 0) -> Drawing:
    """Draw the connections between channels, with a row of channels before and after each layer.

    Connected channels form a group, and each group has a different color and dash pattern. All connections
    that lead to channel `output` of the last row are bold. Layers without a kernel that keep channels
    separate (activations, normalizations) are left out.

    Args:
        net: a layer, or a chain of layers without branches.
        input_shape: channels first, without the batch; by default the smallest into which the first kernel
            fits.
        output: the channel whose sources are drawn bold.

    Raises:
        ArgumentError: there are too many channels to draw, the network branches, or the output does not
            exist.

    Example:
        >>> from convref.nn import Conv2d
        >>> wiring(Conv2d(4, 4, 3, groups=2)).alt("zh")
        '4 个输入通道，4 个输出通道。粗线：输出通道 0 看到 4 个输入通道中的 2 个。'
    """
    shape = default_shape(net) if input_shape is None else tuple(input_shape)
    stages = stages_of(net, shape)
    channels = [shape[0], *(len(stage.reach) for stage in stages)]
    if max(channels) > MOST_CHANNELS:
        raise ArgumentError(
            f"wiring: {max(channels)} channels are more than the {MOST_CHANNELS} that the figure can show"
        )
    if not 0 <= output < channels[-1]:
        last = channels[-1] - 1
        raise ArgumentError(
            f"wiring: output (={output}) must be the index of an output channel, from 0 to {last}"
        )
    seen = _sources([stage.reach for stage in stages], output)
    return drawing(lambda lang: _paint(stages, channels, seen, output, lang))


@dataclass(frozen=True, eq=False)
class Stage:
    """A layer that connects channels.

    `reach` is a boolean array of shape (output channels, input channels), True where the output reads the
    input. `groups` has the index of the group of each input channel, and `weights` is the number of weights.
    """

    step: Step
    reach: probe.Flags
    groups: tuple[int, ...]
    weights: int


def default_shape(net: Layer) -> Shape:
    """Return the smallest input shape that has the channels of the first layer and room for its kernel."""
    first = net
    while first.children:
        first = first.children[0].layer
    channels = getattr(first, "in_channels", getattr(first, "in_features", None))
    if channels is None:
        raise ArgumentError(
            f"wiring: input_shape must be given, because {type(first).__name__} takes any number of channels"
        )
    rank = first.rank or 0
    extent = first.window((channels, *(DEFAULT_SIZE,) * rank))
    return (channels, *(extent.extent if extent is not None else (DEFAULT_SIZE,) * rank))


def stages_of(net: Layer, shape: Shape) -> list[Stage]:
    """Return the layers of a chain that connect channels, without those that keep channels separate.

    Raises:
        ArgumentError: the network branches, or no layer connects channels.
    """
    stages = []
    plan = trace(net, shape)
    for index, step in enumerate(plan.steps):
        if step.kind != "layer" or step.inputs != (index,):
            raise ArgumentError(
                f"wiring: net must be a chain of layers, but the network branches at "
                f"{step.path or step.name!r}. Use draw.flow for it"
            )
        reach = probe.wiring(step.layer, step.input_shapes[0])
        if step.makes_map or not np.array_equal(reach, np.eye(len(reach), dtype=bool)):
            weights = sum(numel(size) for name, size in step.layer.parameters().items() if name != "bias")
            stages.append(Stage(step, reach, _groups(reach), weights))
    if not stages:
        raise ArgumentError("wiring: net has no layer that connects channels")
    return stages


def _groups(reach: probe.Flags) -> tuple[int, ...]:
    """Return the group index of each input channel; channels read by the same output share a group."""
    # Merge groups by relabelling their channels. This takes quadratic time, but there are at most 16
    # channels.
    group = list(range(reach.shape[1]))
    for row in reach:
        met = {group[channel] for channel in np.flatnonzero(row)}
        group = [min(met) if each in met else each for each in group]
    # Number the groups from 0 in order of their first channel, so that hues are stable.
    order = {each: index for index, each in enumerate(dict.fromkeys(group))}
    return tuple(order[each] for each in group)


def _sources(reaches: Sequence[probe.Flags], output: int) -> list[probe.Flags]:
    """Return, for each row of channels in the figure, which of them affect channel `output` of the last row.

    The first row has the channels of the network's input, and the last row those of its output. The result
    has a boolean array for each row.
    """
    rows = [np.arange(len(reaches[-1])) == output]
    for reach in reversed(reaches):
        rows.insert(0, reach[rows[0]].any(axis=0))
    return rows


def _paint(
    stages: Sequence[Stage], channels: Sequence[int], seen: Sequence[probe.Flags], output: int, lang: str
) -> Canvas:
    canvas = Canvas(_alt(channels, int(seen[0].sum()), output, lang))
    canvas.text(0, 6, _inputs(channels[0], lang), anchor="start")
    margin = MARGIN if len(stages) > 1 else 0
    tops = [HEAD + RADIUS + index * (LEG + 2 * RADIUS) for index in range(len(channels))]
    rows = [positions(count, top, margin) for count, top in zip(channels, tops, strict=True)]
    for index, (stage, ends, sources) in enumerate(zip(stages, pairwise(rows), pairwise(seen), strict=True)):
        _edges(canvas, stage, ends, sources)
        if margin:
            canvas.text(6, (ends[0][0][1] + ends[1][0][1]) / 2, f"{index + 1}", bold=True)
    for index, (row, flags) in enumerate(zip(rows, seen, strict=True)):
        _channels(canvas, index, row, flags)
    y = canvas.height + 12
    canvas.text(0, y, _outputs(channels[-1], lang), anchor="start")
    y += 12
    for index, stage in enumerate(stages):
        if margin:
            canvas.text(6, y + 9.6, f"{index + 1}", bold=True)
        y = canvas.paragraph(y, _caption(stage, lang), x=margin)
    canvas.paragraph(y, _sees(channels[0], int(seen[0].sum()), output, lang))
    return canvas


def positions(count: int, y: float, margin: float) -> list[Point]:
    """Return the centers of the channels in a row."""
    step = min(SPACING, (WIDTH - margin) / count)
    left = margin + (WIDTH - margin - step * (count - 1)) / 2
    return [(left + step * index, y) for index in range(count)]


def _edges(
    canvas: Canvas, stage: Stage, ends: Sequence[Sequence[Point]], flags: Sequence[probe.Flags]
) -> None:
    """Paint the connections of a layer: faint ones first, so that bold ones lie on top."""
    edges = [(int(source), int(target)) for target, source in np.argwhere(stage.reach)]
    for bold in (False, True):
        for source, target in edges:
            if bold != bool(flags[0][source] and flags[1][target]):
                continue
            group = stage.groups[source]
            (x0, y0), (x1, y1) = ends[0][source], ends[1][target]
            canvas.path(
                [(x0, y0 + RADIUS), (x1, y1 - RADIUS)],
                hue=CYCLE[group % len(CYCLE)], dash=DASHES[group % len(DASHES)],
                stroke=2.6 if bold else 1.1, opacity=1 if bold else 0.65, mark=f"edge {source} {target}",
            )  # fmt: skip


def _channels(canvas: Canvas, index: int, row: Sequence[Point], flags: probe.Flags) -> None:
    for channel, (x, y) in enumerate(row):
        bold = bool(flags[channel])
        stroke, tint = (2.4, TINT) if bold else (1.0, 0.0)
        canvas.circle(x, y, RADIUS, tint=tint, stroke=stroke, mark=f"channel {index} {channel}")
        canvas.text(x, y, str(channel), bold=bold)


def _caption(stage: Stage, lang: str) -> str:
    """Return a sentence that says how many connections and how many weights a layer has."""
    layer, lines = stage.step.layer, int(stage.reach.sum())
    what = tr(lang, ", ", "，").join(filter(None, (layer_title(layer), layer_details([layer], lang))))
    weights = count_text(stage.weights)
    if not stage.weights:
        return tr(
            lang, f"{what}: {counted(lines, 'line')}, no weights.", f"{what}：{lines} 条连线，没有权重。"
        )
    each = stage.weights // lines
    return tr(
        lang,
        f"{what}: {counted(lines, 'line')} of {counted(each, 'weight')} each, {weights} weights in all.",
        f"{what}：{lines} 条连线，每条 {each} 个权重，共 {weights} 个权重。",
    )


def _inputs(count: int, lang: str) -> str:
    return tr(lang, counted(count, "input channel"), f"{count} 个输入通道")


def _outputs(count: int, lang: str) -> str:
    return tr(lang, counted(count, "output channel"), f"{count} 个输出通道")


def _alt(channels: Sequence[int], sees: int, output: int, lang: str) -> str:
    ends = _inputs(channels[0], lang), _outputs(channels[-1], lang)
    return tr(lang, f"{ends[0]}, {ends[1]}. ", f"{ends[0]}，{ends[1]}。") + _sees(
        channels[0], sees, output, lang
    )


def _sees(channels: int, sees: int, output: int, lang: str) -> str:
    some = tr(lang, f"{sees} of the ", " ") + _inputs(channels, lang) + tr(lang, "", f"中的 {sees} 个")
    every = tr(lang, "all ", "全部 ") + _inputs(channels, lang)
    only = tr(lang, "the only input channel", "唯一的输入通道")
    what = some if sees < channels else every if channels > 1 else only
    return tr(lang, f"Bold: output channel {output} sees {what}.", f"粗线：输出通道 {output} 看到{what}。")
