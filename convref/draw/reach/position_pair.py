"""Paint two neighbouring positions A and B of a feature map, and the positions that each is connected to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convref.draw.svg.canvas import BLUE, ORANGE, TINT, Canvas, Point
from convref.draw.svg.feature_maps import READABLE, FeatureMap
from convref.draw.svg.grid import Grid
from convref.nn import Shape


@dataclass(frozen=True)
class Style:
    """The style in which a position and its connections are drawn: a letter, a dash pattern and a hue."""

    letter: str
    hue: str
    dash: str
    tint: float


STYLES = (Style("A", BLUE, "", TINT), Style("B", ORANGE, "5 3", TINT / 2))


@dataclass(frozen=True)
class Footprint:
    """A position of one feature map, and the positions of another feature map that it is connected to.

    Attributes:
        position: the position on the first feature map.
        inside, outside: the positions on the second feature map that it is connected to: those inside, and
            those beyond its edge, in the padding.
        labels: a dict from a connected position to the index of the connection's weight; empty for a layer
            without a kernel.
    """

    position: Shape
    inside: tuple[Shape, ...]
    outside: tuple[Shape, ...]
    labels: dict[Shape, int]


def neighbours(first: Shape, sizes: Shape) -> Iterator[Shape]:
    """Yield the position `first`, then a neighbour of it on a feature map of the given sizes.

    The neighbour is the next position along the last axis, or the previous one at the end of the axis. If the
    last axis has size 1, an earlier axis is used; without any neighbour, only `first` is yielded.

    Example:
        >>> list(neighbours((0, 0), (3, 3))), list(neighbours((2, 2), (3, 3)))
        ([(0, 0), (0, 1)], [(2, 2), (2, 1)])
    """
    yield first
    for axis in reversed(range(len(sizes))):
        for step in (1, -1):
            if 0 <= first[axis] + step < sizes[axis]:
                yield (*first[:axis], first[axis] + step, *first[axis + 1 :])
                return


def paint(canvas: Canvas, maps: tuple[FeatureMap, FeatureMap], seen: Sequence[Footprint]) -> None:
    """Mark positions A and B on the first feature map, and their connections on the second.

    Where both are connected to a position, the marks of A are painted over those of B.
    """
    # B is painted first, so that the marks of A, which the text explains first, are on top.
    for each, style in reversed(list(zip(seen, STYLES, strict=False))):
        _mark(canvas, maps, each, style)
        if len(each.position) == 1:
            _fan(canvas, maps, each, style)
        elif style is STYLES[0] and len(each.position) == 2 and each.inside:
            _corners(canvas, maps, each, style)
    first = seen[0]
    for position in first.inside + first.outside:
        grid, cell = maps[0].at(position)
        if position in first.labels and grid.cell >= READABLE - 1:
            grid.write(canvas, cell, str(first.labels[position]))
        elif position in first.inside:
            grid.dot(canvas, cell)


def legend(canvas: Canvas, sentences: Sequence[str]) -> None:
    """Paint a legend: one sentence for each of A and B, beside a sample of its marks."""
    y = canvas.height + 8
    for sentence, style in zip(sentences, STYLES, strict=False):
        canvas.rect(1, y + 2, 13, 13, hue=style.hue, tint=style.tint, stroke=2, dash=style.dash)
        y = canvas.paragraph(y, sentence, x=22)


def _mark(canvas: Canvas, maps: tuple[FeatureMap, FeatureMap], seen: Footprint, style: Style) -> None:
    for grid, cells in maps[0].by_grid(seen.inside):
        grid.fill(canvas, cells, style.hue, style.tint, f"{style.letter} sees {maps[0].grids.index(grid)}")
    for grid, cells in maps[0].by_grid(seen.inside + seen.outside):
        grid.outline(canvas, cells, style.hue, dash=style.dash)
    grid, cell = maps[1].at(seen.position)
    grid.fill(canvas, [cell], style.hue, style.tint, f"{style.letter} is {maps[1].grids.index(grid)}")
    grid.outline(canvas, [cell], style.hue, dash=style.dash)
    grid.write(canvas, cell, style.letter, bold=True)


def _fan(canvas: Canvas, maps: tuple[FeatureMap, FeatureMap], seen: Footprint, style: Style) -> None:
    """Paint lines from a position of a sequence to all positions that it is connected to."""
    grid, cell = maps[1].at(seen.position)
    for position in seen.inside + seen.outside:
        other, at = maps[0].at(position)
        (x0, y0), (x1, y1) = other.center(at), grid.center(cell)
        side = 1 if y1 > y0 else -1
        ends = [(x0, y0 + side * other.cell / 2), (x1, y1 - side * grid.cell / 2)]
        canvas.path(ends, hue=style.hue, dash=style.dash)


def _corners(canvas: Canvas, maps: tuple[FeatureMap, FeatureMap], seen: Footprint, style: Style) -> None:
    """Paint two lines from a position to the box around the positions that it is connected to.

    The lines join the corners that face each other.
    """
    (many, _), (one, cell) = maps[0].at(seen.inside[0]), maps[1].at(seen.position)
    window, position = _box(many, seen.inside + seen.outside), _box(one, [cell])
    if maps[0].bottom <= one.y or maps[1].bottom <= many.y:
        upper, lower = sorted((window, position), key=lambda box: box[0][1])
        (left, right), bottom, top = (upper[0][0], upper[1][0]), upper[1][1], lower[0][1]
        ends = [((left, bottom), (lower[0][0], top)), ((right, bottom), (lower[1][0], top))]
    else:
        first, second = sorted((window, position), key=lambda box: box[0][0])
        ends = [((first[1][0], first[side][1]), (second[0][0], second[side][1])) for side in (0, 1)]
    for start, end in ends:
        canvas.path([start, end], hue=style.hue, opacity=0.7)


def _box(grid: Grid, positions: Sequence[Shape]) -> tuple[Point, Point]:
    """Return the upper left and lower right corner of the bounding box of positions."""
    rows, cols = ([position[axis] for position in positions] for axis in (0, 1))
    return grid.corner((min(rows), min(cols))), grid.corner((max(rows) + 1, max(cols) + 1))
