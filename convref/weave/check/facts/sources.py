"""Check the identifiers, footnotes and years in pages, and the sources of published numbers.

- An identifier in the text of a link must be the one to which the link leads:
  `[arXiv:1409.1556](https://arxiv.org/abs/1409.1556)`.
- Every footnote reference needs a definition, and every definition needs a reference.
- A *source* is a footnote, or a paragraph with a link to another site or with a title in italics. If a source
  has an arXiv number and a year, the year must be the one in which this number was assigned. A year after the
  name of a venue, such as CVPR 2017, may differ by one.
- A source with an arXiv number must have the same title on all pages. A page may give only the beginning of
  the title.
- Any other year in a page must be the year of a source: of one on the same page, or of one on a page that is
  linked in the same paragraph.
- The source of a published number must contain authors, year and position, as in "He et al., 2015, Deep
  residual learning, table 1". A source without a year, such as a web page, needs a URL.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from convref.weave.markdown.document import Document
from convref.weave.markdown.paragraphs import Paragraph, paragraphs
from convref.weave.markdown.regions import CodeSpan, Comment, Fence, Formula, FrontMatter, InlineValue, Raw
from convref.weave.numbers.published import Published
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.prose import mask, masked
from convref.weave.page.tree import Page, Tree

_LINK: Final = re.compile(r"\[(?P<text>[^\[\]]*+)\]\((?P<target>[^\s()]++(?:\([^\s()]*+\)[^\s()]*+)*+)")
_ARXIV: Final = re.compile(r"(?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(?!\d)")
_DOI: Final = re.compile(r"10\.\d{4,9}/[^\s\"<>\]]+[^\s\"<>\].,;]")
_SHOWN_ARXIV: Final = re.compile(r"arxiv:\s*(?P<id>\S+)", re.IGNORECASE)
_SHOWN_DOI: Final = re.compile(r"doi:\s*(?P<id>\S+)", re.IGNORECASE)
_FOOTNOTE: Final = re.compile(r"\[\^(?P<label>[^\[\]\s]++)\](?P<colon>:?)")
_YEAR: Final = re.compile(r"(?<![\d/–-])(?<!\d[.,])(?:19[4-9]\d|20[0-4]\d)(?![\ds]|[.,]\d|\s*[×x%])")
_VENUE: Final = re.compile(r"[A-Z][A-Za-z]*[A-Z],?\s+$")
_TITLE: Final = re.compile(r"(?<![*\w])\*[^*\s][^*]*+\*(?!\*)")
_PLACE: Final = re.compile(
    r"\b(?:pages?|sections?|tables?|figures?|equations?|appendix|chapter|abstract|metadata|notes?|listing|algorithm)\b"
)
_CENTURY: Final = 2000


@dataclass(frozen=True)
class _Source:
    """A page that is searched for identifiers, footnotes, years and titles.

    In its attribute `prose`, everything except prose is masked. In `text`, only code, comments, formulas and
    metadata are masked.
    """

    document: Document

    @cached_property
    def prose(self) -> str:
        return masked(self.document)

    @cached_property
    def text(self) -> str:
        hidden = FrontMatter | Comment | Raw | CodeSpan | Fence | Formula | InlineValue
        spans = ((each.start, each.end) for each in self.document.regions if isinstance(each, hidden))
        return mask(self.document.text, spans)

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        return [each for each in paragraphs(self.document) if not isinstance(each.region, Fence)]

    def years(self, paragraph: Paragraph) -> list[tuple[int, int]]:
        """Return (offset, year) for each year in a paragraph."""
        found = _YEAR.finditer(self.prose, paragraph.start, paragraph.end)
        return [(match.start(), int(match[0])) for match in found]

    def is_source(self, paragraph: Paragraph) -> bool:
        text = self.text[paragraph.start : paragraph.end]
        return paragraph.kind == "footnote" or "://" in text or _TITLE.search(text) is not None

    @cached_property
    def known_years(self) -> frozenset[int]:
        """The years of the sources on the page: those that are written, and those of their arXiv numbers."""
        sources = [each for each in self.paragraphs if self.is_source(each)]
        own = {year for each in sources for _, year in self.years(each)}
        return frozenset(own | {year for each in sources for year, _ in self.arxiv_years(each)})

    def arxiv_years(self, paragraph: Paragraph) -> Iterator[tuple[int, str]]:
        """Yield (year, arXiv number) for each link to arXiv in a paragraph."""
        for match in _LINK.finditer(self.text, paragraph.start, paragraph.end):
            number = _ARXIV.search(match["target"]) if "arxiv.org/" in match["target"] else None
            if number:
                year = int(number[0].rpartition("/")[2][:2])
                yield year + (_CENTURY if year < 90 else _CENTURY - 100), number[0]

    @cached_property
    def titles(self) -> Mapping[str, tuple[str, int]]:
        """A dict from arXiv number to (title, offset): the source's title in lower case, and its offset."""
        found = {}
        for paragraph in self.paragraphs:
            before = paragraph.start
            for match in _LINK.finditer(self.text, paragraph.start, paragraph.end):
                number = _ARXIV.search(match["target"]) if "arxiv.org/" in match["target"] else None
                titles = list(_TITLE.finditer(self.text, before, match.start())) if number else ()
                if number and titles:
                    title = " ".join(titles[-1][0].strip("*").lower().split())
                    found[number[0]] = title, titles[-1].start()
                before = match.end()
        return found


class Sources:
    """The sources (footnotes, and paragraphs with references) on all pages of a tree.

    `check` compares the identifiers, footnotes and years of a page with them.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._pages: dict[tuple[str, str], list[_Source]] = {}
        self._known_years: dict[tuple[str, str], frozenset[int]] = {}
        self._titles_by_number: dict[str, set[tuple[str, str]]] = {}

    def with_tree(self, tree: Tree, changed: Collection[str]) -> Self:
        """Return the sources of another version of the tree; the sources on unchanged pages are reused.

        Args:
            tree: the other version.
            changed: the names of the pages that differ.
        """
        sources = type(self)(tree)
        sources._pages = {key: each for key, each in self._pages.items() if key[1] not in changed}  # noqa: SLF001
        sources._known_years = {  # noqa: SLF001
            key: each for key, each in self._known_years.items() if key[1] not in changed
        }
        return sources

    def check(self, page: Page, *, fatal: bool) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each wrong identifier, footnote, year or title in a page."""
        parts = self._parts(page.language, page.name)
        path = page.document.path
        for part in parts:
            for offset, message in (*_identifiers(part), *_arxiv_years(part), *self._years(part, page)):
                yield Diagnostic(path, part.document.line_at(offset), "source", message, fatal=fatal)
            for offset, message in self._titles(part, page):
                yield Diagnostic(path, part.document.line_at(offset), "source", message, fatal=fatal)
        for line, message in _footnotes(parts):
            yield Diagnostic(path, line, "source", message, fatal=fatal)

    def _titles(self, part: _Source, page: Page) -> Iterator[tuple[int, str]]:
        """Yield (offset, message) for each source whose title differs from its title on other pages.

        Args:
            part: the page, or a page nested in one of its Markdown blocks.
            page: the page.
        """
        for number, (title, offset) in part.titles.items():
            others = {other for name, other in self._titles_of(number) if name != page.name}
            if others and not any(each.startswith(title) or title.startswith(each) for each in others):
                yield offset, f"the title of arXiv:{number} is *{min(others)}* on another page, not *{title}*"

    def _titles_of(self, number: str) -> set[tuple[str, str]]:
        """Return (page name, title) for each page that has the source with this arXiv number."""
        if number not in self._titles_by_number:
            self._titles_by_number[number] = {
                (page.name, part.titles[number][0])
                for page in self._tree.containing(number)
                for part in self._parts(page.language, page.name)
                if number in part.titles
            }
        return self._titles_by_number[number]

    def _parts(self, language: str, name: str) -> list[_Source]:
        """Return a page and the pages nested in its Markdown blocks; [] if the page does not exist."""
        if (language, name) not in self._pages:
            page = self._tree.by_name.get(name, {}).get(language)
            nested = page.document.with_nested() if page else ()
            self._pages[language, name] = [_Source(each) for each in nested]
        return self._pages[language, name]

    def _years(self, part: _Source, page: Page) -> Iterator[tuple[int, str]]:
        own = self._years_of(page.language, page.name)
        for paragraph in part.paragraphs:
            unknown = [(offset, year) for offset, year in part.years(paragraph) if year not in own]
            if not unknown or part.is_source(paragraph):
                continue
            linked = self._linked_years(part, paragraph, page)
            for offset, year in unknown:
                if year not in linked:
                    yield (
                        offset,
                        f"{year} is not the year of a source on this page or a page linked in the paragraph",
                    )

    def _linked_years(self, part: _Source, paragraph: Paragraph, page: Page) -> frozenset[int]:
        """Return the years of all sources on the pages that a paragraph links."""
        folder = posixpath.dirname(page.name)
        targets = (match["target"] for match in _LINK.finditer(part.text, paragraph.start, paragraph.end))
        names = {posixpath.normpath(posixpath.join(folder, each.partition("#")[0])) for each in targets}
        return frozenset().union(*(self._years_of(page.language, name) for name in names))

    def _years_of(self, language: str, name: str) -> frozenset[int]:
        """Return the years of all sources on a page, including its Markdown blocks."""
        if (language, name) not in self._known_years:
            years = (each.known_years for each in self._parts(language, name))
            self._known_years[language, name] = frozenset().union(*years)
        return self._known_years[language, name]


def check_published(published: Published, *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each published number whose source lacks authors, a year, or a table or page.

    Args:
        published: the published numbers.
        fatal: True makes the diagnostics errors, False notes.
    """
    seen = set()
    for figure in published.figures.values():
        if (figure.source, figure.url) in seen:
            continue
        seen.add((figure.source, figure.url))
        for message in _faults_of_entry(figure.source, figure.url):
            rule = f"the source of {figure.key} (={figure.source!r}) {message}"
            yield Diagnostic(published.path, 0, "source", rule, fatal=fatal)


def _faults_of_entry(source: str, url: str) -> Iterator[str]:
    authors, *rest = source.split(", ")
    years = [int(each) for each in _YEAR.findall(source)]
    if not rest or not (any(map(str.isupper, authors)) or url):
        yield "must begin with its authors, or have a url"
    if not years and not url:
        yield "must have a year or a url"
    if not _PLACE.search(", ".join(rest)):
        yield "must end with a position in the source, such as a table, a section or a page"
    number = _ARXIV.search(url) if "arxiv.org/" in url else None
    if number and years and _CENTURY + int(number[0].rpartition("/")[2][:2]) not in years:
        yield f"must have the year of the arXiv number in its url, {url}"


def _identifiers(part: _Source) -> Iterator[tuple[int, str]]:
    """Yield (offset, message) for each link whose text and target have different identifiers."""
    for match in _LINK.finditer(part.text):
        for shown, host, pattern in ((_SHOWN_ARXIV, "arxiv.org/", _ARXIV), (_SHOWN_DOI, "doi.org/", _DOI)):
            text = shown.search(match["text"])
            if not text:
                continue
            linked = pattern.search(match["target"]) if host in match["target"] else None
            if linked is None or text["id"].lower() != linked[0].lower():
                yield match.start(), f"{match['text']} is shown, but {match['target']} is linked"


def _arxiv_years(part: _Source) -> Iterator[tuple[int, str]]:
    """Yield (offset, message) for each source whose year contradicts its arXiv number."""
    for paragraph in part.paragraphs:
        years = part.years(paragraph)
        for year, number in part.arxiv_years(paragraph) if years else ():
            near = {
                each + step
                for offset, each in years
                for step in ((-1, 0, 1) if _VENUE.search(part.prose, max(offset - 24, 0), offset) else (0,))
            }
            if year not in near:
                shown = ", ".join(str(each) for _, each in years)
                yield years[0][0], f"arXiv:{number} was submitted in {year}, but the source has {shown}"


def _footnotes(parts: list[_Source]) -> Iterator[tuple[int, str]]:
    """Yield (line, message) for each footnote that is not defined, and each definition that is not used."""
    used: dict[str, int] = {}
    defined: dict[str, int] = {}
    for part in parts:
        lines = part.document.lines
        for match in _FOOTNOTE.finditer(part.text):
            line = lines.at(match.start())
            begins = not part.text[line.start : match.start()].strip("> \t")
            place = defined if match["colon"] and begins else used
            place.setdefault(match["label"], lines.number_at(match.start()))
    for label, number in used.items():
        if label not in defined:
            yield number, f"the footnote [^{label}] is not defined"
    for label, number in defined.items():
        if label not in used:
            yield number, f"the footnote [^{label}] is defined, but not referred to"
