"""A map with one to three axes as grids: a sequence is one row, a volume a row of slices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from convref.draw.svg.canvas import FAINT, WIDTH, Canvas
from convref.draw.svg.grid import Cell, Grid
from convref.errors import ArgumentError
from convref.nn import Shape

Range = tuple[int, int]

HEAD = 22
GAP = 30
LARGEST, LEAST, READABLE = 28.0, 8.0, 17.0
PADDED = "2 3"


@dataclass(frozen=True)
class Map:
    """The grids of a map.

    Attributes:
        ranges: the first place and the one after the last along each axis, padding included.
        grids: one a slice of the first of three axes; one alone for fewer axes.
    """

    ranges: tuple[Range, ...]
    grids: tuple[Grid, ...]

    def at(self, place: Shape) -> tuple[Grid, Cell]:
        """The grid and the cell of a place."""
        *depth, row, col = (0,) * (2 - len(place)) + tuple(place)
        return self.grids[depth[0] - self.ranges[0][0] if depth else 0], (row, col)

    def by_grid(self, places: Iterable[Shape]) -> Iterator[tuple[Grid, list[Cell]]]:
        """The cells of places, grid by grid."""
        found: dict[int, list[Cell]] = {}
        for place in places:
            grid, cell = self.at(place)
            found.setdefault(self.grids.index(grid), []).append(cell)
        for index, cells in sorted(found.items()):
            yield self.grids[index], cells

    def inside(self, space: Shape) -> Iterator[tuple[Grid, Range, Range]]:
        """The grids that lie inside the map, and the rows and columns of it that do: padding is left out."""
        rows, cols = ((0, 1), (0, space[0])) if len(space) == 1 else ((0, space[-2]), (0, space[-1]))
        depth = range(space[0]) if len(space) == 3 else range(1)
        for index in depth:
            offset = self.ranges[0][0] if len(space) == 3 else 0
            yield self.grids[index - offset], rows, cols

    @property
    def bottom(self) -> float:
        """Where the lowest grid ends."""
        return max(grid.bottom for grid in self.grids)


def place_maps(titles: Sequence[str], ranges: Sequence[tuple[Range, ...]], canvas: Canvas) -> list[Map]:
    """Place maps under their titles: side by side where numbers in their cells stay readable, else stacked.

    Raises:
        ArgumentError: a map has too many places to be drawn.
    """
    widths = [_columns(each) for each in ranges]
    cell = min(LARGEST, (WIDTH - GAP * (len(ranges) - 1)) / sum(widths))
    flat = all(len(each) == 2 for each in ranges)
    if flat and cell >= READABLE:
        return _beside(titles, ranges, cell, canvas)
    cell = min(LARGEST, (WIDTH - 12 * (max(map(_slices, ranges)) - 1)) / max(widths))
    if cell < LEAST:
        raise ArgumentError(f"draw: {max(widths)} cells side by side are more than a drawing can show")
    maps: list[Map] = []
    top = 0.0
    for title, each in zip(titles, ranges, strict=True):
        below = len(each) == 1 and bool(maps)  # lines from row to row need the room between them
        canvas.text(0, top + (cell + HEAD / 2 if below else HEAD / 2), title, anchor="start")
        maps.append(_map(each, 0, top if below else top + HEAD, cell))
        top = maps[-1].bottom + (40 if len(each) == 1 else 14)
    return maps


def _beside(
    titles: Sequence[str], ranges: Sequence[tuple[Range, ...]], cell: float, canvas: Canvas
) -> list[Map]:
    maps: list[Map] = []
    left = 0.0
    tallest = max(each[0][1] - each[0][0] for each in ranges) * cell
    for title, each in zip(titles, ranges, strict=True):
        top = HEAD + (tallest - (each[0][1] - each[0][0]) * cell) / 2
        canvas.text(left, top - HEAD / 2, title, anchor="start")
        maps.append(_map(each, left, top, cell))
        left += _columns(each) * cell + GAP
    return maps


def _map(ranges: tuple[Range, ...], left: float, top: float, cell: float) -> Map:
    rows, cols = ((0, 1), *ranges)[-2:]
    width = (cols[1] - cols[0]) * cell
    grids = tuple(
        Grid(left + index * (width + 12) - cols[0] * cell, top - rows[0] * cell, cell, rows, cols)
        for index in range(_slices(ranges))
    )
    return Map(ranges, grids)


def _slices(ranges: tuple[Range, ...]) -> int:
    return ranges[0][1] - ranges[0][0] if len(ranges) == 3 else 1


def _columns(ranges: tuple[Range, ...]) -> int:
    return (ranges[-1][1] - ranges[-1][0]) * _slices(ranges)


def paint_map(canvas: Canvas, map_: Map, space: Shape) -> None:
    """The lines of a map: solid inside, dashed where there is padding."""
    whole = [grid for grid, _, _ in map_.inside(space)]
    for grid in map_.grids:
        if grid not in whole:
            grid.paint(canvas, dash=PADDED)
    for grid, rows, cols in map_.inside(space):
        for strip in _around(grid, rows, cols):
            strip.paint(canvas, dash=PADDED)
        Grid(grid.x, grid.y, grid.cell, rows, cols).paint(canvas, opacity=FAINT + 0.1)
        (x, y), (right, bottom) = grid.corner((rows[0], cols[0])), grid.corner((rows[1], cols[1]))
        canvas.rect(x, y, right - x, bottom - y, stroke=1.4)
    canvas.reach(map_.bottom + 1)


def _around(grid: Grid, rows: Range, cols: Range) -> Iterator[Grid]:
    """The strips of a grid above, below, left and right of some of its rows and columns."""
    (top, bottom), (left, right) = grid.rows, grid.cols
    for strip in (
        ((top, rows[0]), grid.cols), ((rows[1], bottom), grid.cols),
        (rows, (left, cols[0])), (rows, (cols[1], right)),
    ):  # fmt: skip
        if all(start < end for start, end in strip):
            yield replace(grid, rows=strip[0], cols=strip[1])
