"""Check that names in code spans, such as `Conv2d` and `net.layers`, exist.

Every word of a name must be in the code of some page, or among the words of the site's registry
(`convref.weave.check.facts.registry`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from convref.weave.check.facts.registry import Registry
from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import CodeSpan, Fence
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.tree import Tree

WORD: Final = re.compile(r"[A-Za-z_]\w*")
_NAME: Final = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")


def known_words(tree: Tree, registry: Registry) -> AbstractSet[str]:
    """Return the words in the code of the pages, together with those in the code names of the registry."""
    nested = (each for page in tree.pages for each in page.document.with_nested())
    blocks = {fence.code for page in nested for fence in page.of(Fence)}
    return {word for code in blocks for word in WORD.findall(code)}.union(registry.code_names())


def check(document: Document, known: AbstractSet[str], *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each name in a code span with a word that is not known.

    Args:
        document: the page.
        known: the words that names may have, as `known_words` returns them.
        fatal: True makes the diagnostics errors, False notes.
    """
    for page in document.with_nested():
        for span in page.of(CodeSpan):
            if _NAME.fullmatch(span.content):
                unknown = [word for word in WORD.findall(span.content) if word not in known]
                if unknown:
                    message = f"`{span.content}`: no code contains {', '.join(unknown)}"
                    yield Diagnostic(page.path, span.line, "name", message, fatal=fatal)
