"""Axes of charts: scales, ticks and titles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from convref.analysis import COLUMNS
from convref.draw.svg.canvas import FAINT, Canvas
from convref.errors import ArgumentError

Title: TypeAlias = str | Mapping[str, str]

MOST_TICKS = 6
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Scale:
    """A linear or logarithmic mapping from values to coordinates.

    Attributes:
        low, high: the values at the two ends of the axis.
        start, end: the coordinates of these ends.
        log: whether the scale is logarithmic.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool

    def at(self, value: float) -> float:
        """Return the coordinate of a value."""
        low, high, here = (math.log10(each) if self.log else each for each in (self.low, self.high, value))
        return self.start + (self.end - self.start) * (here - low) / (high - low)

    def ticks(self) -> list[float]:
        """Return the values to label: evenly spaced, or on a logarithmic scale powers of ten.

        If there are few powers of ten, the values 2 and 5 times each power are labelled too.
        """
        if not self.log:
            return _even(self.low, self.high)
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        # 1, 2, 5 in each decade if there are few decades, otherwise the powers of ten alone.
        for factors in ((1, 2, 5), (1,)):
            found = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
            shown = [
                value for value in found if self.low <= value * (1 + 1e-9) and value <= self.high * (1 + 1e-9)
            ]
            if len(shown) <= MOST_TICKS:
                return shown
        return shown[:: -(-len(shown) // MOST_TICKS)]


def scale(values: Sequence[float], start: float, end: float, *, log: bool, axis: str) -> Scale:
    """Return a scale that covers all values, with a margin at both ends.

    Raises:
        ArgumentError: there is no value, a value is not finite, or a value on a logarithmic axis is not
            positive.
    """
    if not values:
        raise ArgumentError(f"draw: axis {axis} must have at least one value")
    if not all(math.isfinite(value) and (value > 0 or not log) for value in values):
        kind = "finite positive" if log else "finite"
        raise ArgumentError(f"draw: all values of axis {axis} must be {kind} numbers")
    low, high = min(values), max(values)
    if log:
        room = (high / low) ** 0.06 if high > low else 2.0
        return Scale(low / room, high * room, start, end, log=True)
    room = 0.05 * (high - low) or 1.0
    # If the smallest value is near zero, the axis begins at zero, so that lengths can be compared.
    return Scale(0.0 if 0 <= low <= 0.3 * high else low - room, high + room, start, end, log=False)


def _even(low: float, high: float) -> list[float]:
    power = 10.0 ** math.floor(math.log10((high - low) / MOST_TICKS))
    step = next(factor * power for factor in (1, 2, 5, 10) if (high - low) / (factor * power) <= MOST_TICKS)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def short_number(value: float) -> str:
    """Return a number as text, with three significant digits and a prefix or a power of ten, such as 4.1G.

    Example:
        >>> [short_number(value) for value in (25_000_000, 4.1e9, 1500, -12, 0.25, 1e-06)]
        ['25M', '4.1G', '1.5k', '−12', '0.25', '10⁻⁶']
    """
    for factor, prefix in PREFIXES:
        if abs(value) >= factor:
            return f"{value / factor:.3g}{prefix}".replace("-", "−")
    if value and abs(value) < 1e-3:
        power = math.floor(math.log10(abs(value)) + 1e-9)
        digit = f"{value / 10.0**power:.2g}"
        return (
            ("" if digit == "1" else f"{digit}·").replace("-", "−")
            + "10"
            + str(power).translate(SUPERSCRIPTS)
        )
    return f"{value:.3g}".replace("-", "−")


def title_text(title: Title, lang: str) -> str:
    """Return an axis title in a language; for the key of a report's column, return the column's heading."""
    if isinstance(title, str):
        return COLUMNS[title].column.titles[lang] if title in COLUMNS else title
    return title[lang]


def paint_axes(canvas: Canvas, x: Scale, y: Scale, titles: tuple[str, str]) -> None:
    """Paint both axes with grid lines, labelled ticks and titles: the title of y above, that of x below."""
    bottom, top = y.start, y.end
    canvas.text(0, 7, titles[1], anchor="start")
    for value in y.ticks():
        at = y.at(value)
        canvas.path([(x.start, at), (x.end, at)], opacity=FAINT / 2)
        canvas.text(x.start - 5, at, short_number(value), anchor="end")
    for value in x.ticks():
        at = x.at(value)
        canvas.path([(at, top), (at, bottom)], opacity=FAINT / 2)
        canvas.text(at, bottom + 11, short_number(value))
    canvas.path([(x.start, top), (x.start, bottom), (x.end, bottom)])
    canvas.text(x.end, bottom + 27, titles[0], anchor="end")
