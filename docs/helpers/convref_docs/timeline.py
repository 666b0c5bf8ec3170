"""Draw a timeline of the networks on this site, dated by the paper in the first footnote of their page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from convref import architectures
from convref.draw.svg.canvas import BLUE, WIDE, WIDTH, Canvas
from convref.draw.svg.drawing import Drawing, drawing, tr
from convref.errors import PageError
from convref_docs.contents import summary
from convref_docs.paths import DOCS, family_page

_ARXIV = re.compile(r"arXiv:(\d\d)(\d\d)\.\d+")
_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d\d(?!\d|[./-]\d)")
YEAR, LINE, TEXT = 4.0, 50.0, 66.0  # left edges of the years, the line and the names
ROW, PAD = 17.0, 9.0  # heights of a line of names, and of the space below
CENTURY = 2000  # of the two digits of an arXiv number
RADIUS = 4.0


@dataclass(frozen=True, order=True)
class Event:
    """A family of networks and the date of its paper.

    Attributes:
        year: the year.
        month: the month from the paper's arXiv number, which begins with year and month; 0 for a paper
            without an arXiv number.
        family: the key of the family, which is also the name of its page.
    """

    year: int
    month: int
    family: str


def events(docs: Path = DOCS) -> tuple[Event, ...]:
    """Return the families of registered networks with the dates of their papers, sorted by date.

    The paper is the one in the first footnote of the family's page. Its date is the year and month in its
    arXiv number, or, without such a number, its year of publication.

    Raises:
        PageError: a page has no footnote, or its first one has no year.

    Example:
        >>> events()[:2]
        (Event(year=1998, month=0, family='lenet'), Event(year=2012, month=0, family='alexnet'))
    """
    families = dict.fromkeys(architectures.find(name).family for name in architectures.names())
    return tuple(sorted(_event(family_page(docs, "en", family), family) for family in families))


def timeline(docs: Path = DOCS) -> Drawing:
    """Return a figure with a row for each year in which a paper of a family of networks appeared.

    Example:
        >>> timeline().alt()[:28]
        '1998: LeNet-5; 2012: AlexNet'
    """
    years: dict[int, list[str]] = {}
    for event in events(docs):
        years.setdefault(event.year, []).append(event.family)
    names = {
        lang: {year: [_name(docs, lang, family) for family in families] for year, families in years.items()}
        for lang in ("en", "zh")
    }
    return drawing(
        lambda lang: _paint(names[lang], lang, WIDTH), lambda lang: _paint(names[lang], lang, WIDE)
    )


def _event(page: Path, family: str) -> Event:
    source = summary(page).note
    if arxiv := _ARXIV.search(source):
        return Event(CENTURY + int(arxiv[1]), int(arxiv[2]), family)
    if year := _YEAR.search(source):
        return Event(int(year[0]), 0, family)
    raise PageError(str(page), 0, "the first footnote must name the paper of the networks, with its year")


def _name(docs: Path, lang: str, family: str) -> str:
    """Return the title of a family's page without an explanation after it."""
    return re.split(r"[:：,，（(]", summary(family_page(docs, lang, family)).title)[0].strip()


def _paint(years: dict[int, list[str]], lang: str, width: float) -> Canvas:
    between = tr(lang, ", ", "、")
    rows = {year: between.join(names) for year, names in years.items()}
    colon, semicolon, end = tr(lang, ": ", "："), tr(lang, "; ", "；"), tr(lang, ".", "。")
    alt = semicolon.join(f"{year}{colon}{names}" for year, names in rows.items()) + end
    canvas = Canvas(alt, width=width)
    top = 0.0
    following = [*list(rows)[1:], None]
    for (year, names), after in zip(rows.items(), following, strict=True):
        middle = top + ROW / 2
        canvas.text(YEAR, middle, str(year), anchor="start", mark=f"year {year}")
        top = canvas.paragraph(top, names, x=TEXT) + PAD
        if after is not None:
            # All rows are as high as their text, so a dashed line marks years without a paper in between.
            canvas.path([(LINE, middle), (LINE, top + ROW / 2)], dash="" if after == year + 1 else "2 3")
        canvas.circle(LINE, middle, RADIUS, hue=BLUE, tint=1, stroke=0)
    return canvas
