"""Plot named points on two axes, to compare networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import cos, dist, pi, sin

from convref.draw.svg import axes
from convref.draw.svg.axes import Title
from convref.draw.svg.canvas import BLUE, WIDE, WIDTH, Canvas, Point, text_width
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.errors import ArgumentError

LEFT, RIGHT, TOP = 42.0, 8.0, 20.0
SHORTEST, TALLEST, EACH = 200.0, 440.0, 6.0
WIDE_HEIGHT = 430.0
RADIUS = 3.4
LINE = 13.0
APART = 3.0  # free space at both ends of a label
STEPS = 40
FAR = 9.0  # if a name is further away from its point, a line connects the two
ZOOM = 1.5
Frame = tuple[float, float, float, float]
Points = Mapping[str, tuple[float, float]]


def scatter(points: Points, x: Title, y: Title, *, log: str = "xy", guide: Sequence[Point] = ()) -> Drawing:
    """Draw points with their names beside them.

    If there is no room for a name, a number is shown instead, and a legend explains the numbers.

    Args:
        points: a dict from a point's name to its two coordinates, such as {"vgg16": (138e6, 15e9)}.
        x: the title of the horizontal axis: a string, a dict from language to title, or the key of a column
            of reports, such as "params".
        y: the title of the vertical axis, in one of the same forms.
        log: the axes that are logarithmic: "xy", "x", "y" or "".
        guide: the points of a dashed line behind the others, such as a diagonal or a bound.

    Raises:
        ArgumentError: there are no points, or more than there is room for; a value is not finite; or a value
            on a logarithmic axis is not positive.

    Example:
        >>> scatter({"a": (1e6, 2e9), "b": (1e7, 4e9)}, "params", "macs").alt()
        'MACs against Parameters: a (1M, 2G); b (10M, 4G).'
    """
    height = min(TALLEST, SHORTEST + EACH * len(points))  # many points need more room for their names
    narrow, wide = (_plot(points, guide, size, log) for size in ((WIDTH, height), (WIDE, WIDE_HEIGHT)))
    return drawing(
        lambda lang: _paint(points, narrow, (axes.title_text(x, lang), axes.title_text(y, lang)), lang),
        lambda lang: _paint(points, wide, (axes.title_text(x, lang), axes.title_text(y, lang)), lang),
    )


@dataclass(frozen=True)
class _Plot:
    """Points and their labels, laid out for a given width and height."""

    x: axes.Scale
    y: axes.Scale
    width: float
    positions: Sequence[Point]
    labels: Sequence[Label]
    guide: Sequence[Point]


def _plot(points: Points, guide: Sequence[Point], size: Point, log: str) -> _Plot:
    width, height = size
    shown = [*points.values(), *(guide if points else ())]
    x = axes.scale([at[0] for at in shown], LEFT, width - RIGHT, log="x" in log, axis="x")
    y = axes.scale([at[1] for at in shown], TOP + height, TOP, log="y" in log, axis="y")
    positions = [(x.at(at[0]), y.at(at[1])) for at in points.values()]
    inside = (LEFT, TOP - LINE, width, TOP + height)
    labels = list(_labels(list(points), positions, inside))
    return _Plot(x, y, width, positions, labels, [(x.at(a), y.at(b)) for a, b in guide])


def _paint(points: Points, plot: _Plot, titles: tuple[str, str], lang: str) -> Canvas:
    listed = "; ".join(
        f"{name} ({axes.short_number(a)}, {axes.short_number(b)})" for name, (a, b) in points.items()
    )
    across, up = titles
    alt = tr(lang, f"{up} against {across}: {listed}.", f"{up}随{across}：{listed}。")
    canvas = Canvas(alt, width=plot.width, zoom=ZOOM if plot.width == WIDTH else 1.25)
    axes.paint_axes(canvas, plot.x, plot.y, titles)
    if plot.guide:
        canvas.path(plot.guide, dash="4 3", opacity=0.6, mark="guide")
    for (left, top), name in zip(plot.positions, points, strict=True):
        canvas.circle(left, top, RADIUS, hue=BLUE, tint=0.6, mark=f"point {name}")
    for label, position in zip(plot.labels, plot.positions, strict=True):
        line = _line(position, label.frame)
        if line:
            canvas.path(line, opacity=0.6)
        left, top, _, _ = label.frame
        canvas.text(left, top + LINE / 2, label.text, anchor="start", mark=f"label {label.name}")
    numbered = [f"{each.text}\N{NO-BREAK SPACE}{each.name}" for each in plot.labels if each.text != each.name]
    if numbered:
        canvas.paragraph(canvas.height + 8, "; ".join(numbered))
    return canvas


@dataclass(frozen=True)
class Label:
    """The text beside a point: its name, or a number if there is no room for the name."""

    name: str
    text: str
    frame: Frame


def _labels(names: Sequence[str], positions: Sequence[Point], inside: Frame) -> Iterator[Label]:
    """Yield a label for each name, placed greedily so that it avoids the labels before it.

    A name is tried beside its point, then a little further away. If there is no room for it, a number is
    shown instead, which fits at some distance.
    """
    points = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in positions]
    taken: list[Frame] = []
    lines: list[tuple[Point, Point]] = []
    numbers = iter(range(1, len(names) + 1))

    def free(frame: Frame, position: Point) -> bool:
        """Return whether neither the label nor the line to its point overlaps anything painted so far."""
        left, top, right, bottom = frame
        roomy = (left - APART, top, right + APART, bottom)  # "4" and "9" side by side would read as 49
        line = _line(position, frame)
        return (
            left >= inside[0] and top >= inside[1] and right <= inside[2] and bottom <= inside[3]
            and not any(_overlap(frame, other) for other in points)
            and not any(_overlap(roomy, other) for other in taken)
            and not any(_crosses(each, frame) for each in lines)
            and not (line and any(_crosses(line, other) for other in taken))
        )  # fmt: skip

    for name, position in zip(names, positions, strict=True):
        text, candidates = name, chain(_around(name, position), _near(name, position))
        frame = next((each for each in candidates if free(each, position)), None)
        if frame is None:
            text = str(next(numbers))
            candidates = chain(_around(text, position), _away(text, position))
            frame = next((each for each in candidates if free(each, position)), None)
        if frame is None:
            raise ArgumentError(
                f"scatter: points (={len(names)} points) are so many that there is no room for their labels"
            )
        taken.append(frame)
        line = _line(position, frame)
        lines += [line] if line else []
        yield Label(name, text, frame)


def _line(position: Point, frame: Frame) -> tuple[Point, Point] | None:
    """Return the line from a point to its label; None if they are so close that no line is needed."""
    left, top, right, bottom = frame
    end = min(max(position[0], left), right), min(max(position[1], top), bottom)
    return (position, end) if dist(position, end) > FAR else None


def _crosses(line: tuple[Point, Point], frame: Frame) -> bool:
    """Return whether a line crosses a frame, tested at sampled points of the line."""
    (x0, y0), (x1, y1) = line
    along = (index / STEPS for index in range(STEPS + 1))
    left, top, right, bottom = frame
    return any(left < x0 + (x1 - x0) * at < right and top < y0 + (y1 - y0) * at < bottom for at in along)


def _around(text: str, position: Point) -> Iterator[Frame]:
    """Yield candidate frames of a text around a point: right, left, above, below and diagonally."""
    width, (x, y) = text_width(text), position
    gap = RADIUS + 2
    for left in (x + gap, x - gap - width):
        yield left, y - LINE / 2, left + width, y + LINE / 2
    for left in (x - width / 2, x + gap / 2, x - gap / 2 - width, x - width / 4, x - width * 3 / 4):
        for top in (y - gap - LINE, y + gap):
            yield left, top, left + width, top + LINE


def _near(text: str, position: Point) -> Iterator[Frame]:
    """Yield candidate frames a little further from a point: above, below, right and left."""
    width, (x, y) = text_width(text), position
    for distance in (14.0, 22.0):
        for top in (y - distance - LINE, y + distance):
            for left in (x + distance / 2, x - distance / 2 - width):
                yield left, top, left + width, top + LINE


def _away(text: str, position: Point) -> Iterator[Frame]:
    """Yield candidate frames at increasing distance from a point, in all directions."""
    width = text_width(text)
    for distance in range(18, 600, 6):
        for turn in range(16):
            x = position[0] + distance * cos(turn * pi / 8) - width / 2
            y = position[1] + distance * sin(turn * pi / 8) - LINE / 2
            yield x, y, x + width, y + LINE


def _overlap(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
