"""Draw the frames of a kernel that slides over an input.

The input is that of a convolution, or that of a transposed convolution with zeros inserted between its
values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from convref.draw.steps.numbers import Numbers, cells, number_text, product_sum, side_by_side, write
from convref.draw.svg.canvas import BLUE, FAINT, ORANGE, Canvas
from convref.draw.svg.drawing import tr
from convref.draw.svg.feature_maps import PADDED, Range
from convref.draw.svg.grid import Cell, Grid
from convref.draw.svg.stepped import Frames, Stepped, stepped
from convref.errors import ArgumentError

MOST_FRAMES = 36  # at 1.1 seconds per frame, nobody would watch more


@dataclass(frozen=True)
class Sliding:
    """A kernel that slides over an input.

    Attributes:
        values: the number in each cell of the input, padding included.
        faint: the cells with inserted zeros, which are written faintly.
        space: the ranges of rows and columns that are input rather than padding.
        kernel: the weights.
        outputs: the output for each position.
        reads: a function from a position of the output to the cells of the input that it reads, in the
            order of the kernel's elements.
        titles: a dict from language to the titles of the input, the kernel and the output.
        alt: a dict from language to a description of the figure.
    """

    values: Mapping[Cell, float]
    faint: frozenset[Cell]
    space: tuple[Range, Range]
    kernel: Numbers
    outputs: Numbers
    reads: Callable[[Cell], Sequence[Cell]]
    titles: Mapping[str, tuple[str, str, str]]
    alt: Mapping[str, str]


def slide(sliding: Sliding) -> Stepped:
    """Return a figure with a frame for each output.

    Raises:
        ArgumentError: there are too many outputs.
    """
    if sliding.outputs.size > MOST_FRAMES:
        raise ArgumentError(
            f"draw: {sliding.outputs.size} outputs are more than the limit of {MOST_FRAMES} frames"
        )
    return stepped(lambda lang: _paint(sliding, lang))


def _paint(sliding: Sliding, lang: str) -> Frames:
    frames = Frames(sliding.alt[lang])
    values, outputs = sliding.values, sliding.outputs
    longest = max(map(number_text, [*values.values(), *outputs.flat, *sliding.kernel.flat]), key=len)
    rows, cols = ((min(axis), max(axis) + 1) for axis in zip(*values, strict=True))
    ranges = [(rows, cols), *(((0, each.shape[0]), (0, each.shape[1])) for each in (sliding.kernel, outputs))]
    grids = side_by_side(frames.common, sliding.titles[lang], ranges, "∗=", longest)
    _paint_input(frames.common, grids[0], sliding)
    grids[1].fill(frames.common, cells(sliding.kernel), BLUE)
    for grid in grids[1:]:
        grid.paint(frames.common)
    write(frames.common, grids[1], cells(sliding.kernel))
    for at, result in cells(outputs).items():
        window = sliding.reads(at)
        terms = product_sum(zip((values[cell] for cell in window), sliding.kernel.flat, strict=True))
        where = f"({at[0]}, {at[1]})"
        frame = frames.add(tr(lang, f"Output {where}: {terms}.", f"输出 {where}：{terms}。"))
        write(frame.kept, grids[2], {at: result})
        for grid, marked, hue, mark in (
            (grids[0], window, BLUE, "reads"),
            (grids[2], [at], ORANGE, "output"),
        ):
            grid.fill(frame.under, marked, hue, mark=mark)
            grid.outline(frame.over, marked, hue)
    return frames


def _paint_input(canvas: Canvas, grid: Grid, sliding: Sliding) -> None:
    rows, cols = sliding.space
    inner = Grid(grid.x, grid.y, grid.cell, rows, cols)
    if (grid.rows, grid.cols) != (rows, cols):
        grid.paint(canvas, dash=PADDED)
    inner.paint(canvas, opacity=FAINT + 0.1)
    (left, top), (right, bottom) = inner.corner((rows[0], cols[0])), inner.corner((rows[1], cols[1]))
    canvas.rect(left, top, right - left, bottom - top, stroke=1.4)
    for faint in (False, True):
        numbers = {at: value for at, value in sliding.values.items() if (at in sliding.faint) == faint}
        write(canvas, grid, numbers, faint=faint)
