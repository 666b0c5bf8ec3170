"""Two places of one map, A and B, and what each has to do with on the other map: how both are marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convref.draw.svg.canvas import BLUE, ORANGE, TINT, Canvas, Point
from convref.draw.svg.grid import Grid
from convref.draw.svg.volumes import READABLE, Map
from convref.nn import Shape


@dataclass(frozen=True)
class Style:
    """How a place and what belongs to it are marked: by a letter, a kind of line and a hue."""

    letter: str
    hue: str
    dash: str
    tint: float


STYLES = (Style("A", BLUE, "", TINT), Style("B", ORANGE, "5 3", TINT / 2))


@dataclass(frozen=True)
class Seen:
    """A place, and on the other map what it sees or reaches.

    Attributes:
        place: on its own map.
        inside, outside: places on the other map, and beyond its edge.
        labels: by place, the number of the weight that stands between; empty where there are none.
    """

    place: Shape
    inside: tuple[Shape, ...]
    outside: tuple[Shape, ...]
    labels: dict[Shape, int]


def neighbours(first: Shape, sizes: Shape) -> Iterator[Shape]:
    """A place, and its neighbour along the last axis that has one.

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


def paint(canvas: Canvas, maps: tuple[Map, Map], seen: Sequence[Seen]) -> None:
    """Mark what is seen on the first map and the places on the second; A lies over B, and has its weights."""
    for each, style in reversed(list(zip(seen, STYLES, strict=False))):
        _mark(canvas, maps, each, style)
        if len(each.place) == 1:
            _fan(canvas, maps, each, style)
        elif style is STYLES[0] and len(each.place) == 2 and each.inside:
            _corners(canvas, maps, each, style)
    first = seen[0]
    for place in first.inside + first.outside:
        grid, cell = maps[0].at(place)
        if place in first.labels and grid.cell >= READABLE - 1:
            grid.write(canvas, cell, str(first.labels[place]))
        elif place in first.inside:
            grid.dot(canvas, cell)


def legend(canvas: Canvas, sentences: Sequence[str]) -> None:
    """A sentence for each place, beside how it is marked."""
    y = canvas.height + 8
    for sentence, style in zip(sentences, STYLES, strict=False):
        canvas.rect(1, y + 2, 13, 13, hue=style.hue, tint=style.tint, stroke=2, dash=style.dash)
        y = canvas.paragraph(y, sentence, x=22)


def _mark(canvas: Canvas, maps: tuple[Map, Map], seen: Seen, style: Style) -> None:
    for grid, cells in maps[0].by_grid(seen.inside):
        grid.fill(canvas, cells, style.hue, style.tint, f"{style.letter} sees {maps[0].grids.index(grid)}")
    for grid, cells in maps[0].by_grid(seen.inside + seen.outside):
        grid.outline(canvas, cells, style.hue, dash=style.dash)
    grid, cell = maps[1].at(seen.place)
    grid.fill(canvas, [cell], style.hue, style.tint, f"{style.letter} is {maps[1].grids.index(grid)}")
    grid.outline(canvas, [cell], style.hue, dash=style.dash)
    grid.write(canvas, cell, style.letter, bold=True)


def _fan(canvas: Canvas, maps: tuple[Map, Map], seen: Seen, style: Style) -> None:
    """On sequences, a line from the place to all that belongs to it."""
    grid, cell = maps[1].at(seen.place)
    for place in seen.inside + seen.outside:
        other, at = maps[0].at(place)
        (x0, y0), (x1, y1) = other.center(at), grid.center(cell)
        side = 1 if y1 > y0 else -1
        ends = [(x0, y0 + side * other.cell / 2), (x1, y1 - side * grid.cell / 2)]
        canvas.path(ends, hue=style.hue, dash=style.dash)


def _corners(canvas: Canvas, maps: tuple[Map, Map], seen: Seen, style: Style) -> None:
    """Lines between the corners of the place and of the window around what belongs to it, where they face."""
    (many, _), (one, cell) = maps[0].at(seen.inside[0]), maps[1].at(seen.place)
    window, place = _box(many, seen.inside + seen.outside), _box(one, [cell])
    if maps[0].bottom <= one.y or maps[1].bottom <= many.y:
        upper, lower = sorted((window, place), key=lambda box: box[0][1])
        (left, right), bottom, top = (upper[0][0], upper[1][0]), upper[1][1], lower[0][1]
        ends = [((left, bottom), (lower[0][0], top)), ((right, bottom), (lower[1][0], top))]
    else:
        first, second = sorted((window, place), key=lambda box: box[0][0])
        ends = [((first[1][0], first[side][1]), (second[0][0], second[side][1])) for side in (0, 1)]
    for start, end in ends:
        canvas.path([start, end], hue=style.hue, opacity=0.7)


def _box(grid: Grid, places: Sequence[Shape]) -> tuple[Point, Point]:
    """The upper left and the lower right corner of what encloses places of a grid."""
    rows, cols = ([place[axis] for place in places] for axis in (0, 1))
    return grid.corner((min(rows), min(cols))), grid.corner((max(rows) + 1, max(cols) + 1))
