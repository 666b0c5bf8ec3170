"""HTML that a page gets after its Markdown was converted, so that it survives at any nesting.

In the Markdown stands a word for each fragment; in the converted page the word, with the paragraph that holds
nothing else, gives way to the HTML. Two words may also embrace a part of the page, to prefix the identifiers
in it or to keep its headings out of the table of contents.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from convref.weave.render.markdown_text import nested

_BLANK = re.compile(r"\n\s*\n")
_ID = re.compile(r'(\s(?:id|name|for)="|\shref="#)')
_HEADING_ID = re.compile(r'<h[1-6][^>]*?\sid="([^"]*)"')


@dataclass(frozen=True)
class Scope:
    """A part of the page between two words.

    Args:
        first, last: the words.
        prefix: what is put before every identifier in the part.
        in_toc: whether its headings stand in the table of contents.
    """

    first: str
    last: str
    prefix: str
    in_toc: bool


@dataclass(frozen=True)
class Finished:
    """The page's HTML with its fragments; for the table of contents, identifiers renamed and taken out."""

    html: str
    renamed: Mapping[str, str]
    hidden: frozenset[str]


@dataclass
class Fragments:
    """The fragments of one page.

    Args:
        text: the page's text; no word that stands in it is used.
    """

    text: str
    html: dict[str, str] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)
    around: set[str] = field(default_factory=set)
    _stem: str = ""

    def __post_init__(self) -> None:
        self._stem = "cvr" + hashlib.sha256(self.text.encode(errors="surrogatepass")).hexdigest()[:12]

    def add(self, html: str) -> str:
        """A word that will give way to `html`."""
        word = f"{self._stem}n{len(self.html)}z"
        self.html[word] = html
        return word

    def wrap(self, before: str, text: str, after: str) -> str:
        """Markdown between two fragments, as paragraphs of their own."""
        first = self.add(before)
        self.around.add(first)
        return f"{first}\n\n{text}\n\n{self.add(after)}"

    def scope(self, text: str, prefix: str, in_toc: bool) -> str:
        """Markdown in whose conversion identifiers get a prefix, or headings leave the contents."""
        first, last = self.add(""), self.add("")
        self.scopes.append(Scope(first, last, prefix, in_toc))
        return f"{first}\n\n{text}\n\n{last}"

    def inlined(self, markdown: str) -> str:
        """The Markdown with its fragments where their words stand, for hosts that only read Markdown.

        Identifiers and the table of contents are left to the host. HTML around Markdown says so in the way of
        Python-Markdown; others need no such word.
        """
        if not self.html:
            return markdown
        words = re.compile(rf"^(?P<prefix>[> \t]*)({self._stem}n\d+z)[ \t]*$|{self._stem}n\d+z", re.MULTILINE)

        def text(match: re.Match[str]) -> str:
            word = match[2] or match[0]
            html = self.html[word].strip()
            html = _BLANK.sub("\n&#10;" if "<pre" in html else "\n", html)  # a blank line would end the HTML
            if word in self.around:
                html = html.replace(">", ' markdown="1">', 1)
            return nested(html, match["prefix"]) if match[2] else html.replace("\n", " ")

        return words.sub(text, markdown)

    def finish(self, html: str) -> Finished:
        """Put the fragments into the converted page."""
        renamed: dict[str, str] = {}
        hidden: set[str] = set()
        for scope in self.scopes:
            start, end = html.find(scope.first), html.rfind(scope.last)
            if 0 <= start < end:
                part = html[start:end]
                headings = _HEADING_ID.findall(part)
                renamed.update((name, scope.prefix + name) for name in headings if scope.prefix)
                hidden |= set() if scope.in_toc else set(headings)
                html = html[:start] + _ID.sub(rf"\g<1>{scope.prefix}", part) + html[end:]
        if self.html:
            words = re.compile(rf"<p>({self._stem}n\d+z)</p>|({self._stem}n\d+z)")
            html = words.sub(lambda match: self.html.get(match[1] or match[2], match[0]), html)
        return Finished(html, renamed, frozenset(hidden))
