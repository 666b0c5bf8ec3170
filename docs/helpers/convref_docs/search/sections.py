"""Split a page's HTML into sections for the search index: headings and prose, without code.

A formula within a sentence is kept as plain text, `k^2` or `n_out`. A formula on separate lines is left
out, and an excerpt shows dots for it. The search also finds words in tables, in a page's box of facts and
below the frames of stepped figures, but excerpts leave them out, since they are not prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

SKIPPED = frozenset({"script", "style", "svg", "pre", "button", "template", "form", "mtable"})
SKIPPED_CLASSES = frozenset(
    {"headerlink", "doc-labels", "linenos", "md-nav", "md-content__button", "tabbed-labels", "footnote-ref"}
)
DISPLAYED = "math"  # the class of a formula; one in a div has lines of its own
NO_PROSE = frozenset({"table", "figure"})
NO_PROSE_CLASSES = frozenset({"convref-steps", "convref-glance", "footnote"})
JOINTS = {"msub": "_", "msup": "^", "msubsup": "_", "mfrac": "/"}
SPACED = frozenset("=+−±×÷<>≤≥≈≠→⋅∈")
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
        text: the text under it, up to the next heading.
        prose: the sentences of the text, for excerpts.
    """

    anchor: str
    level: int
    title: str = ""
    text: str = ""
    prose: str = ""


@dataclass
class _Open:
    tag: str
    skipped: bool
    muted: bool
    listed: bool
    children: int = 0


@dataclass
class _Parser(HTMLParser):
    sections: list[Section] = field(default_factory=lambda: [Section("", 1)])

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[_Open] = []
        self._skipping = self._muting = self._listing = 0
        self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        displayed = tag == "div" and DISPLAYED in classes
        skipped = tag in SKIPPED or bool(classes & SKIPPED_CLASSES) or "data-search-exclude" in given
        if displayed and not (self._skipping or self._muting or self._listing):
            self.sections[-1].prose += " … "
        muted = MUTED in classes
        listed = tag in NO_PROSE or bool(classes & NO_PROSE_CLASSES)
        self._join()
        skipped = skipped or displayed
        self._open.append(_Open(tag, skipped, muted, listed))
        self._skipping += skipped
        self._muting += muted
        self._listing += listed
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
            self._listing -= closed.listed
            if closed.tag == tag:
                break
        if tag in HEADINGS:
            self._heading = False

    def _join(self) -> None:
        """Write the sign between the parts of a power, an index or a fraction."""
        if not self._open:
            return
        parent = self._open[-1]
        if parent.tag in JOINTS and parent.children == 1:
            self.handle_data(JOINTS[parent.tag])
        parent.children += 1

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        section = self.sections[-1]
        if self._open and self._open[-1].tag == "mo" and data in SPACED:
            data = f" {data} "
        if self._heading:
            section.title += data
        elif not self._muting:
            section.text += data
            if not self._listing:
                section.prose += data


@lru_cache(maxsize=1024)  # under `mkdocs serve`, most pages have not changed since the last build
def sections(html: str, title: str) -> tuple[Section, ...]:
    """Return the sections of a page; the first has the page's title and the text before any other heading.

    Args:
        html: the page's converted content.
        title: the page's title, used if its content has no first-level heading.

    Example:
        >>> html = '<h1>A</h1><p>b</p><h2 id="c">C</h2><pre>x</pre>d'
        >>> [(section.anchor, section.title, section.text) for section in sections(html, "")]
        [('', 'A', 'b'), ('c', 'C', 'd')]
        >>> power = "<math><msup><mi>k</mi><mn>2</mn></msup></math>"
        >>> sections(f"<p>A kernel has {power} weights.</p>", "A")[0].prose
        'A kernel has k^2 weights.'
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    found = parser.sections
    found[0].title = found[0].title or title
    for section in found:
        section.title = " ".join(section.title.split())
        section.text = " ".join(section.text.split())
        section.prose = re.sub(r"(?:… )+", "… ", " ".join(section.prose.split()))
    return tuple(section for section in found if section.title or section.text)
