"""Draw the receptive field of one output in every layer, down to the input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from convref.draw.reach import probe
from convref.draw.svg.canvas import BLUE, TINT, WIDTH, Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.grid import Grid
from convref.draw.svg.layer_words import layer_details, layer_title
from convref.errors import ArgumentError
from convref.nn import Layer, Sequential, Step, trace
from convref.nn.given import described
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
        net: a chain of layers on sequences. (In an image, the receptive field grows in the same way along
            each axis.)
        input_shape: (channels, length), short.
        output: the position of the output; by default the center.

    Raises:
        ArgumentError: the network branches, the input has several axes or is too long, or the output does not
            exist.

    Example:
        >>> from convref.nn import Conv1d, Sequential
        >>> pyramid(Sequential(Conv1d(1, 1, 3), Conv1d(1, 1, 3)), (1, 7)).alt()
        'Output 1 (of 0 to 2) sees 5 inputs; by layer, from the input up: 5, 3, 1.'
    """
    stack = stack_of(net, input_shape, output)
    return drawing(lambda lang: _paint(stack, lang))


@dataclass(frozen=True, eq=False)
class Stack:
    """Layers on a sequence, and the positions before and after each layer that one output depends on.

    Attributes:
        rows: the steps of each layer, including paddings before it, from the first layer to the last.
        reaches: for each layer, a boolean array (outputs, inputs), True where the output reads the input.
        seen: for the input and for each layer's output, a boolean array, True at the positions that the one
            output depends on.
        position: the position of the one output.
    """

    rows: Sequence[Row]
    reaches: Sequence[probe.Flags]
    seen: Sequence[probe.Flags]
    position: int

    @property
    def lengths(self) -> list[int]:
        """The lengths of the input and of each layer's output."""
        return [len(flags) for flags in self.seen]

    def names(self, lang: str) -> list[str]:
        """Return the names of the input and of each layer."""
        layers = [" · ".join(_name(step.layer, lang) for step in row) for row in self.rows]
        return [tr(lang, "input", "输入"), *layers]

    def output(self, lang: str) -> str:
        """Return a text that names the output by its position, such as "Output 5 (of 0 to 9)"."""
        last = self.lengths[-1] - 1
        return tr(
            lang, f"Output {self.position} (of 0 to {last})", f"输出 {self.position}（编号 0 到 {last}）"
        )

    def sentence(self, lang: str) -> str:
        """Return a description of the receptive field, in words."""
        fields = ", ".join(str(int(flags.sum())) for flags in self.seen)
        inputs = int(self.seen[0].sum())
        return tr(
            lang,
            f"{self.output('en')} sees {inputs} inputs; by layer, from the input up: {fields}.",
            f"{self.output('zh')}看到 {inputs} 个输入；从输入起逐层为：{fields}。",
        )


def stack_of(net: Layer, input_shape: Sequence[int], output: int | None) -> Stack:
    """Return the layers of a network on a sequence, with the positions that one output depends on.

    Raises:
        ArgumentError: the network branches, the input has several axes, or the output does not exist.
    """
    plan = trace(described(net, input_shape), tuple(input_shape))
    if any(len(shape) != 2 for shape in (plan.input_shape, *(step.output_shape for step in plan.steps))):
        raise ArgumentError(
            f"pyramid: input_shape (={plan.input_shape}) and the outputs of all layers must be "
            "(channels, length)"
        )
    for index, step in enumerate(plan.steps):
        if step.kind != "layer" or step.inputs != (index,):
            raise ArgumentError(
                f"pyramid: net must be a chain of layers, but the network branches at "
                f"{step.path or step.name!r}"
            )
    length = plan.output_shape[1]
    position = length // 2 if output is None else output
    if not 0 <= position < length:
        raise ArgumentError(
            f"pyramid: output (={position}) must be the index of an output position, from 0 to {length - 1}"
        )
    windowed = [step for step in plan.steps if step.layer.window(step.input_shapes[0]) is not None]
    rows = _rows(windowed)
    reaches = [_reach(row) for row in rows]
    seen = [np.arange(length) == position]
    for reach in reversed(reaches):
        seen.insert(0, reach[seen[0]].any(axis=0))
    return Stack(rows, reaches, seen, position)


def _rows(steps: Sequence[Step]) -> list[Row]:
    """Group steps into rows: each layer together with the padding layers before it."""
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


def _paint(stack: Stack, lang: str) -> Canvas:
    canvas = Canvas(stack.sentence(lang))
    grids = place_rows(stack.lengths)
    for above, below, reach, flags in zip(grids[1:], grids, stack.reaches, stack.seen[1:], strict=False):
        paint_edges(canvas, above, below, reach, flags)
    for depth, (grid, flags) in enumerate(zip(grids, stack.seen, strict=True)):
        paint_row(canvas, grid, depth)
        mark_row(canvas, grid, flags, depth)
    _legend(canvas, stack, lang)
    return canvas


def paint_row(canvas: Canvas, grid: Grid, depth: int) -> None:
    """Paint a row of positions, with its number at the left."""
    grid.paint(canvas)
    canvas.text(6, grid.y + grid.cell / 2, str(depth), bold=True)


def mark_row(canvas: Canvas, grid: Grid, flags: probe.Flags, depth: int) -> None:
    """Mark the positions of a row that the output depends on, which are those where `flags` is True."""
    cells = [(0, int(at)) for at in np.flatnonzero(flags)]
    grid.fill(canvas, cells, BLUE, TINT, f"sees {depth}")
    grid.outline(canvas, cells, BLUE)


def place_rows(lengths: Sequence[int]) -> list[Grid]:
    """Lay out a row for the input and for the output of each layer, from bottom to top."""
    cell = min(LARGEST, (WIDTH - MARGIN) / max(lengths))
    if cell < LEAST:
        most = int((WIDTH - MARGIN) // LEAST)
        raise ArgumentError(
            f"pyramid: {max(lengths)} positions are more than the {most} that the figure can show"
        )
    rows = []
    for depth, length in enumerate(lengths):
        left = MARGIN + (WIDTH - MARGIN - length * cell) / 2
        rows.append(Grid(left, (len(lengths) - 1 - depth) * (cell + LEG), cell, (0, 1), (0, length)))
    return rows


def _legend(canvas: Canvas, stack: Stack, lang: str) -> None:
    y = canvas.height + 6
    named = list(enumerate(zip(stack.names(lang), stack.lengths, strict=True)))
    for depth, (name, length) in reversed(named):
        canvas.text(6, y + 8.4, str(depth), bold=True)
        y = canvas.paragraph(y, tr(lang, f"{name}: {length} positions", f"{name}：{length} 个位置"), x=MARGIN)
    canvas.paragraph(y, canvas.alt)


def _name(layer: Layer, lang: str) -> str:
    return ", ".join(filter(None, (layer_title(layer), layer_details([layer], lang))))


def paint_edges(canvas: Canvas, above: Grid, below: Grid, reach: probe.Flags, flags: probe.Flags) -> None:
    """Paint a line from each marked position of a row to the positions that it reads in the row below."""
    for target, source in np.argwhere(reach).tolist():
        if flags[target]:
            (x0, y0), (x1, y1) = above.center((0, target)), below.center((0, source))
            ends = [(x0, y0 + above.cell / 2), (x1, y1 - below.cell / 2)]
            canvas.path(ends, hue=BLUE, opacity=0.8, mark=f"edge {source} {target}")
