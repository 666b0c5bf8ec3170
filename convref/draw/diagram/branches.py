"""Lay out branches of a diagram side by side or one below the other; define `Block`, a laid-out part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from convref.draw.svg.canvas import Canvas

GAP = 14.0
BETWEEN = 8.0
PADDING = 5.0
PASS = 12.0
BUS = 9.0


@dataclass(frozen=True)
class Block:
    """A laid-out piece of a diagram.

    Attributes:
        width, height: the size of the block.
        paint: a function of a canvas, x and y that paints the block below y, with its input and output at x.
        head: whether the line that leads to the block ends in an arrowhead, as at a box.
        crowded: whether branches in the block are one below the other because the width is too small.
    """

    width: float
    height: float
    paint: Callable[[Canvas, float, float], None] = field(repr=False)
    head: bool = False
    crowded: bool = False


def beside(branches: Sequence[Block], sides: Sequence[float], join: Block) -> Block:
    """Lay out branches side by side; `sides` are their widths, and `join` is the block below them."""
    width = sum(sides) + BETWEEN * (len(sides) - 1)
    tallest = max(branch.height for branch in branches)
    height = 2 * BUS + 3 + tallest + 2 * BUS + join.height

    def paint(canvas: Canvas, x: float, y: float) -> None:
        left = x - width / 2
        axes = []
        for side in sides:
            axes.append(left + side / 2)
            left += side + BETWEEN
        top, bottom = y + 2 * BUS + 3, y + 2 * BUS + 3 + tallest + BUS
        canvas.path([(x, y), (x, y + BUS)])
        canvas.path([(min(axes), y + BUS), (max(axes), y + BUS)])
        for axis, branch in zip(axes, branches, strict=True):
            canvas.arrow([(axis, y + BUS), (axis, top)], head=branch.head)
            branch.paint(canvas, axis, top)
            canvas.path([(axis, top + branch.height), (axis, bottom)])
        canvas.path([(min(axes), bottom), (max(axes), bottom)])
        canvas.arrow([(x, bottom), (x, bottom + BUS)])
        join.paint(canvas, x, bottom + BUS)

    return Block(max(width, join.width), height, paint, crowded=any(branch.crowded for branch in branches))


def stacked(branches: Sequence[Block], join: Block, width: float) -> Block:
    """Lay out branches one below the other, with the block `join` below them.

    A line on the left leads to their inputs; a line on the right leads from their outputs to the join.
    """
    heights = [2 * BUS + branch.height + BUS + 4 for branch in branches]
    height = BUS + sum(heights) + BUS + join.height

    def paint(canvas: Canvas, x: float, y: float) -> None:
        left, right = x - width / 2 + 2, x + width / 2 - 2
        top = y + BUS
        canvas.path([(x, y), (x, top - 3), (left, top - 3)])
        last_in = first_out = top
        at = top
        for index, (branch, tall) in enumerate(zip(branches, heights, strict=True)):
            last_in = at + 4
            canvas.path([(left, last_in), (x, last_in)])
            canvas.arrow([(x, last_in), (x, at + 2 * BUS)], head=branch.head)
            branch.paint(canvas, x, at + 2 * BUS)
            out = at + 2 * BUS + branch.height
            canvas.path([(x, out), (x, out + BUS), (right, out + BUS)])
            first_out = out + BUS if index == 0 else first_out
            at += tall
        canvas.path([(left, top - 3), (left, last_in)])
        canvas.path([(right, first_out), (right, at + 2), (x, at + 2)])
        canvas.arrow([(x, at + 2), (x, at + BUS)])
        join.paint(canvas, x, at + BUS)

    return Block(width, height, paint, crowded=True)
