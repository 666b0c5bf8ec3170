"""Draw feature maps with one to three axes as grids: a sequence is one row, a volume a row of slices."""

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
LARGEST, LEAST, READABLE = 28.0, 8.0, 17.0  # side of a cell; a two-digit number needs READABLE
PADDED = "2 3"


@dataclass(frozen=True)
class FeatureMap:
    """A feature map laid out as grids.

    Attributes:
        ranges: the half-open range of positions along each axis, including padding.
        grids: with three axes, one grid for each slice along the first axis; with fewer axes, a single grid.
    """

    ranges: tuple[Range, ...]
    grids: tuple[Grid, ...]

    def at(self, position: Shape) -> tuple[Grid, Cell]:
        """Return the grid and the cell of a position."""
        *depth, row, col = (0,) * (2 - len(position)) + tuple(position)
        return self.grids[depth[0] - self.ranges[0][0] if depth else 0], (row, col)

    def by_grid(self, positions: Iterable[Shape]) -> Iterator[tuple[Grid, list[Cell]]]:
        """Yield the cells of positions, grouped by grid."""
        found: dict[int, list[Cell]] = {}
        for position in positions:
            grid, cell = self.at(position)
            found.setdefault(self.grids.index(grid), []).append(cell)
        for index, cells in sorted(found.items()):
            yield self.grids[index], cells

    def inside(self, space: Shape) -> Iterator[tuple[Grid, Range, Range]]:
        """Yield each grid, with the ranges of its rows and columns that are not padding."""
        rows, cols = ((0, 1), (0, space[0])) if len(space) == 1 else ((0, space[-2]), (0, space[-1]))
        depth = range(space[0]) if len(space) == 3 else range(1)
        for index in depth:
            offset = self.ranges[0][0] if len(space) == 3 else 0
            yield self.grids[index - offset], rows, cols

    @property
    def bottom(self) -> float:
        """The y coordinate of the lower edge of the lowest grid."""
        return max(grid.bottom for grid in self.grids)


def place_feature_maps(
    titles: Sequence[str], ranges: Sequence[tuple[Range, ...]], canvas: Canvas
) -> list[FeatureMap]:
    """Lay out feature maps under their titles: side by side if cells can hold text, otherwise stacked.

    Raises:
        ArgumentError: a feature map has too many positions to be drawn.
    """
    widths = [_columns(each) for each in ranges]
    cell = min(LARGEST, (WIDTH - GAP * (len(ranges) - 1)) / sum(widths))
    flat = all(len(each) == 2 for each in ranges)
    if flat and cell >= READABLE:
        return _beside(titles, ranges, cell, canvas)
    cell = min(LARGEST, (WIDTH - 12 * (max(map(_slices, ranges)) - 1)) / max(widths))
    if cell < LEAST:
        raise ArgumentError(
            f"draw: {max(widths)} cells side by side are more than a drawing can show; use a smaller input"
        )
    maps: list[FeatureMap] = []
    top = 0.0
    for title, each in zip(titles, ranges, strict=True):
        below = len(each) == 1 and bool(maps)  # lines between rows of cells need some room
        canvas.text(0, top + (cell + HEAD / 2 if below else HEAD / 2), title, anchor="start")
        maps.append(_map(each, 0, top if below else top + HEAD, cell))
        top = maps[-1].bottom + (40 if len(each) == 1 else 14)
    return maps


def _beside(
    titles: Sequence[str], ranges: Sequence[tuple[Range, ...]], cell: float, canvas: Canvas
) -> list[FeatureMap]:
    maps: list[FeatureMap] = []
    left = 0.0
    tallest = max(each[0][1] - each[0][0] for each in ranges) * cell
    for title, each in zip(titles, ranges, strict=True):
        top = HEAD + (tallest - (each[0][1] - each[0][0]) * cell) / 2
        canvas.text(left, top - HEAD / 2, title, anchor="start")
        maps.append(_map(each, left, top, cell))
        left += _columns(each) * cell + GAP
    return maps


def _map(ranges: tuple[Range, ...], left: float, top: float, cell: float) -> FeatureMap:
    rows, cols = ((0, 1), *ranges)[-2:]
    width = (cols[1] - cols[0]) * cell
    grids = tuple(
        Grid(left + index * (width + 12) - cols[0] * cell, top - rows[0] * cell, cell, rows, cols)
        for index in range(_slices(ranges))
    )
    return FeatureMap(ranges, grids)


def _slices(ranges: tuple[Range, ...]) -> int:
    return ranges[0][1] - ranges[0][0] if len(ranges) == 3 else 1


def _columns(ranges: tuple[Range, ...]) -> int:
    return (ranges[-1][1] - ranges[-1][0]) * _slices(ranges)


def paint_feature_map(canvas: Canvas, feature_map: FeatureMap, space: Shape) -> None:
    """Paint the grid lines of a feature map: solid inside, dashed in the padding."""
    whole = [grid for grid, _, _ in feature_map.inside(space)]
    for grid in feature_map.grids:
        if grid not in whole:
            grid.paint(canvas, dash=PADDED)
    for grid, rows, cols in feature_map.inside(space):
        for strip in _around(grid, rows, cols):
            strip.paint(canvas, dash=PADDED)
        Grid(grid.x, grid.y, grid.cell, rows, cols).paint(canvas, opacity=FAINT + 0.1)
        (x, y), (right, bottom) = grid.corner((rows[0], cols[0])), grid.corner((rows[1], cols[1]))
        canvas.rect(x, y, right - x, bottom - y, stroke=1.4)
    canvas.reach(feature_map.bottom + 1)


def _around(grid: Grid, rows: Range, cols: Range) -> Iterator[Grid]:
    """Yield the strips of a grid above, below, left and right of the given rows and columns."""
    (top, bottom), (left, right) = grid.rows, grid.cols
    for strip in (
        ((top, rows[0]), grid.cols), ((rows[1], bottom), grid.cols),
        (rows, (left, cols[0])), (rows, (cols[1], right)),
    ):  # fmt: skip
        if all(start < end for start, end in strip):
            yield replace(grid, rows=strip[0], cols=strip[1])
