"""Split a page's HTML into sections for the search index: headings and prose, without code and formulas."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

SKIPPED = frozenset({"script", "style", "svg", "math", "pre", "button", "template", "form"})
SKIPPED_CLASSES = frozenset({"headerlink", "doc-labels", "linenos", "md-nav", "md-content__button"})
MUTED = "doc-contents"  # the class of an object's description in the reference; only headings are searched
VOID = frozenset(
    {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
BLOCKS = frozenset({"p", "li", "td", "th", "div", "dt", "dd", "figcaption", "summary", "tr", "blockquote"})


@dataclass
class Section:
    """A part of a page under one heading.

    Args:
        anchor: the heading's id; empty for the page's title and for text before the first heading.
        level: 1 for the page's title, 2 and 3 for headings.
        title: the heading's text.
        text: the prose under it, up to the next heading.
    """

    anchor: str
    level: int
    title: str = ""
    text: str = ""


@dataclass
class _Open:
    tag: str
    skipped: bool
    muted: bool


@dataclass
class _Parser(HTMLParser):
    sections: list[Section] = field(default_factory=lambda: [Section("", 1)])

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[_Open] = []
        self._skipping = self._muting = 0
        self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        skipped = tag in SKIPPED or bool(classes & SKIPPED_CLASSES) or "data-search-exclude" in given
        muted = MUTED in classes
        self._open.append(_Open(tag, skipped, muted))
        self._skipping += skipped
        self._muting += muted
        if tag in HEADINGS and not self._skipping:
            level = HEADINGS[tag]
            if level == 1:
                self.sections[0].title = ""
                self.sections = self.sections[:1]
            else:
                self.sections.append(Section(given.get("id") or "", level))
            self._heading = True
        elif tag in BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not any(each.tag == tag for each in self._open):
            return
        while self._open:
            closed = self._open.pop()
            self._skipping -= closed.skipped
            self._muting -= closed.muted
            if closed.tag == tag:
                break
        if tag in HEADINGS:
            self._heading = False

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        section = self.sections[-1]
        if self._heading:
            section.title += data
        elif not self._muting:
            section.text += data


@cache  # under `mkdocs serve`, most pages have not changed since the last build
def sections(html: str, title: str) -> tuple[Section, ...]:
    """Return the sections of a page; the first has the page's title and the text before any other heading.

    Args:
        html: the page's converted content.
        title: the page's title, used if its content has no first-level heading.

    Example:
        >>> html = '<h1>A</h1><p>b</p><h2 id="c">C</h2><pre>x</pre>d'
        >>> [(section.anchor, section.title, section.text) for section in sections(html, "")]
        [('', 'A', 'b'), ('c', 'C', 'd')]
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    found = parser.sections
    found[0].title = found[0].title or title
    for section in found:
        section.title = " ".join(section.title.split())
        section.text = " ".join(section.text.split())
    return tuple(section for section in found if section.title or section.text)
