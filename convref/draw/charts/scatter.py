"""`scatter`: named points on two axes, to compare networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import cos, dist, pi, sin

from convref.draw.svg import axes
from convref.draw.svg.axes import Title
from convref.draw.svg.canvas import BLUE, WIDTH, Canvas, Point, text_width
from convref.draw.svg.drawing import Drawing, drawing, tr

LEFT, RIGHT, TOP = 42.0, 8.0, 20.0
SHORTEST, TALLEST, EACH = 200.0, 440.0, 6.0
RADIUS = 3.4
LINE = 13.0
FAR = 9.0
ZOOM = 1.5
Frame = tuple[float, float, float, float]


def scatter(points: Mapping[str, tuple[float, float]], x: Title, y: Title, *, log: str = "xy") -> Drawing:
    """Draw named points. A name without room beside its point is replaced by a number, explained below.

    Args:
        points: name -> (x, y).
        x: the horizontal axis: a column of reports ("params", "macs"), a title by language, or a plain title.
        y: the vertical axis, likewise.
        log: the logarithmic axes, "xy", "x", "y" or "".

    Raises:
        ArgumentError: there is no point, a value is not finite, or not positive on a logarithmic axis.

    Example:
        >>> scatter({"a": (1e6, 2e9), "b": (1e7, 4e9)}, "params", "macs").alt()
        'MACs against Parameters: a (1M, 2G); b (10M, 4G).'
    """
    bottom = TOP + min(TALLEST, SHORTEST + EACH * len(points))  # a crowd needs room for its names
    horizontal = axes.scale([at[0] for at in points.values()], LEFT, WIDTH - RIGHT, log="x" in log, axis="x")
    vertical = axes.scale([at[1] for at in points.values()], bottom, TOP, log="y" in log, axis="y")
    positions = [(horizontal.at(at[0]), vertical.at(at[1])) for at in points.values()]
    labels = list(_labels(list(points), positions, bottom))
    numbered = "; ".join(
        f"{label.text}\N{NO-BREAK SPACE}{label.name}" for label in labels if label.text != label.name
    )

    def paint(lang: str) -> Canvas:
        across, up = axes.title_text(x, lang), axes.title_text(y, lang)
        listed = "; ".join(
            f"{name} ({axes.short_number(a)}, {axes.short_number(b)})" for name, (a, b) in points.items()
        )
        canvas = Canvas(
            tr(lang, f"{up} against {across}: {listed}.", f"{up}随{across}：{listed}。"), zoom=ZOOM
        )
        axes.paint_axes(canvas, horizontal, vertical, (across, up))
        for (left, top), name in zip(positions, points, strict=True):
            canvas.circle(left, top, RADIUS, hue=BLUE, tint=0.6, mark=f"point {name}")
        for label, position in zip(labels, positions, strict=True):
            left, top, right, bottom = label.frame
            ends = position, (min(max(position[0], left), right), min(max(position[1], top), bottom))
            if dist(*ends) > FAR:
                canvas.path(ends, opacity=0.6)
            canvas.text(left, top + LINE / 2, label.text, anchor="start", mark=f"label {label.name}")
        if numbered:
            canvas.paragraph(canvas.height + 8, numbered)
        return canvas

    return drawing(paint)


@dataclass(frozen=True)
class Label:
    """The text beside a point: its name, or a number if there is no room for the name."""

    name: str
    text: str
    frame: Frame


def _labels(names: Sequence[str], positions: Sequence[Point], bottom: float) -> Iterator[Label]:
    """Yield a label for each name, placed greedily: each avoids those before it."""
    taken = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in positions]
    numbers = iter(range(1, len(names) + 1))
    inside = (LEFT, TOP - LINE, WIDTH, bottom)
    for name, position in zip(names, positions, strict=True):
        text, frame = name, _free(_around(name, position), taken, inside)
        if frame is None:
            text = str(next(numbers))
            frame = _free(chain(_around(text, position), _away(text, position)), taken, inside) or next(
                _around(text, position)
            )
        taken.append(frame)
        yield Label(name, text, frame)


def _free(frames: Iterable[Frame], taken: Sequence[Frame], around: Frame) -> Frame | None:
    for frame in frames:
        left, top, right, bottom = frame
        inside = left >= around[0] and top >= around[1] and right <= around[2] and bottom <= around[3]
        if inside and not any(_overlap(frame, other) for other in taken):
            return frame
    return None


def _around(text: str, position: Point) -> Iterator[Frame]:
    """Yield candidate frames of a text around a point: right, left, above, below and between."""
    width, (x, y) = text_width(text), position
    gap = RADIUS + 2
    for left in (x + gap, x - gap - width):
        yield left, y - LINE / 2, left + width, y + LINE / 2
    for left in (x - width / 2, x + gap / 2, x - gap / 2 - width, x - width / 4, x - width * 3 / 4):
        for top in (y - gap - LINE, y + gap):
            yield left, top, left + width, top + LINE


def _away(text: str, position: Point) -> Iterator[Frame]:
    """Yield candidate frames at increasing distance from a point, in all directions."""
    width = text_width(text)
    for distance in range(18, 120, 6):
        for turn in range(16):
            x = position[0] + distance * cos(turn * pi / 8) - width / 2
            y = position[1] + distance * sin(turn * pi / 8) - LINE / 2
            yield x, y, x + width, y + LINE


def _overlap(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
