"""Check that names in code spans, such as `Conv2d` and `net.layers`, exist.

Every word of a name must occur in the code of some page, or be one of the words of the site's registry
(`convref.weave.check.facts.registry`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from convref.weave.check.facts.registry import Registry
from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import CodeSpan, Fence
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.tree import Page, Tree

WORD: Final = re.compile(r"[A-Za-z_]\w*")
_NAME: Final = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")


class KnownWords:
    """The words that may occur in names: those in the code of the pages, and those of the registry.

    A word is searched for when it is first needed. Only the pages whose files contain it are parsed.

    Args:
        tree: the pages.
        registry: the registry of the site.
    """

    def __init__(self, tree: Tree, registry: Registry) -> None:
        self._tree, self._registry = tree, registry
        self._found: set[str] = set()
        self._read: set[Path] = set()  # the files whose words are in `_found`

    def with_tree(self, tree: Tree) -> Self:
        """Return a new object for another version of the pages, with the same registry."""
        words = type(self)(tree, self._registry)
        words.__dict__["_of_registry"] = self._of_registry
        return words

    def add(self, page: Page) -> None:
        """Add the words in the code of a page. Idempotent."""
        if page.file not in self._read:
            self._read.add(page.file)
            blocks = {fence.code for each in page.document.with_nested() for fence in each.of(Fence)}
            self._found.update(word for code in blocks for word in WORD.findall(code))

    def __contains__(self, word: object) -> bool:
        return word in self._found or word in self._of_registry or self._is_in_code(str(word))

    @cached_property
    def _of_registry(self) -> AbstractSet[str]:
        return frozenset(self._registry.code_names())

    def _is_in_code(self, word: str) -> bool:
        for page in self._tree.containing(word):
            self.add(page)
            if word in self._found:
                return True
        return False


def check(document: Document, known: Container[str], *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each name in a code span that contains an unknown word.

    Args:
        document: the page.
        known: the words that may occur in names, such as a `KnownWords`.
        fatal: True makes the diagnostics errors, False notes.
    """
    for page in document.with_nested():
        for span in page.of(CodeSpan):
            if _NAME.fullmatch(span.content):
                unknown = [word for word in WORD.findall(span.content) if word not in known]
                if unknown:
                    message = f"`{span.content}`: no code contains {', '.join(unknown)}"
                    yield Diagnostic(page.path, span.line, "name", message, fatal=fatal)
