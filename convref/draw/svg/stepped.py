"""The class `Stepped`: a figure of several frames that a reader plays or steps through.

Some SVG elements are visible in all frames. Others are added by one frame and kept by all later frames. The
remaining elements are visible in a single frame. In HTML each element is written only once, and later frames
refer to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from convref.draw.svg.canvas import FONT, SMALL, Canvas, number
from convref.draw.svg.drawing import LANGUAGES
from convref.draw.svg.files import write
from convref.errors import ArgumentError, UnknownNameError
from convref.wording import is_among

ZOOM = 1.5
GAP = 24.0
ACROSS = 2  # frames side by side in a file
PACE = 1100  # milliseconds that a frame is shown while the figure plays


@dataclass(frozen=True)
class Frame:
    """A frame of a stepped figure.

    Attributes:
        kept: the SVG elements that this frame adds and all later ones keep.
        under, over: the SVG elements that only this frame has, below and above all others.
        caption: a sentence on what happens in the frame.
    """

    kept: str
    under: str
    over: str
    caption: str


@dataclass(frozen=True)
class Film:
    """A stepped figure in one language.

    Attributes:
        lang: "en" or "zh".
        alt: a description of the figure in words.
        common: the SVG elements that all frames share.
        frames: the frames in order.
        width, height: the size of a frame in SVG units.
    """

    lang: str
    alt: str
    common: str
    frames: tuple[Frame, ...]
    width: float
    height: float

    def contents(self) -> list[str]:
        """Return one string for each frame, with all SVG elements that are visible in it."""
        kept = accumulate((frame.kept for frame in self.frames), initial=self.common)
        next(kept)
        return [frame.under + each + frame.over for each, frame in zip(kept, self.frames, strict=True)]


class Layers(NamedTuple):
    """The three canvases on which one frame is painted.

    Later frames keep the elements of `kept`. The elements of `under` and `over` are visible in this frame
    only, below and above all others.
    """

    kept: Canvas
    under: Canvas
    over: Canvas


class Frames:
    """A stepped figure to which frames are still being added.

    Args:
        alt: a description of the figure for readers who do not see it.

    Attributes:
        common: the canvas for the elements that all frames show.
    """

    def __init__(self, alt: str) -> None:
        self.common = Canvas(alt)
        self._frames: list[tuple[Layers, str]] = []

    def add(self, caption: str) -> Layers:
        """Add a frame with a caption; return its canvases, which the caller paints on."""
        layers = Layers(Canvas(caption), Canvas(caption), Canvas(caption))
        self._frames.append((layers, caption))
        return layers

    def film(self, lang: str) -> Film:
        """Return the finished figure."""
        frames = tuple(
            Frame(layers.kept.elements, layers.under.elements, layers.over.elements, caption)
            for layers, caption in self._frames
        )
        drawn = [self.common, *(canvas for layers, _ in self._frames for canvas in layers)]
        height = max(canvas.height for canvas in drawn)
        return Film(lang, self.common.alt, self.common.elements, frames, self.common.width, height)


@dataclass(frozen=True)
class Stepped:
    """A figure of several frames, in English and Chinese.

    A page shows the figure in the language of the page; elsewhere it is shown in the language `lang`. A
    script of the page plays the frames one after another, and lets readers step through them by buttons and
    arrow keys. Without the script all frames are shown side by side, each above its caption.

    Attributes:
        films: the figure in each language.
        lang: the language in which `str` and notebooks show the figure.

    Raises:
        UnknownNameError: the figure does not exist in a language that is asked for.

    Example:
        >>> from convref import draw
        >>> from convref.nn import Conv2d
        >>> figure = draw.im2col_steps(Conv2d(1, 1, 2), (1, 3, 3))
        >>> len(figure), figure.captions("en")[0]
        (4, 'Output (0, 0): its window becomes column 0: 1, 2, 4, 5.')
    """

    films: tuple[Film, ...]
    lang: str = "en"

    def __post_init__(self) -> None:
        self._film(self.lang)

    def __len__(self) -> int:
        return len(self.films[0].frames)

    def alt(self, lang: str | None = None) -> str:
        """Return a description of the figure in words."""
        return self._film(lang).alt

    def captions(self, lang: str | None = None) -> list[str]:
        """Return the captions of the frames."""
        return [frame.caption for frame in self._film(lang).frames]

    def svg(self, lang: str | None = None, *, frame: int | None = None) -> str:
        """Return one frame as an `<svg>` element, or all of them side by side.

        Args:
            lang: the language; by default that of the figure.
            frame: the index of a frame; None for all.

        Raises:
            ArgumentError: there is no such frame.
        """
        film = self._film(lang)
        contents = film.contents()
        if frame is None:
            return _sheet(film, contents)
        if not -len(contents) <= frame < len(contents):
            count = len(contents)
            raise ArgumentError(
                f"svg: frame (={frame}) must be the index of a frame, from {-count} to {count - 1}"
            )
        return _svg(film, contents[frame], (film.width, film.height), film.frames[frame].caption)

    def save(self, path: str | Path, lang: str | None = None, *, frame: int | None = None) -> None:
        """Write one frame, or all of them side by side, to an SVG or PNG file.

        Args:
            path: the file to write, such as `steps.svg` or `steps.png`; an existing file is replaced.
            lang: the language; by default that of the figure.
            frame: the index of a frame; None for all.

        Raises:
            ArgumentError: there is no such frame, the path ends neither in .svg nor in .png, or the package
                that PNG needs is missing.
            UnknownNameError: the figure does not exist in that language.
        """
        write(path, self.svg(lang, frame=frame))

    def in_language(self, lang: str) -> Stepped:
        """Return the same figure with another default language."""
        return replace(self, lang=lang)

    def html(self, lang: str | None = None) -> str:
        """Return all frames as HTML; a page that has the script and the style sheet can play them."""
        film = self._film(lang)
        text = film.common + "".join(frame.kept for frame in film.frames)
        unique = "steps-" + hashlib.sha256((film.lang + text).encode()).hexdigest()[:10]
        frames = "".join(_html_frame(film, frame, f"{unique}-{at}") for at, frame in enumerate(film.frames))
        return (
            f'<div class="convref-steps" role="group" aria-label={quoteattr(film.alt)} lang="{film.lang}" '
            f'data-pace="{PACE}" style="display:flex;flex-wrap:wrap;gap:1rem">'
            f"{_definitions(film, unique)}{frames}</div>"
        )

    def beside(self, other: Stepped) -> Beside:
        """Return this figure and another one, side by side where there is room."""
        return Beside((self, other))

    def _film(self, lang: str | None) -> Film:
        wanted = self.lang if lang is None else lang
        for film in self.films:
            if is_among(wanted, (film.lang,)):
                return film
        raise UnknownNameError("language", wanted, [film.lang for film in self.films])

    def _repr_lang_(self, lang: str) -> dict[str, str] | None:
        """Return the figure in the language of a page, as a dict from MIME type to text.

        Return None if the figure does not exist in that language; the page then shows the default one.
        """
        known = lang in [film.lang for film in self.films]
        return {"text/html": self.html(lang)} if known else None

    def _repr_svg_(self) -> str:
        return self.svg()

    def __str__(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return f"<Stepped, {len(self)} frames: {self.alt()}>"


@dataclass(frozen=True)
class Beside:
    """Stepped figures side by side in a wide column, otherwise one below the other.

    Attributes:
        figures: the figures from left to right.
    """

    figures: tuple[Stepped, ...]

    def _repr_lang_(self, lang: str) -> dict[str, str] | None:
        """Return the figures in the language of a page, as a dict from MIME type to text.

        Return None if a figure does not exist in that language; the page then shows the default one.
        """
        forms = [figure._repr_lang_(lang) for figure in self.figures]
        if None in forms:
            return None
        return {"text/html": self._html([form["text/html"] for form in forms if form])}

    def _repr_html_(self) -> str:
        return self._html([figure.html() for figure in self.figures])

    def _html(self, parts: list[str]) -> str:
        columns = "".join(f"<div>{part}</div>" for part in parts)
        return f'<div class="convref-beside"><div class="convref-beside__row">{columns}</div></div>'


def stepped(paint: Callable[[str], Frames]) -> Stepped:
    """Return a stepped figure, calling `paint` once for each language."""
    return Stepped(tuple(paint(lang).film(lang) for lang in LANGUAGES))


def _definitions(film: Film, unique: str) -> str:
    """Return a hidden `<svg>` that defines the elements that frames share, for reference by each frame."""
    # The hash makes identifiers unique on a page. Each frame refers to the one before it by a nested <use>,
    # so that the size grows linearly with the number of frames.
    groups = [f'<g id="{unique}">{film.common}</g>']
    for at, frame in enumerate(film.frames):
        before = f"{unique}-{at - 1}" if at else unique
        groups.append(f'<g id="{unique}-{at}"><use href="#{before}"/>{frame.kept}</g>')
    hidden = 'width="0" height="0" style="position:absolute" aria-hidden="true"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {hidden}><defs>{"".join(groups)}</defs></svg>'


def _html_frame(film: Film, frame: Frame, identifier: str) -> str:
    content = f'{frame.under}<use href="#{identifier}"/>{frame.over}'
    width = number(film.width * ZOOM)
    return (
        f'<div class="convref-steps__frame" style="flex:0 1 318px;max-width:{width}px">'
        f"{_svg(film, content, (film.width, film.height))}<p>{escape(frame.caption)}</p></div>"
    )


def _sheet(film: Film, contents: list[str]) -> str:
    """Return all frames side by side in one `<svg>` element, without their captions."""
    across, down = film.width + GAP, film.height + GAP
    corners = [(number(at % ACROSS * across), number(at // ACROSS * down)) for at in range(len(contents))]
    placed = [
        f'<g transform="translate({x} {y})">{content}</g>'
        for (x, y), content in zip(corners, contents, strict=True)
    ]
    rows, columns = -(-len(contents) // ACROSS), min(ACROSS, len(contents))
    return _svg(film, "".join(placed), (columns * across - GAP, rows * down - GAP), film.alt)


def _svg(film: Film, content: str, size: tuple[float, float], title: str = "") -> str:
    """Return an `<svg>` element; without a title, screen readers skip it."""
    width, height = number(size[0] + 2), number(size[1] + 2)
    role = f'role="img" lang="{film.lang}"' if title else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {width} {height}" width="{width}" '
        f'height="{height}" {role} fill="none" text-anchor="middle" font-family="{FONT}" font-size="{SMALL}" '
        f'style="width:100%;max-width:{number(size[0] * ZOOM)}px;height:auto">'
        f"{f'<title>{escape(title)}</title>' if title else ''}{content}</svg>"
    )
