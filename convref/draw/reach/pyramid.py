"""`pyramid`: the receptive field of one output in every layer, down to the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from convref.draw.reach import probe
from convref.draw.svg.canvas import BLUE, TINT, WIDTH, Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.grid import Grid
from convref.draw.svg.layer_words import layer_details, layer_title
from convref.errors import ArgumentError
from convref.nn import Layer, Sequential, Step, trace
from convref.nn.padding import Pad

LEG = 40.0
MARGIN = 18.0
LARGEST = 26.0
LEAST = 9.0

Row: TypeAlias = tuple[Step, ...]


def pyramid(net: Layer, input_shape: Sequence[int], output: int | None = None) -> Drawing:
    """Draw the receptive field of one output, with a row for the input and for each layer's output.

    A padding layer, as before a causal convolution, shares a row with the layer after it.

    Args:
        net: a chain of layers on sequences; the same holds along each axis of an image.
        input_shape: (channels, length), short.
        output: the position of the output; by default the center.

    Raises:
        ArgumentError: the network branches, the input has several axes or is too long, or the output does not
            exist.

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
    position = length // 2 if output is None else output
    if not 0 <= position < length:
        raise ArgumentError(
            f"pyramid: output (={position}) must be one of the {length} positions of the output"
        )
    windowed = [step for step in plan.steps if step.layer.window(step.input_shapes[0]) is not None]
    rows = _rows(windowed)
    reaches = [_reach(row) for row in rows]
    return drawing(lambda lang: _paint(rows, reaches, position, plan.input_shape[1], lang))


def _rows(steps: Sequence[Step]) -> list[Row]:
    """Group steps into rows: a layer with the padding layers before it."""
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


def _paint(
    rows: Sequence[Row], reaches: Sequence[probe.Flags], position: int, length: int, lang: str
) -> Canvas:
    lengths = [length, *(len(reach) for reach in reaches)]
    seen = [np.arange(lengths[-1]) == position]
    for reach in reversed(reaches):
        seen.insert(0, reach[seen[0]].any(axis=0))
    fields = ", ".join(str(int(flags.sum())) for flags in seen)
    inputs, outputs = int(seen[0].sum()), lengths[-1]
    canvas = Canvas(
        tr(
            lang,
            f"Output {position} of {outputs} sees {inputs} inputs; by layer, from the input up: {fields}.",
            f"{outputs} 个输出中的第 {position} 个看到 {inputs} 个输入；从输入起逐层为：{fields}。",
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
    """Lay out a row for the input and for the output of each layer, the last at the top."""
    cell = min(LARGEST, (WIDTH - MARGIN) / max(lengths))
    if cell < LEAST:
        raise ArgumentError(f"pyramid: {max(lengths)} positions are more than a drawing can show")
    rows = []
    for depth, length in enumerate(lengths):
        left = MARGIN + (WIDTH - MARGIN - length * cell) / 2
        rows.append(Grid(left, (len(lengths) - 1 - depth) * (cell + LEG), cell, (0, 1), (0, length)))
    return rows


def _legend(canvas: Canvas, rows: Sequence[Row], lengths: Sequence[int], lang: str) -> None:
    names = [tr(lang, "input", "输入")]
    names += [" · ".join(_name(step.layer, lang) for step in row) for row in rows]
    y = canvas.height + 6
    for depth, (name, length) in reversed(list(enumerate(zip(names, lengths, strict=True)))):
        canvas.text(6, y + 8.4, str(depth), bold=True)
        y = canvas.paragraph(y, tr(lang, f"{name}: {length} positions", f"{name}：{length} 个位置"), x=MARGIN)
    canvas.paragraph(y, canvas.alt)


def _name(layer: Layer, lang: str) -> str:
    return ", ".join(filter(None, (layer_title(layer), layer_details([layer], lang))))


def _edges(canvas: Canvas, above: Grid, below: Grid, reach: probe.Flags, flags: probe.Flags) -> None:
    for target, source in np.argwhere(reach).tolist():
        if flags[target]:
            (x0, y0), (x1, y1) = above.center((0, target)), below.center((0, source))
            ends = [(x0, y0 + above.cell / 2), (x1, y1 - below.cell / 2)]
            canvas.path(ends, hue=BLUE, opacity=0.8, mark=f"edge {source} {target}")
