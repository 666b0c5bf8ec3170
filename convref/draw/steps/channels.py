"""Draw the channels that each output channel reads, one output channel per frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convref.draw.reach.wiring import Stage, default_shape, stages_of
from convref.draw.svg.canvas import CYCLE, FAINT, INK, TINT, WIDTH, Canvas, Point, line
from convref.draw.svg.drawing import tr
from convref.draw.svg.layer_words import layer_details, layer_title
from convref.draw.svg.stepped import Frames, Stepped, stepped
from convref.errors import ArgumentError
from convref.nn import Layer
from convref.wording import counted

MOST_CHANNELS = 8
MOST_FRAMES = 36
PLANE = 27.0  # the side of a channel
LINES = 3  # the number of rows and columns that a channel is drawn with
CELL = 5.0  # the side of a kernel's element
PAPER = "var(--convref-paper,#fff)"
LEG = 58.0
HEAD = 20.0


def channel_steps(net: Layer, input_shape: Sequence[int] | None = None) -> Stepped:
    """Draw the input channels that each output channel reads, with a frame per output channel and layer.

    A connection shows its kernel, with a cell for each weight. Channels have the color of their group in the
    first layer. After a layer that mixes the groups, they have the color of text.

    Args:
        net: a layer, or a chain of layers without branches.
        input_shape: channels first, without the batch; by default the smallest into which the first kernel
            fits.

    Raises:
        ArgumentError: there are too many channels or frames to draw, or the network branches.

    Example:
        >>> from convref.nn import Conv2d
        >>> channel_steps(Conv2d(2, 2, 3, groups=2)).captions()[0]
        'Conv2d 3×3, depthwise: output channel 0 reads 1 input channel with 9 weights.'
    """
    shape = default_shape(net) if input_shape is None else tuple(input_shape)
    stages = stages_of(net, shape)
    counts = [shape[0], *(len(stage.reach) for stage in stages)]
    if max(counts) > MOST_CHANNELS:
        raise ArgumentError(
            f"channel_steps: {max(counts)} channels are more than the "
            f"{MOST_CHANNELS} that the figure can show"
        )
    if sum(counts[1:]) > MOST_FRAMES:
        raise ArgumentError(
            f"channel_steps: {sum(counts[1:])} frames are more than the limit of {MOST_FRAMES}"
        )
    return stepped(lambda lang: _paint(stages, counts, lang))


def _paint(stages: Sequence[Stage], counts: Sequence[int], lang: str) -> Frames:
    names = [_name(stage, lang) for stage in stages]
    frames = Frames(
        tr(
            lang,
            f"{counts[0]} input channels pass through {'; '.join(names)} to {counts[-1]} output channels.",
            f"{counts[0]} 个输入通道经过 {'；'.join(names)}，得到 {counts[-1]} 个输出通道。",
        )
    )
    rows = [_row(count, HEAD + depth * (PLANE + LEG)) for depth, count in enumerate(counts)]
    frames.common.text(0, HEAD / 2 - 2, tr(lang, "input channels", "输入通道"), anchor="start")
    for row in rows:
        for channel, corner in enumerate(row):
            _paint_plane(frames.common, corner, str(channel))
    hues = _hues(stages)
    for corner, hue in zip(rows[0], hues[0], strict=True):
        _fill(frames.common, corner, hue)
    for depth, stage in enumerate(stages):
        for channel, reach in enumerate(stage.reach):
            sources = np.flatnonzero(reach).tolist()
            frame = frames.add(_caption(stage, names[depth], channel, sources, lang))
            target = rows[depth + 1][channel]
            _fill(frame.kept, target, hues[depth + 1][channel])
            for source in sources:
                hue, begin = hues[depth][source], rows[depth][source]
                _connect(frame.over, (begin, target), stage, hue, f"edge {source} {channel}")
                frame.over.rect(*begin, PLANE, PLANE, hue=hue, stroke=2.6)
            frame.over.rect(*target, PLANE, PLANE, stroke=2.6)
    return frames


def _hues(stages: Sequence[Stage]) -> list[list[str]]:
    """Return the hue of each channel: that of its group, or of text after a layer that mixes groups."""
    rows = [[CYCLE[group % len(CYCLE)] for group in stages[0].groups]]
    for stage in stages:
        found = [{rows[-1][source] for source in np.flatnonzero(reach)} for reach in stage.reach]
        rows.append([hues.pop() if len(hues) == 1 else INK for hues in found])
    return rows


def _row(count: int, y: float) -> list[Point]:
    """Return the upper left corners of the channels in a row."""
    step = min(PLANE * 2, WIDTH / count)
    left = (WIDTH - step * count) / 2 + (step - PLANE) / 2
    return [(left + step * index, y) for index in range(count)]


def _paint_plane(canvas: Canvas, corner: Point, label: str) -> None:
    (x, y), cell = corner, PLANE / LINES
    inner = [at * cell for at in range(1, LINES)]
    rules = [
        line([(x, y + at), (x + PLANE, y + at)]) + line([(x + at, y), (x + at, y + PLANE)]) for at in inner
    ]
    canvas.path("".join(rules), opacity=FAINT / 2)
    canvas.rect(x, y, PLANE, PLANE)
    canvas.text(x + PLANE / 2, y + PLANE / 2, label, bold=True)


def _fill(canvas: Canvas, corner: Point, hue: str) -> None:
    canvas.rect(*corner, PLANE, PLANE, hue=hue, tint=TINT, stroke=0)


def _connect(canvas: Canvas, ends: tuple[Point, Point], stage: Stage, hue: str, mark: str) -> None:
    """Paint a line between two channels, with the kernel that connects them if there is one."""
    (x0, y0), (x1, y1) = ends
    start, stop = (x0 + PLANE / 2, y0 + PLANE), (x1 + PLANE / 2, y1)
    canvas.path([start, stop], hue=hue, stroke=2, mark=mark)
    kernel = getattr(stage.step.layer, "kernel_size", None) if stage.weights else None
    if isinstance(kernel, int):
        kernel = (kernel, kernel)
    if kernel is not None:
        rows, cols = ((1, *kernel) if len(kernel) == 1 else kernel)[-2:]
        # Kernels are painted nearer to the input channels, where those of one output channel do not overlap.
        x, y = start[0] + 0.3 * (stop[0] - start[0]), start[1] + 0.3 * (stop[1] - start[1])
        left, top, width, height = x - cols * CELL / 2, y - rows * CELL / 2, cols * CELL, rows * CELL
        canvas.rect(left, top, width, height, hue=hue, tint=1)
        cuts = [line([(left, top + at * CELL), (left + width, top + at * CELL)]) for at in range(1, rows)]
        cuts += [line([(left + at * CELL, top), (left + at * CELL, top + height)]) for at in range(1, cols)]
        if cuts:
            canvas.path("".join(cuts), hue=PAPER, stroke=0.8)


def _name(stage: Stage, lang: str) -> str:
    layer = stage.step.layer
    return tr(lang, ", ", "，").join(filter(None, (layer_title(layer), layer_details([layer], lang))))


def _caption(stage: Stage, name: str, channel: int, sources: Sequence[int], lang: str) -> str:
    if not stage.weights:
        return tr(
            lang,
            f"{name}: input channel {sources[0]} moves to position {channel}.",
            f"{name}：输入通道 {sources[0]} 移到位置 {channel}。",
        )
    weights = stage.weights // int(stage.reach.sum()) * len(sources)
    return tr(
        lang,
        f"{name}: output channel {channel} reads {counted(len(sources), 'input channel')} "
        f"with {counted(weights, 'weight')}.",
        f"{name}：输出通道 {channel} 读取 {len(sources)} 个输入通道，用到 {weights} 个权重。",
    )
