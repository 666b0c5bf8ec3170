"""HTML fragments that are inserted into a page after its Markdown is converted, at any depth of nesting.

In the Markdown, each fragment is represented by a placeholder, a word that no converter changes. In the
converted page, the placeholder is replaced by the HTML. If a paragraph contains only a placeholder, the whole
paragraph is replaced, including its tags.

Two placeholders can also mark the start and the end of a part of the page. The identifiers in this part can
get a prefix, and its headings can be left out of the table of contents.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape

from convref.weave.render.markdown_text import code_block, nested

_BLANK = re.compile(r"\n\s*\n")
_ID = re.compile(r'(\s(?:id|name|for)="|\shref="#)')
_TEXT_OR_SCRIPT = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>|[^<]+", re.DOTALL)
_MARKUP = re.compile(r"[$*_`\\\[\]~^]")  # of Markdown, of its usual extensions and of formulas
_HEADING_ID = re.compile(r'<h[1-6][^>]*?\sid="([^"]*)"')


@dataclass(frozen=True)
class Scope:
    """A part of the page that is marked by a placeholder at its start and one at its end.

    Args:
        first, last: the two placeholders.
        prefix: a prefix for every identifier in the part.
        in_toc: False leaves the headings of the part out of the table of contents.
    """

    first: str
    last: str
    prefix: str
    in_toc: bool


@dataclass(frozen=True)
class Finished:
    """The HTML of a converted page in which the placeholders have been replaced.

    Args:
        html: the HTML.
        renamed: a dict from the old identifier of each renamed heading to its new one.
        hidden: the identifiers of the headings that must be removed from the table of contents.
    """

    html: str
    renamed: Mapping[str, str]
    hidden: frozenset[str]


@dataclass
class Fragments:
    """The HTML fragments of one page, and their placeholders.

    Args:
        text: the page's text. Placeholders contain a digest of it, so that they cannot occur in it by chance.
        html: the HTML of each fragment; the keys are the placeholders.
        scopes: the parts of the page that are marked by two placeholders.
        opening: the placeholders of opening tags that are followed by Markdown.
        interactive: the placeholders of elements that work only in the finished page, with its scripts.
        shown: the code in the code blocks that results contain. These blocks show code that has already run.
            They must not be run again when the page is converted, even if the site runs every fence of the
            language.
    """

    text: str
    html: dict[str, str] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)
    opening: set[str] = field(default_factory=set)
    interactive: set[str] = field(default_factory=set)
    shown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stem = "cvr" + hashlib.sha256(self.text.encode(errors="surrogatepass")).hexdigest()[:12]

    def copy(self) -> Fragments:
        """Return a copy; adding fragments to it does not change this object."""
        copied = (list(self.scopes), set(self.opening), set(self.interactive), list(self.shown))
        return Fragments(self.text, dict(self.html), *copied)

    def add(self, html: str) -> str:
        """Add an HTML fragment and return its placeholder."""
        placeholder = f"{self._stem}n{len(self.html)}z"  # without the z, number 1 would match in number 12
        self.html[placeholder] = html
        return placeholder

    def add_interactive(self, html: str) -> str:
        """Add an HTML fragment that works only in a page with the engine's scripts.

        Returns:
            The placeholder of the fragment. `inlined` leaves the fragment out unless it is asked for.
        """
        placeholder = self.add(html)
        self.interactive.add(placeholder)
        return placeholder

    def code_block(self, language: str, code: str, options: Mapping[str, str] | None = None) -> str:
        """Return a Markdown code block, and record its code in `shown`, so that it is not run later.

        The arguments are those of `markdown_text.code_block`.
        """
        self.shown.append(code.strip("\n"))
        return code_block(language, code, options)

    def wrap(self, before: str, text: str, after: str) -> str:
        """Return Markdown between two HTML fragments, each of which is a separate paragraph.

        Args:
            before: the HTML before it, an opening tag.
            text: the Markdown.
            after: the HTML after it, the closing tag.
        """
        first = self.add(before)
        self.opening.add(first)
        return f"{first}\n\n{text}\n\n{self.add(after)}"

    def scope(self, text: str, prefix: str, in_toc: bool) -> str:
        """Return Markdown between two placeholders that mark it as a `Scope`.

        Args:
            text: the Markdown.
            prefix: a prefix for every identifier in it.
            in_toc: False leaves its headings out of the table of contents.
        """
        first, last = self.add(""), self.add("")
        self.scopes.append(Scope(first, last, prefix, in_toc))
        return f"{first}\n\n{text}\n\n{last}"

    def inlined(self, markdown: str, *, interactive: bool = False) -> str:
        """Return Markdown with HTML in place of the placeholders, for programs other than the host.

        Scopes have no effect in it. An opening tag that is followed by Markdown gets the attribute
        `markdown`, which Python-Markdown needs and other converters ignore. In a list, a tab or a sentence,
        converters parse the text inside HTML as Markdown, too. There, each character that Markdown would
        interpret is written as a character reference, such as `&#42;` for `*`.

        Args:
            markdown: the Markdown with placeholders.
            interactive: whether to keep the elements that work only in a page with the engine's scripts.
        """
        if not self.html:
            return markdown

        def text(match: re.Match[str]) -> str:
            placeholder = match[2] or match[0]
            if placeholder in self.interactive and not interactive:
                return ""
            html = self.html[placeholder].strip()
            html = _BLANK.sub("\n&#10;" if "<pre" in html else "\n", html)  # a blank line would end the HTML
            if placeholder in self.opening:
                html = html.replace(">", ' markdown="1">', 1)
            if not match["prefix"] and match[2]:
                return html
            html = _without_markup(html)
            return nested(html, match["prefix"]) if match[2] else html.replace("\n", " ")

        return self._in_markdown.sub(text, markdown)

    def finish(self, html: str) -> Finished:
        """Replace the placeholders in a converted page by their HTML, and apply the scopes."""
        renamed: dict[str, str] = {}
        hidden: set[str] = set()
        for scope in self.scopes:  # first, since their placeholders are replaced below
            prefix = escape(scope.prefix)
            start, end = html.find(scope.first), html.rfind(scope.last)
            if 0 <= start < end:
                part = html[start:end]
                headings = _HEADING_ID.findall(part)
                renamed.update((name, prefix + name) for name in headings if prefix)
                hidden |= set() if scope.in_toc else set(headings)
                html = html[:start] + _ID.sub(partial(_prefixed, prefix), part) + html[end:]
        if self.html:
            html = self._in_html.sub(lambda match: self.html.get(match[1] or match[2], match[0]), html)
        return Finished(html, renamed, frozenset(hidden))

    # Under `mkdocs serve`, the patterns of a page are used in each build, and `re` keeps too few of them.
    @cached_property
    def _in_markdown(self) -> re.Pattern[str]:
        placeholder = rf"{self._stem}n\d+z"
        return re.compile(rf"^(?P<prefix>[> \t]*)({placeholder})[ \t]*$|{placeholder}", re.MULTILINE)

    @cached_property
    def _in_html(self) -> re.Pattern[str]:
        placeholder = rf"{self._stem}n\d+z"
        return re.compile(rf"<p>({placeholder})</p>|({placeholder})")


def _without_markup(html: str) -> str:
    """Return HTML in which each character that Markdown would interpret is written as a character reference.

    Scripts and styles are unchanged, because character references have no meaning in them.
    """

    def text(match: re.Match[str]) -> str:
        if match[0].startswith("<"):
            return match[0]
        return _MARKUP.sub(lambda mark: f"&#{ord(mark[0])};", match[0])

    return _TEXT_OR_SCRIPT.sub(text, html)


def _prefixed(prefix: str, attribute: re.Match[str]) -> str:
    return attribute[1] + prefix
