"""Check links and titles that are the name of a thing: they must belong to the page that explains this thing.

The registry of a site (`convref.weave.check.facts.registry`) lists the pages that explain each name. If the
whole text of a link is such a name, the link must lead to one of the name's pages. If the title of a page is
such a name, the page must be one of the name's pages. Titles are checked only on pages that explain some
name. Capitals, hyphens and the plural s make no difference.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from convref.weave.check.facts.registry import Registry
from convref.weave.check.facts.terms import plain
from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import Heading
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.prose import MASK, masked
from convref.weave.page.tree import Page

_LINK: Final = re.compile(r"\[(?P<text>[^\[\]]++)\]\((?P<target>[^\s():#]+\.(?:md|py))(?=[\s#)])")


class NamedPages:
    """The names in a registry and the pages that explain them, with a check of links and titles.

    Args:
        registry: the registry.
    """

    def __init__(self, registry: Registry) -> None:
        self._pages: dict[str, set[str]] = {}
        for name, pages in registry.pages.items():
            self._pages.setdefault(_key(name), set()).update(pages)
        self._explaining: set[str] = set().union(*self._pages.values())

    def check(self, page: Page, *, fatal: bool) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each link and title that is a name which another page explains.

        Args:
            page: the page.
            fatal: True makes the diagnostics errors, False notes.
        """
        has_title = posixpath.splitext(page.name)[0] in self._explaining
        for document in page.document.with_nested() if self._pages else ():
            for offset, text, target in _links(document, page.name, has_title=has_title):
                known = self._pages.get(_key(text))
                if known and target not in known:
                    message = f"{text!r} leads to {target}; its page is {', '.join(sorted(known))}"
                    line = document.line_at(offset)
                    yield Diagnostic(document.path, line, "registry", message, fatal=fatal)


def _links(document: Document, name: str, *, has_title: bool) -> Iterator[tuple[int, str, str]]:
    """Yield the offset, the text and the target of each link to another page.

    If `has_title` is true, the title of the page is yielded, too, like a link to the page itself.
    """
    prose = masked(document)
    for match in _LINK.finditer(document.text):
        if prose[match.start("text")] != MASK:  # it is not in code
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["target"]))
            yield match.start(), match["text"], posixpath.splitext(target)[0]
    for heading in document.of(Heading):
        if has_title and heading.level == 1:
            yield heading.start, heading.text, posixpath.splitext(name)[0]


def _key(name: str) -> str:
    return " ".join(plain(name.strip("*_ ")).split())
