"""`lines` and `curves`: series of measurements, and functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from convref.draw.svg import axes
from convref.draw.svg.axes import Words, short
from convref.draw.svg.canvas import BLUE, CYCLE, DASHES, FAINT, WIDTH, Canvas, Point
from convref.draw.svg.drawing import Drawing, drawing, say
from convref.draw.svg.layer_words import title
from convref.errors import ArgumentError
from convref.functional.init import init
from convref.functional.run import run
from convref.nn import Layer

LEFT, RIGHT, TOP, BOTTOM = 42.0, 8.0, 20.0, 220.0
ZOOM = 1.5
SIZE = 3.6
SAMPLES = 161
CELL, PLOT, HEAD = 164.0, 120.0, 20.0

Series = Sequence[tuple[float, float]]


def lines(
    series: Mapping[str, Series],
    x: Words,
    y: Words,
    *,
    log: str = "",
    names: Mapping[str, Words] | None = None,
) -> Drawing:
    """Series of points joined by lines; each has a hue, a kind of line and a mark of its own.

    Args:
        series: name -> [(x, y), …], at most five.
        x: what goes across: words by language, a column of reports, or plain words.
        y: what goes up, likewise.
        log: the axes that are logarithmic, "xy", "x", "y" or "".
        names: what the series are called where that differs from language to language.

    Raises:
        ArgumentError: there are more than five series, no point, or a value that its axis cannot show.

    Example:
        >>> lines({"fft": [(3, 1.0), (9, 1.1)]}, "kernel size", "time").alt()
        'time against kernel size. fft: (3, 1), (9, 1.1).'
    """
    if len(series) > len(CYCLE):
        raise ArgumentError(
            f"lines: {len(series)} series are more than the {len(CYCLE)} that can be told apart"
        )
    points = [point for each in series.values() for point in each]
    horizontal = axes.scale([at[0] for at in points], LEFT, WIDTH - RIGHT, log="x" in log, axis="x")
    vertical = axes.scale([at[1] for at in points], BOTTOM, TOP, log="y" in log, axis="y")

    def paint(lang: str) -> Canvas:
        across, up = axes.words(x, lang), axes.words(y, lang)
        called = [axes.words((names or {}).get(name, name), lang) for name in series]
        canvas = Canvas(_alt(called, list(series.values()), (across, up), lang), zoom=ZOOM)
        axes.paint(canvas, horizontal, vertical, (across, up))
        for index, each in enumerate(series.values()):
            places = [(horizontal.at(a), vertical.at(b)) for a, b in each]
            _line(canvas, index, places)
        canvas.reach(BOTTOM + 34)
        for index, name in enumerate(called):
            y_legend = canvas.height + 9
            _line(canvas, index, [(2, y_legend), (18, y_legend), (34, y_legend)], middle=True)
            canvas.text(42, y_legend, name, anchor="start")
        return canvas

    return drawing(paint)


def _alt(called: Sequence[str], series: Sequence[Series], titles: tuple[str, str], lang: str) -> str:
    listed = [
        f"{name}{say(lang, ': ', '：')}" + ", ".join(f"({short(a)}, {short(b)})" for a, b in each)
        for name, each in zip(called, series, strict=True)
    ]
    head = say(lang, f"{titles[1]} against {titles[0]}. ", f"{titles[1]}随{titles[0]}的变化。")
    return head + say(lang, "; ", "；").join(listed) + say(lang, ".", "。")


def _line(canvas: Canvas, index: int, places: Sequence[Point], *, middle: bool = False) -> None:
    """A series, with marks at its points (or at the middle one alone)."""
    canvas.path(
        places, hue=CYCLE[index], stroke=2, dash=DASHES[index], mark="" if middle else f"line {index}"
    )
    for x, y in places[1:2] if middle else places:
        canvas.path(_mark(index, x, y), hue=CYCLE[index], stroke=1.4, fill=CYCLE[index])


def _mark(index: int, x: float, y: float) -> list[Point]:
    """A square, a triangle, a diamond, a bar across or one upright, around a point."""
    s = SIZE
    forms = (
        [(-s, -s), (s, -s), (s, s), (-s, s), (-s, -s)],
        [(0, -s), (s, s), (-s, s), (0, -s)],
        [(0, -1.4 * s), (1.4 * s, 0), (0, 1.4 * s), (-1.4 * s, 0), (0, -1.4 * s)],
        [(-1.5 * s, -s / 2), (1.5 * s, -s / 2), (1.5 * s, s / 2), (-1.5 * s, s / 2), (-1.5 * s, -s / 2)],
        [(-s / 2, -1.5 * s), (s / 2, -1.5 * s), (s / 2, 1.5 * s), (-s / 2, 1.5 * s), (-s / 2, -1.5 * s)],
    )
    return [(x + dx, y + dy) for dx, dy in forms[index]]


def curves(*layers: Layer, domain: tuple[float, float] = (-4.0, 4.0)) -> Drawing:
    """The functions that elementwise layers apply, each in a plot of its own, all on the same axes.

    Args:
        layers: activations; their parameters are as `init` draws them.
        domain: the values that go in.

    Raises:
        ArgumentError: there is no layer, or the domain is empty.

    Example:
        >>> from convref.nn import ReLU
        >>> curves(ReLU(), domain=(-1, 2)).alt()
        'Functions from -1 to 2: ReLU from 0 to 2.'
    """
    if not layers or not domain[0] < domain[1]:
        raise ArgumentError(f"curves: domain (={domain}) must not be empty, and there must be a layer")
    xs = np.linspace(*domain, SAMPLES)
    values = [run(layer, init(layer, dtype=np.float64), xs.reshape(1, 1, -1)).ravel() for layer in layers]
    ends = float(min(v.min() for v in values)), float(max(v.max() for v in values))

    def paint(lang: str) -> Canvas:
        listed = [
            say(lang, f"{title(layer)} from {short(v.min())} to {short(v.max())}",
                f"{title(layer)} 取值 {short(v.min())} 到 {short(v.max())}")
            for layer, v in zip(layers, values, strict=True)
        ]  # fmt: skip
        first, last = map(short, domain)
        head = say(lang, f"Functions from {first} to {last}: ", f"自变量从 {first} 到 {last} 的函数：")
        canvas = Canvas(head + say(lang, "; ", "；").join(listed) + say(lang, ".", "。"), zoom=ZOOM)
        for index, (layer, v) in enumerate(zip(layers, values, strict=True)):
            left, top = index % 2 * CELL, index // 2 * (PLOT + HEAD + 26)
            canvas.text(left + 87, top + HEAD / 2, repr(layer).removesuffix("()"), bold=True)
            _plot(canvas, (left, top + HEAD), list(zip(xs.tolist(), v.tolist(), strict=True)), ends)
        return canvas

    return drawing(paint)


def _plot(canvas: Canvas, corner: Point, curve: Sequence[Point], ends: tuple[float, float]) -> None:
    """One function, with the same values beside its axes as beside those of the others."""
    left, top = corner
    domain = (curve[0][0], curve[-1][0])
    room = 0.04 * (ends[1] - ends[0]) or 1.0
    horizontal = axes.Scale(*domain, left + 24, left + 150, log=False)
    vertical = axes.Scale(ends[0] - room, ends[1] + room, top + PLOT, top, log=False)
    for value in vertical.ticks():
        at = vertical.at(value)
        canvas.path([(horizontal.start, at), (horizontal.end, at)], opacity=FAINT if value else 0.8)
        canvas.text(horizontal.start - 4, at, short(value), anchor="end")
    for value in sorted({domain[0], 0.0 if domain[0] < 0 < domain[1] else domain[0], domain[1]}):
        at = horizontal.at(value)
        canvas.path([(at, top), (at, top + PLOT)], opacity=0.8 if value == 0 else FAINT)
        canvas.text(at, top + PLOT + 11, short(value))
    canvas.path([(horizontal.at(x), vertical.at(y)) for x, y in curve], hue=BLUE, stroke=2, mark="curve")
