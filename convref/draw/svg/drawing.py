"""The class `Drawing`: a figure in English and Chinese, for pages, notebooks and files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

from convref.draw.svg.canvas import Canvas
from convref.draw.svg.files import write
from convref.errors import UnknownNameError
from convref.wording import is_among

LANGUAGES = ("en", "zh")
_TITLE = re.compile(r"(?<=>)<title>[^<]*</title>")


@dataclass(frozen=True)
class Picture:
    """A figure in one language.

    Attributes:
        lang: "en" or "zh".
        markup: the `<svg>` element, with a `<title>`.
        alt: a description of the figure in words.
        width, height: the size in SVG units; the figure scales with the column around it.
        wide: another `<svg>` element with a layout for wide columns; an empty string if there is none.
    """

    lang: str
    markup: str
    alt: str
    width: float
    height: float
    wide: str = ""


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG, in English and Chinese.

    A page shows the figure in the language of the page; elsewhere it is shown in the language `lang`. Some
    figures have two layouts, for a phone and for a wide column; a style sheet shows one of the two.

    Attributes:
        pictures: the figure in each language.
        lang: the language in which `str` and notebooks show the figure.

    Raises:
        UnknownNameError: the figure does not exist in a language that is asked for.

    Example:
        >>> from convref import draw
        >>> from convref.nn import Conv2d
        >>> figure = draw.wiring(Conv2d(2, 4, 3, groups=2))
        >>> figure.alt("en")
        '2 input channels, 4 output channels. Bold: output channel 0 sees 1 of the 2 input channels.'
        >>> figure.svg("zh")[:4]
        '<svg'
    """

    pictures: tuple[Picture, ...]
    lang: str = "en"

    def __post_init__(self) -> None:
        self.picture(self.lang)

    def picture(self, lang: str) -> Picture:
        """Return the figure in a language, as a `Picture`."""
        for each in self.pictures:
            if is_among(lang, (each.lang,)):
                return each
        raise UnknownNameError("language", lang, [each.lang for each in self.pictures])

    def svg(self, lang: str | None = None, *, wide: bool = False) -> str:
        """Return the figure as an `<svg>` element in a language.

        Args:
            lang: the language; by default that of the drawing.
            wide: whether to return the layout for wide columns, if the figure has one.
        """
        picture = self.picture(self.lang if lang is None else lang)
        return (wide and picture.wide) or picture.markup

    def alt(self, lang: str | None = None) -> str:
        """Return a description of the figure, in words."""
        return self.picture(self.lang if lang is None else lang).alt

    def save(self, path: str | Path, lang: str | None = None, *, wide: bool = True) -> None:
        """Write the figure to a file: SVG, which browsers and drawing programs open, or PNG.

        Args:
            path: the file to write, such as `wiring.svg` or `wiring.png`; an existing file is replaced. PNG
                needs the package resvg-py.
            lang: the language; by default that of the drawing.
            wide: whether to write the layout for wide columns, if the figure has one.

        Raises:
            ArgumentError: the path ends neither in .svg nor in .png, or the package that PNG needs is
                missing.
            UnknownNameError: the figure does not exist in that language.

        Example:
            >>> import tempfile
            >>> from convref import draw
            >>> from convref.nn import Conv2d
            >>> folder = tempfile.TemporaryDirectory()
            >>> draw.wiring(Conv2d(2, 4, 3)).save(f"{folder.name}/wiring.svg", lang="zh")
            >>> folder.cleanup()
        """
        write(path, self.svg(lang, wide=wide))

    def in_language(self, lang: str) -> Drawing:
        """Return the same figure with another default language."""
        return replace(self, lang=lang)

    def _repr_lang_(self, lang: str) -> dict[str, str] | None:
        """Return the figure in the language of a page, as a dict from MIME type to text.

        Return None if the figure does not exist in that language; the page then shows the default one.
        """
        if lang not in [each.lang for each in self.pictures]:
            return None
        picture = self.picture(lang)
        return {"text/html": _both(picture)} if picture.wide else {"image/svg+xml": picture.markup}

    def _repr_svg_(self) -> str:
        return self.svg()

    def __str__(self) -> str:
        return self.svg()

    def __repr__(self) -> str:
        return f"<Drawing: {self.alt()}>"


def drawing(
    paint: Callable[[str], Canvas], wide: Callable[[str], Canvas | None] = lambda _lang: None
) -> Drawing:
    """Return a drawing whose picture in each language is painted by `paint(lang)`.

    `wide(lang)` paints the layout for wide columns, or returns None if there is no such layout.
    """
    return Drawing(tuple(_picture(paint(lang), lang, wide(lang)) for lang in LANGUAGES))


def _picture(canvas: Canvas, lang: str, wide: Canvas | None) -> Picture:
    markup = wide.svg(lang) if wide else ""
    return Picture(lang, canvas.svg(lang), canvas.alt, canvas.width, canvas.height, markup)


def _both(picture: Picture) -> str:
    """Return both layouts as HTML. The wide one is hidden unless a style sheet shows it.

    The element around both has the description of the figure, so that screen readers read it only once.
    """
    narrow, wide = (untitled(markup) for markup in (picture.markup, picture.wide))
    return (
        f'<div class="convref-drawing" role="img" aria-label={quoteattr(picture.alt)}>'
        f'<div class="convref-drawing__narrow">{narrow}</div>'
        f'<div class="convref-drawing__wide" style="display:none">{wide}</div></div>'
    )


def untitled(markup: str) -> str:
    """Return an `<svg>` element without its `<title>`, for use in an element that already describes it."""
    return _TITLE.sub("", markup).replace(' role="img"', ' aria-hidden="true"', 1)


def tr(lang: str, en: str, zh: str) -> str:
    """Return the text in language `lang`; the name is short for "translate"."""
    return {"en": en, "zh": zh}[lang]
