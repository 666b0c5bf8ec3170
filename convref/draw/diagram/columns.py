"""The layout of a diagram in one column or, if there is room, in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from convref.draw.diagram.branches import Block
from convref.draw.svg.canvas import WIDTH, Canvas, fit, text_width

ARROW = 22.0
END = 22.0
BEND = 10.0  # the space for the line from one column to the next


@dataclass(frozen=True)
class Part:
    """A block of a diagram with the labels of the arrow that leads to it.

    Attributes:
        block: the laid-out block.
        name: the path of the block's layers, written at the left of the arrow.
        size: the shape of the block's input, written at the right of the arrow.
    """

    block: Block
    name: str = ""
    size: str = ""


def end(words: str) -> Block:
    """Lay out the input or the output of a network: a box with round ends."""
    width = text_width(words) + 20

    def paint(canvas: Canvas, x: float, y: float) -> None:
        canvas.rect(x - width / 2, y, width, END, radius=END / 2)
        canvas.text(x, y + END / 2, words)

    return Block(width, END, paint, head=True)


@dataclass(frozen=True)
class Sheet:
    """The parts of a diagram from input to output, laid out in one column or in two narrow ones.

    Attributes:
        parts: the parts in order.
        columns: 1 or 2.
        width: the width of the canvas.
    """

    parts: Sequence[Part]
    columns: int = 1
    width: float = WIDTH

    @property
    def crowded(self) -> bool:
        """True if branches in any part are one below the other because the width is too small."""
        return any(part.block.crowded for part in self.parts)

    @cached_property
    def split(self) -> int:
        """The index of the first part of the second column; it makes the columns nearly equal in height."""
        if self.columns == 1:
            return len(self.parts)
        indices = range(1, len(self.parts))
        return min(indices, key=lambda at: max(_height(self.parts[:at]), _height(self.parts[at:])))

    @property
    def height(self) -> float:
        """The height of the taller column."""
        columns = self.parts[: self.split], self.parts[self.split :]
        return max(map(_height, columns))

    def paint(self, canvas: Canvas) -> float:
        """Paint the columns and a line from the first to the second; return the y coordinate of the end."""
        if self.columns == 1:
            return _paint_column(canvas, self.parts, self.width / 2, 0)
        left, right, gap = WIDTH / 2, self.width - WIDTH / 2, self.width / 2
        foot = _paint_column(canvas, self.parts[: self.split], left, 0)
        canvas.path(
            [(left, foot), (left, foot + BEND), (gap, foot + BEND), (gap, 1), (right, 1), (right, BEND)]
        )
        rest = _paint_column(canvas, self.parts[self.split :], right, BEND, continued=True)
        return max(foot + BEND, rest)


def _height(parts: Sequence[Part]) -> float:
    return sum(ARROW + part.block.height for part in parts)


def _paint_column(
    canvas: Canvas, parts: Sequence[Part], x: float, y: float, *, continued: bool = False
) -> float:
    for index, part in enumerate(parts):
        if index or continued:
            _paint_arrow(canvas, x, y, part)
            y += ARROW
        part.block.paint(canvas, x, y)
        y += part.block.height
    return y


def _paint_arrow(canvas: Canvas, x: float, y: float, part: Part) -> None:
    room = WIDTH / 2 - 10
    canvas.arrow([(x, y), (x, y + ARROW)], head=part.block.head)
    canvas.text(x - 9, y + ARROW / 2, fit(part.name, room), anchor="end", faint=True)
    canvas.text(x + 9, y + ARROW / 2, part.size, anchor="start")
