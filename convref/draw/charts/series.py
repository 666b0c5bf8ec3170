"""Draw line charts of measurements (`lines`), and graphs of activation functions (`curves`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from convref.draw.svg import axes
from convref.draw.svg.axes import Title, short_number
from convref.draw.svg.canvas import BLUE, CYCLE, DASHES, FAINT, WIDTH, Canvas, Point
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.draw.svg.layer_words import layer_title
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
    x: Title,
    y: Title,
    *,
    log: str = "",
    names: Mapping[str, Title] | None = None,
) -> Drawing:
    """Draw series of points joined by lines, each with its own hue, dash pattern and marker.

    Args:
        series: a dict from the name of each series to its points, such as {"fft": [(3, 1.0), (9, 1.1)]}; at
            most five series.
        x: the title of the horizontal axis: a string, a dict from language to title, or the key of a column
            of reports, such as "macs".
        y: the title of the vertical axis, in one of the same forms.
        log: the axes that are logarithmic: "xy", "x", "y" or "".
        names: for series whose names are to be translated, a dict from the key in `series` to a dict from
            language to name.

    Raises:
        ArgumentError: there are more than five series, there is no point, a value is not finite, or a value
            on a logarithmic axis is not positive.

    Example:
        >>> lines({"fft": [(3, 1.0), (9, 1.1)]}, "kernel size", "milliseconds").alt()
        'milliseconds against kernel size. fft: (3, 1), (9, 1.1).'
    """
    if len(series) > len(CYCLE):
        raise ArgumentError(
            f"lines: {len(series)} series are more than the {len(CYCLE)} that a chart can distinguish"
        )
    points = [point for each in series.values() for point in each]
    horizontal = axes.scale([at[0] for at in points], LEFT, WIDTH - RIGHT, log="x" in log, axis="x")
    vertical = axes.scale([at[1] for at in points], BOTTOM, TOP, log="y" in log, axis="y")

    def paint(lang: str) -> Canvas:
        across, up = axes.title_text(x, lang), axes.title_text(y, lang)
        called = [axes.title_text((names or {}).get(name, name), lang) for name in series]
        canvas = Canvas(_alt(called, list(series.values()), (across, up), lang), zoom=ZOOM)
        axes.paint_axes(canvas, horizontal, vertical, (across, up))
        for index, each in enumerate(series.values()):
            positions = [(horizontal.at(a), vertical.at(b)) for a, b in each]
            _line(canvas, index, positions)
        canvas.reach(BOTTOM + 34)
        for index, name in enumerate(called):
            y_legend = canvas.height + 9
            _line(canvas, index, [(2, y_legend), (18, y_legend), (34, y_legend)], middle=True)
            canvas.text(42, y_legend, name, anchor="start")
        return canvas

    return drawing(paint)


def _alt(called: Sequence[str], series: Sequence[Series], titles: tuple[str, str], lang: str) -> str:
    listed = [
        f"{name}{tr(lang, ': ', '：')}"
        + ", ".join(f"({short_number(a)}, {short_number(b)})" for a, b in each)
        for name, each in zip(called, series, strict=True)
    ]
    head = tr(lang, f"{titles[1]} against {titles[0]}. ", f"{titles[1]}随{titles[0]}的变化。")
    return head + tr(lang, "; ", "；").join(listed) + tr(lang, ".", "。")


def _line(canvas: Canvas, index: int, positions: Sequence[Point], *, middle: bool = False) -> None:
    """Paint a series as a line with markers at its points, or only at the middle point if `middle`."""
    canvas.path(
        positions, hue=CYCLE[index], stroke=2, dash=DASHES[index], mark="" if middle else f"line {index}"
    )
    for x, y in positions[1:2] if middle else _apart(positions):
        canvas.path(_mark(index, x, y), hue=CYCLE[index], stroke=1.4, fill=CYCLE[index])


def _apart(positions: Sequence[Point]) -> list[Point]:
    """Return the points that get a marker: those far enough from the marker before them not to overlap it."""
    kept: list[Point] = []
    for each in positions:
        if not kept or math.dist(each, kept[-1]) >= 4 * SIZE:
            kept.append(each)
    # Points that are all far enough apart, as most are, keep all their markers.
    return (
        kept
        if min(map(math.dist, positions, positions[1:]), default=math.inf) < 2 * SIZE
        else list(positions)
    )


def _mark(index: int, x: float, y: float) -> list[Point]:
    """Return the outline of the marker of series `index` at (x, y): square, triangle, diamond or bar."""
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
    """Draw the functions that elementwise layers apply, each in a separate plot, with equal axes.

    Args:
        layers: the layers. If they have parameters, `init` makes these.
        domain: a pair: the smallest and the largest input.

    Raises:
        ArgumentError: no layer is given, or the domain is empty.

    Example:
        >>> from convref.nn import ReLU
        >>> curves(ReLU(), domain=(-1, 2)).alt()
        'Functions from −1 to 2: ReLU from 0 to 2.'
    """
    if not layers:
        raise ArgumentError("curves: at least one layer must be given")
    if not domain[0] < domain[1]:
        raise ArgumentError(f"curves: domain (={domain}) must be a pair (smallest, largest)")
    xs = np.linspace(*domain, SAMPLES)
    values = [run(layer, init(layer, dtype=np.float64), xs.reshape(1, 1, -1)).ravel() for layer in layers]
    ends = float(min(v.min() for v in values)), float(max(v.max() for v in values))

    def paint(lang: str) -> Canvas:
        listed = [
            tr(lang, f"{layer_title(layer)} from {short_number(v.min())} to {short_number(v.max())}",
                f"{layer_title(layer)} 取值 {short_number(v.min())} 到 {short_number(v.max())}")
            for layer, v in zip(layers, values, strict=True)
        ]  # fmt: skip
        first, last = map(short_number, domain)
        head = tr(lang, f"Functions from {first} to {last}: ", f"自变量从 {first} 到 {last} 的函数：")
        canvas = Canvas(head + tr(lang, "; ", "；").join(listed) + tr(lang, ".", "。"), zoom=ZOOM)
        for index, (layer, v) in enumerate(zip(layers, values, strict=True)):
            left, top = index % 2 * CELL, index // 2 * (PLOT + HEAD + 26)
            canvas.text(left + 87, top + HEAD / 2, repr(layer).removesuffix("()"), bold=True)
            _plot(canvas, (left, top + HEAD), list(zip(xs.tolist(), v.tolist(), strict=True)), ends)
        return canvas

    return drawing(paint)


def _plot(canvas: Canvas, corner: Point, curve: Sequence[Point], ends: tuple[float, float]) -> None:
    """Paint the graph of one function; all graphs have the same axis labels."""
    left, top = corner
    domain = (curve[0][0], curve[-1][0])
    room = 0.04 * (ends[1] - ends[0]) or 1.0
    horizontal = axes.Scale(*domain, left + 24, left + 150, log=False)
    vertical = axes.Scale(ends[0] - room, ends[1] + room, top + PLOT, top, log=False)
    for value in vertical.ticks():
        at = vertical.at(value)
        canvas.path([(horizontal.start, at), (horizontal.end, at)], opacity=FAINT if value else 0.8)
        canvas.text(horizontal.start - 4, at, short_number(value), anchor="end")
    for value in sorted({domain[0], 0.0 if domain[0] < 0 < domain[1] else domain[0], domain[1]}):
        at = horizontal.at(value)
        canvas.path([(at, top), (at, top + PLOT)], opacity=0.8 if value == 0 else FAINT)
        canvas.text(at, top + PLOT + 11, short_number(value))
    canvas.path([(horizontal.at(x), vertical.at(y)) for x, y in curve], hue=BLUE, stroke=2, mark="curve")
