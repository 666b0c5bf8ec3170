"""`pyramid`: the places of every layer that one output sees, down to the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from convref.draw.reach import probe
from convref.draw.svg.canvas import BLUE, TINT, WIDTH, Canvas
from convref.draw.svg.drawing import Drawing, drawing, say
from convref.draw.svg.grid import Grid
from convref.draw.svg.layer_words import details, title
from convref.errors import ArgumentError
from convref.nn import Layer, Sequential, Step, trace
from convref.nn.padding import Pad

LEG = 40.0
MARGIN = 18.0
LARGEST = 26.0
LEAST = 9.0

Row: TypeAlias = tuple[Step, ...]


def pyramid(net: Layer, input_shape: Sequence[int], output: int | None = None) -> Drawing:
    """The receptive field of one output, layer by layer: a row of places for the input and after each layer.

    A layer that pads, ahead of a causal convolution, has no row of its own: it belongs to the next layer.

    Args:
        net: a chain of layers on sequences (one axis); what holds for them holds along each axis of a map.
        input_shape: (channels, length), short.
        output: the place of the output; by default the middle.

    Raises:
        ArgumentError: the network branches, the input has several axes or is too long, or no such place.

    Example:
        >>> from convref.nn import Conv1d, Sequential
        >>> pyramid(Sequential(Conv1d(1, 1, 3), Conv1d(1, 1, 3)), (1, 7)).alt()
        'Output 1 of 3 sees 5 inputs; by layer, from the input up: 5, 3, 1.'
    """
    plan = trace(net, tuple(input_shape))
    if any(len(shape) != 2 for shape in (plan.input_shape, *(step.output_shape for step in plan.steps))):
        raise ArgumentError(
            f"pyramid: input_shape (={plan.input_shape}) must be (channels, length) throughout"
        )
    for index, step in enumerate(plan.steps):
        if step.kind != "layer" or step.inputs != (index,):
            raise ArgumentError(f"pyramid: the network branches at {step.path or step.name!r}")
    length = plan.output_shape[1]
    place = length // 2 if output is None else output
    if not 0 <= place < length:
        raise ArgumentError(f"pyramid: output (={place}) must be one of the {length} places of the output")
    windowed = [step for step in plan.steps if step.layer.window(step.input_shapes[0]) is not None]
    rows = _rows(windowed)
    reaches = [_reach(row) for row in rows]
    return drawing(lambda lang: _paint(rows, reaches, place, plan.input_shape[1], lang))


def _rows(steps: Sequence[Step]) -> list[Row]:
    """The steps that make a row each, with the paddings before them."""
    rows: list[Row] = []
    waiting: Row = ()
    for step in steps:
        waiting = (*waiting, step)
        if not isinstance(step.layer, Pad):
            rows.append(waiting)
            waiting = ()
    return [*rows, waiting] if waiting else rows


def _reach(row: Row) -> probe.Flags:
    chain = Sequential(*[step.layer for step in row])
    return probe.reach(chain, row[0].input_shapes[0])


def _paint(rows: Sequence[Row], reaches: Sequence[probe.Flags], place: int, length: int, lang: str) -> Canvas:
    lengths = [length, *(len(reach) for reach in reaches)]
    seen = [np.arange(lengths[-1]) == place]
    for reach in reversed(reaches):
        seen.insert(0, reach[seen[0]].any(axis=0))
    fields = ", ".join(str(int(flags.sum())) for flags in seen)
    inputs = int(seen[0].sum())
    canvas = Canvas(
        say(
            lang,
            f"Output {place} of {lengths[-1]} sees {inputs} inputs; by layer, from the input up: {fields}.",
            f"{lengths[-1]} 个输出中的第 {place} 个看到 {inputs} 个输入；从输入起逐层为：{fields}。",
        )
    )
    grids = _grids(lengths)
    for above, below, reach, flags in zip(grids[1:], grids, reaches, seen[1:], strict=False):
        _edges(canvas, above, below, reach, flags)
    for depth, (grid, flags) in enumerate(zip(grids, seen, strict=True)):
        grid.paint(canvas)
        cells = [(0, int(at)) for at in np.flatnonzero(flags)]
        grid.fill(canvas, cells, BLUE, TINT, f"sees {depth}")
        grid.outline(canvas, cells, BLUE)
        canvas.text(6, grid.y + grid.cell / 2, str(depth), bold=True)
    _legend(canvas, rows, lengths, lang)
    return canvas


def _grids(lengths: Sequence[int]) -> list[Grid]:
    """A row for the input and after each layer, the output at the top."""
    cell = min(LARGEST, (WIDTH - MARGIN) / max(lengths))
    if cell < LEAST:
        raise ArgumentError(f"pyramid: {max(lengths)} places are more than a drawing can show")
    rows = []
    for depth, length in enumerate(lengths):
        left = MARGIN + (WIDTH - MARGIN - length * cell) / 2
        rows.append(Grid(left, (len(lengths) - 1 - depth) * (cell + LEG), cell, (0, 1), (0, length)))
    return rows


def _legend(canvas: Canvas, rows: Sequence[Row], lengths: Sequence[int], lang: str) -> None:
    names = [say(lang, "input", "输入")]
    names += [" · ".join(_name(step.layer, lang) for step in row) for row in rows]
    y = canvas.height + 6
    for depth, (name, length) in reversed(list(enumerate(zip(names, lengths, strict=True)))):
        canvas.text(6, y + 8.4, str(depth), bold=True)
        y = canvas.paragraph(y, say(lang, f"{name}: {length} places", f"{name}：{length} 个位置"), x=MARGIN)
    canvas.paragraph(y, canvas.alt)


def _name(layer: Layer, lang: str) -> str:
    return ", ".join(filter(None, (title(layer), details([layer], lang))))


def _edges(canvas: Canvas, above: Grid, below: Grid, reach: probe.Flags, flags: probe.Flags) -> None:
    for target, source in np.argwhere(reach).tolist():
        if flags[target]:
            (x0, y0), (x1, y1) = above.center((0, target)), below.center((0, source))
            ends = [(x0, y0 + above.cell / 2), (x1, y1 - below.cell / 2)]
            canvas.path(ends, hue=BLUE, opacity=0.8, mark=f"edge {source} {target}")
