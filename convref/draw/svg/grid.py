"""A feature map as a grid of square cells, and the ways to mark cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from convref.draw.svg.canvas import FAINT, INK, SMALL, TINT, Canvas, number

Cell = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """Rows and columns of square cells. Cells with a negative row or column index lie in the padding.

    Attributes:
        x, y: the upper left corner of cell (0, 0).
        cell: the side of a cell.
        rows, cols: the half-open ranges of row and column indices.
    """

    x: float
    y: float
    cell: float
    rows: tuple[int, int]
    cols: tuple[int, int]

    def corner(self, at: Cell) -> tuple[float, float]:
        """Return the upper left corner of a cell."""
        return self.x + at[1] * self.cell, self.y + at[0] * self.cell

    def center(self, at: Cell) -> tuple[float, float]:
        """Return the center of a cell."""
        x, y = self.corner(at)
        return x + self.cell / 2, y + self.cell / 2

    @property
    def bottom(self) -> float:
        """The y coordinate of the lower edge."""
        return self.corner((self.rows[1], 0))[1]

    def paint(self, canvas: Canvas, *, dash: str = "", opacity: float = FAINT) -> None:
        """Paint the lines between the cells and around them."""
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
        """Fill cells with a hue; each cell's mark (see `Canvas.add`) is `mark` followed by row and column."""
        for at in cells:
            x, y = self.corner(at)
            where = f"{mark} {at[0]} {at[1]}" if mark else ""
            canvas.rect(x, y, self.cell, self.cell, hue=hue, tint=tint, stroke=0, mark=where)

    def outline(
        self, canvas: Canvas, cells: Iterable[Cell], hue: str, *, dash: str = "", stroke: float = 2.2
    ) -> None:
        """Paint the border around a set of cells, which need not be adjacent."""
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
        """Write into a cell, unless the cell is too small for text that is legible on a phone."""
        if self.cell >= SMALL:
            canvas.text(*self.center(at), words, bold=bold)

    def dot(self, canvas: Canvas, at: Cell, hue: str = INK) -> None:
        """Paint a dot in a cell."""
        canvas.circle(*self.center(at), min(2.5, self.cell / 5), hue=hue, tint=1, stroke=0)
