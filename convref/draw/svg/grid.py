"""A map as squared paper: where its cells are, and how cells are marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from convref.draw.svg.canvas import FAINT, INK, SMALL, TINT, Canvas, number

Cell = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """Rows and columns of square cells; the first row or column may have a negative number (padding).

    Attributes:
        x, y: where cell (0, 0) begins.
        cell: the side of a cell.
        rows, cols: the numbers of the first row or column, and of the one after the last.
    """

    x: float
    y: float
    cell: float
    rows: tuple[int, int]
    cols: tuple[int, int]

    def corner(self, at: Cell) -> tuple[float, float]:
        """The upper left corner of a cell."""
        return self.x + at[1] * self.cell, self.y + at[0] * self.cell

    def center(self, at: Cell) -> tuple[float, float]:
        """The middle of a cell."""
        x, y = self.corner(at)
        return x + self.cell / 2, y + self.cell / 2

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        return self.corner((self.rows[1], 0))[1]

    def paint(self, canvas: Canvas, *, dash: str = "", opacity: float = FAINT) -> None:
        """The lines between the cells and around them."""
        (left, top), (right, bottom) = (
            self.corner((rows, cols)) for rows, cols in zip(self.rows, self.cols, strict=True)
        )
        commands = [
            f"M{number(left)} {number(self.corner((row, 0))[1])}H{number(right)}"
            for row in range(self.rows[0], self.rows[1] + 1)
        ]
        commands += [
            f"M{number(self.corner((0, col))[0])} {number(top)}V{number(bottom)}"
            for col in range(self.cols[0], self.cols[1] + 1)
        ]
        canvas.path("".join(commands), opacity=opacity, dash=dash)
        canvas.reach(bottom + 1)

    def fill(
        self, canvas: Canvas, cells: Iterable[Cell], hue: str, tint: float = TINT, mark: str = ""
    ) -> None:
        """Cells in a hue; the mark of each is completed by its row and column."""
        for at in cells:
            x, y = self.corner(at)
            where = f"{mark} {at[0]} {at[1]}" if mark else ""
            canvas.rect(x, y, self.cell, self.cell, hue=hue, tint=tint, stroke=0, mark=where)

    def outline(
        self, canvas: Canvas, cells: Iterable[Cell], hue: str, *, dash: str = "", stroke: float = 2.2
    ) -> None:
        """The border around a set of cells, which need not touch."""
        inside, commands = set(cells), []
        for row, col in sorted(inside):
            x, y = self.corner((row, col))
            sides = (
                ((row - 1, col), f"M{number(x)} {number(y)}h{number(self.cell)}"),
                ((row + 1, col), f"M{number(x)} {number(y + self.cell)}h{number(self.cell)}"),
                ((row, col - 1), f"M{number(x)} {number(y)}v{number(self.cell)}"),
                ((row, col + 1), f"M{number(x + self.cell)} {number(y)}v{number(self.cell)}"),
            )
            commands += [side for neighbour, side in sides if neighbour not in inside]
        canvas.path("".join(commands), hue=hue, stroke=stroke, dash=dash)

    def write(self, canvas: Canvas, at: Cell, words: str, *, bold: bool = False) -> None:
        """Words in a cell, where they fit at a size that is read on a phone."""
        if self.cell >= SMALL:
            canvas.text(*self.center(at), words, bold=bold)

    def dot(self, canvas: Canvas, at: Cell, hue: str = INK) -> None:
        """A dot in a cell."""
        canvas.circle(*self.center(at), min(2.5, self.cell / 5), hue=hue, tint=1, stroke=0)
