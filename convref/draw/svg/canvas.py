"""A canvas that writes SVG element by element, the colors (hues) of figures, and the width of text.

A figure takes the text color of the page (`currentColor`) and a few hues with enough contrast on white and on
near-black; a page can change them by the CSS custom properties in `HUES`. No meaning is expressed by a hue
alone: a letter, a dash pattern or a position expresses it too. A figure has no ids, scripts or fonts, so that
any number of figures fit on one page.

A figure is at most `WIDTH` units wide, so that its smallest text, `SMALL` units high, is legible on a phone
with a text column of 294 px. A figure may have a second form of `WIDE` units for wider columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

WIDTH = 318  # SMALL * 294 / (WIDTH + 2) is 11 pixels, the least that is legible on a phone
WIDE = 660
SMALL = 12
INK = "currentColor"
FONT = "system-ui,sans-serif"
FAINT = 0.35  # opacity of grid lines
TINT = 0.22  # opacity of fills, on which text keeps its contrast
CLOSING = "，。；：、！？）」』”"
BETWEEN = re.compile(r"(?<=\d) [/…] (?=\d)")  # inside "16 / 24" and "64 … 160"
JOINED = "\N{NO-BREAK SPACE}"
DASHES = ("", "6 3", "2 3", "9 3 2 3", "4 2 1 2 1 2")

HUES = {
    "--convref-blue": "#1b7fc4",
    "--convref-orange": "#d55e00",
    "--convref-green": "#00936b",
    "--convref-purple": "#b0609f",
    "--convref-ochre": "#9a7d00",
}
BLUE, ORANGE, GREEN, PURPLE, OCHRE = (f"var({name},{value})" for name, value in HUES.items())
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, OCHRE)

Point = tuple[float, float]
Value = str | float


class Canvas:
    """An SVG picture that is being painted: its elements in painting order, and its height so far.

    Args:
        alt: a description of the picture for readers who do not see it.
        width: the width in units, `WIDTH` or, for the wide form of a figure, `WIDE`.
        zoom: the largest number of pixels per unit to which the picture is enlarged if there is room.
    """

    def __init__(self, alt: str, width: float = WIDTH, zoom: float = 1.25) -> None:
        self.alt, self.width, self.zoom = alt, width, zoom
        self.height = 0.0
        self._elements: list[str] = []

    def add(self, tag: str, content: str | None = None, /, **attributes: Value | None) -> None:
        """Append an element; attributes that are None are omitted, and `_` in a name becomes `-`.

        The argument `mark`, such as "edge 0 3", becomes the attribute `data-mark`, by which tests find the
        element.
        """
        written = "".join(
            f" {name.rstrip('_').replace('_', '-')}={quoteattr(number(value))}"
            for name, value in attributes.items()
            if value is not None
        )
        body = f">{escape(content)}</{tag}>" if content is not None else "/>"
        self._elements.append(f"<{tag}{written}{body}")

    def reach(self, y: float) -> None:
        """Extend the picture's height to y, unless it is already that high."""
        self.height = max(self.height, y)

    def rect(
        self, x: float, y: float, width: float, height: float, *, hue: str = INK, tint: float = 0.0,
        stroke: float = 1.0, dash: str = "", radius: float = 0.0, mark: str = "",
    ) -> None:  # fmt: skip
        """Paint a rectangle outlined in a hue and filled with it at the opacity `tint`."""
        self.reach(y + height + stroke / 2)
        self.add(
            "rect", x=x, y=y, width=width, height=height, rx=radius or None, fill=hue if tint else None,
            fill_opacity=tint if 0 < tint < 1 else None, stroke=hue if stroke else None,
            stroke_width=stroke if stroke not in {0, 1} else None, stroke_dasharray=dash or None,
            data_mark=mark or None,
        )  # fmt: skip

    def circle(
        self, x: float, y: float, radius: float, *, hue: str = INK, tint: float = 0.0, stroke: float = 1.0,
        mark: str = "",
    ) -> None:  # fmt: skip
        """Paint a circle, outlined and filled like a `rect`."""
        self.reach(y + radius + stroke / 2)
        self.add(
            "circle", cx=x, cy=y, r=radius, fill=hue if tint else None,
            fill_opacity=tint if 0 < tint < 1 else None, stroke=hue if stroke else None,
            stroke_width=stroke if stroke not in {0, 1} else None, data_mark=mark or None,
        )  # fmt: skip

    def path(
        self, points: Iterable[Point] | str, *, hue: str = INK, stroke: float = 1.0, dash: str = "",
        opacity: float = 1.0, fill: str | None = None, mark: str = "",
    ) -> None:  # fmt: skip
        """Paint a line through points, or along SVG path commands."""
        if not isinstance(points, str):
            given = list(points)
            self.reach(max(y for _, y in given))
            points = line(given)
        self.add(
            "path", d=points, stroke=hue if stroke else None, fill=fill,
            stroke_width=stroke if stroke != 1 else None,
            stroke_dasharray=dash or None, opacity=opacity if opacity != 1 else None, data_mark=mark or None,
        )  # fmt: skip

    def arrow(self, points: Iterable[Point], *, head: bool = True) -> None:
        """Paint a line with a head at its last point; its last segment must be horizontal or vertical."""
        given = list(points)
        (x0, y0), (x1, y1) = given[-2:]
        dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        wings = [(x1 - 5 * dx + 3.5 * dy * side, y1 - 5 * dy + 3.5 * dx * side) for side in (-1, 1)]
        self.reach(max(y for _, y in given))
        self.path(line(given) + (line([wings[0], (x1, y1), wings[1]]) if head else ""))

    def text(
        self, x: float, y: float, words: str, *, size: float = SMALL, anchor: str = "middle",
        bold: bool = False, faint: bool = False, mark: str = "",
    ) -> None:  # fmt: skip
        """Paint text that is vertically centered at y, and whose start, middle or end (`anchor`) is at x."""
        self.reach(y + size * 0.75)
        self.add(
            # SVG positions the baseline; 0.36 em is half the height of capitals in common fonts.
            "text", words, x=x, y=y + size * 0.36, fill=INK, font_size=size if size != SMALL else None,
            text_anchor=None if anchor == "middle" else anchor, font_weight="600" if bold else None,
            opacity=0.75 if faint else None, data_mark=mark or None,
        )  # fmt: skip

    def paragraph(self, y: float, words: str, *, x: float = 0.0, size: float = SMALL) -> float:
        """Paint wrapped text below y; return the y coordinate where it ends."""
        for line in wrap(words, self.width - x - 2, size):
            y += size * 1.4
            self.text(x, y - size * 0.6, line, size=size, anchor="start")
        return y

    @property
    def elements(self) -> str:
        """The elements as SVG, without an `<svg>` element around them."""
        return "".join(self._elements)

    def svg(self, lang: str) -> str:
        """Return the picture as an `<svg>` element."""
        width, height = number(self.width), number(self.height + 2)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {number(self.width + 2)} {height}" '
            f'width="{width}" height="{height}" role="img" lang="{lang}" fill="none" text-anchor="middle" '
            f'font-family="{FONT}" font-size="{SMALL}" '
            f'style="width:100%;max-width:{number(self.width * self.zoom)}px;height:auto">'
            f"<title>{escape(self.alt)}</title>{self.elements}</svg>"
        )


def line(points: Sequence[Point]) -> str:
    """Return a line through points as SVG path commands.

    Example:
        >>> line([(1, 2), (1, 5), (4, 5), (6, 7)])
        'M1 2V5H4L6 7'
    """
    commands = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for (x0, y0), (x, y) in pairwise(points):
        across, down = number(x), number(y)
        if across == number(x0):
            commands.append(f"V{down}")
        else:
            commands.append(f"H{across}" if down == number(y0) else f"L{across} {down}")
    return "".join(commands)


def number(value: Value) -> str:
    """Return a coordinate as text, rounded to hundredths.

    Example:
        >>> number(1 / 3), number(2.0), number("none")
        ('0.33', '2', 'none')
    """
    if isinstance(value, str):
        return value
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def text_width(words: str, size: float = SMALL) -> float:
    """Estimate the width of text in units. The estimate may be too large, but is hardly ever too small.

    Example:
        >>> text_width("卷积", 12), text_width("ill", 12) < text_width("MMM", 12)
        (24.0, True)
    """
    return round(sum(map(_em, words)) * size, 2)


def _em(char: str) -> float:
    # Upper bounds over common system fonts: when a figure is laid out, the reader's font is not known.
    if _is_wide(char):
        return 1.0
    if char in "iljtfrI.,:;'|!()[] ·" + JOINED:
        return 0.4
    if char in "mwMW@%…×→":
        return 0.95
    return 0.72 if char.isupper() else 0.63


def wrap(words: str, width: float, size: float = SMALL) -> list[str]:
    """Wrap text to lines of at most `width` units; Chinese may break between any two characters.

    A very short last line is avoided by narrowing the lines before it.

    Example:
        >>> wrap("one two three", 60), wrap("卷积核", 24)
        (['one two', 'three'], ['卷积', '核'])
    """
    lines = _lines(words, width, size)
    if len(lines) > 1 and text_width(lines[-1], size) < width / 5:
        narrower = _lines(words, width * 0.8, size)
        return narrower if len(narrower) == len(lines) else lines
    return lines


def _lines(words: str, width: float, size: float) -> list[str]:
    lines: list[str] = [""]
    for piece in _pieces(words):
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def narrowest(words: str, size: float = SMALL) -> float:
    """Return the smallest width to which text can be wrapped: the width of its longest unbreakable part."""
    return max((text_width(piece.rstrip(), size) for piece in _pieces(words)), default=0.0)


def _pieces(words: str) -> list[str]:
    """Split text into parts that must not be broken.

    A part is a word, a range of numbers, or a Chinese character with the punctuation beside it.
    """
    pieces: list[str] = []
    for char in BETWEEN.sub(lambda match: match[0].replace(" ", JOINED), words):
        last = pieces[-1][-1] if pieces else ""
        apart = last in {"", " "} or _is_wide(char) or _is_wide(last)
        if last and (char == " " or (char in CLOSING and last != " ") or not apart):
            pieces[-1] += char
        else:
            pieces.append(char)
    return [piece.replace(JOINED, " ") for piece in pieces]


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


def fit(words: str, width: float, size: float = SMALL) -> str:
    """Shorten a path to a width by cutting off its beginning, since its end is more informative.

    The path is cut after a dot if the rest still fills at least half of the width.

    Example:
        >>> fit("features.denseblock1.norm", 90), fit("features.layer10", 80), fit("short", 100)
        ('…lock1.norm', '…layer10', 'short')
    """
    if text_width(words, size) <= width:
        return words
    while words and text_width("…" + words, size) > width:
        words = words[1:]
    whole = words.partition(".")[2]
    if text_width(whole, size) >= width / 2:
        words = whole
    return "…" + words.lstrip()
