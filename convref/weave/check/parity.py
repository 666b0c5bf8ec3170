"""Check language parity: all translations of a page must have the same code, headings, links and figures.

Code is compared without comments and layout, so that comments in Python can be translated. The options of a
fence may differ. But if a fence has a title, an alternative text or a caption in one language, it must have
one in all languages. Inline values may be in another order, because the order of words differs between
languages. Links must lead to the same pages and citations; links to other sites may differ. The content of
Markdown blocks that are run is compared in the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, TypeVar

from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import Fence, FormulaCheck, Heading, InlineValue, Region
from convref.weave.page import references
from convref.weave.page.alignment import changes
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.python_code import meaning
from convref.weave.page.tree import Page, Tree

PYTHON: Final = frozenset({"python", "py", "pycon"})
R = TypeVar("R", bound=Region)
# The languages of fences with text, whose content may be translated unless the fence is run.
WORDS: Final = frozenset({"", "text", "txt", "md", "markdown", "mermaid", "tree"})


@dataclass(frozen=True)
class Part:
    """A part of a page, such as a heading, that is compared with its counterpart in another language.

    Attributes:
        line: the line on which the part starts.
        key: a string that must be the same for the counterpart. It does not contain code.
        name: the name of the part in messages.
        language: the language of its code; "" without code.
        code: its code. The counterpart must have the same code, apart from comments and layout.
    """

    line: int
    key: str
    name: str
    language: str = ""
    code: str = ""

    @property
    def written(self) -> tuple[str, str]:
        """The key and the code as they are written. If they are equal in two pages, no code is parsed."""
        return self.key, self.code

    @property
    def full_key(self) -> str:
        """The key, and the code without comments and layout, as one string; the same for the counterpart."""
        return f"{self.key}\n{code_key(self.language, self.code)}"


def check(page: Page, tree: Tree) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each difference between a page and its translation.

    The page is compared with its version in the first language that has the page. If the page is missing in a
    language, this is reported once, for that first version.
    """
    if not page.language:
        return
    versions = tree.by_name[page.name]
    having = [language for language in tree.languages if language in versions]
    if page.language == having[0]:
        for language in tree.languages:
            if language not in versions:
                message = f"the page has no counterpart in {language}"
                yield Diagnostic(page.document.path, 1, "parity", message)
    else:
        yield from compare(page, versions[having[0]])


def compare(page: Page, other: Page) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each difference between a page and its counterpart in another language."""
    for parts in (_headings, _code, _figures):
        yield from _in_order(page.document, list(parts(page)), other.document, list(parts(other)))
    for parts in (_values, _links):
        yield from _in_any_order(page.document, list(parts(page)), other.document, list(parts(other)))


def code_key(language: str, code: str) -> str:
    """Return a key that is the same for blocks with the same code, apart from Python comments and layout."""
    return meaning(code) if language in PYTHON else code


def _headings(page: Page) -> Iterator[Part]:
    for heading in _all(page.document, Heading):
        yield Part(heading.line, str(heading.level), f"the heading “{heading.text}” of level {heading.level}")


def _code(page: Page) -> Iterator[Part]:
    for fence in _all(page.document, Fence):
        if fence.page:
            continue  # its own parts are compared
        if fence.examples:
            for example in fence.examples:
                yield Part(example.line, "pycon", "the doctest example", "pycon", example.source)
        elif fence.language not in WORDS or fence.is_block:
            shown = ", ".join(each for each in ("title", "alt", "caption") if each in fence.options)
            name = f"the {fence.language} block{shown and f' with {shown}'}"
            yield Part(fence.line, f"{fence.language}\n{shown}", name, fence.language, fence.code)


def _figures(page: Page) -> Iterator[Part]:
    for reference in references.references(page.document):
        if reference.kind == "image":
            yield Part(
                reference.line, _neutral(reference.path, page.language), f"the image {reference.target}"
            )


def _values(page: Page) -> Iterator[Part]:
    for comment in _all(page.document, FormulaCheck):
        yield Part(comment.line, comment.content, f"the comment {comment.content.strip()}")
    for value in _all(page.document, InlineValue):
        yield Part(value.line, code_key("python", value.expression), f"the value {value.expression}")


def _links(page: Page) -> Iterator[Part]:
    for reference in references.references(page.document):
        # Each language may cite the sites of its readers.
        leaves = not reference.is_local and not reference.target.startswith("published:")
        if reference.kind == "link" and not leaves:
            target = _neutral(reference.path, page.language) if reference.is_local else reference.target
            yield Part(reference.line, target or "#", f"the link {reference.target}")


def _all(document: Document, kind: type[R]) -> Iterator[R]:
    """Yield a page's regions of one class, and then those of the pages nested in its Markdown blocks."""
    for page in document.with_nested():
        yield from page.of(kind)


def _neutral(path: str, language: str) -> str:
    """Return a path in which `*` replaces the language, such as `../*/a.svg` for `../en/a.svg`."""
    return re.sub(rf"(?<![A-Za-z]){re.escape(language)}(?=[/.])", "*", path)


def _in_order(
    document: Document, here: Sequence[Part], other: Document, there: Sequence[Part]
) -> Iterator[Diagnostic]:
    # Most translations have identical code, and comparing it as text is faster than parsing it.
    if [part.written for part in here] == [part.written for part in there]:
        return
    for first, last, other_first, other_last in changes(
        [part.full_key for part in here], [part.full_key for part in there]
    ):
        # In a range that differs, parts are reported in pairs; the longer range may have parts left over.
        for mine, theirs in zip_longest(here[first:last], there[other_first:other_last]):
            if mine is None:
                yield _missing(document, other, theirs, here[first - 1].line if first else 1)
            elif theirs is None:
                yield _extra(document, other, mine)
            else:
                message = f"{mine.name} differs from {theirs.name} at {other.path}:{theirs.line}"
                yield Diagnostic(document.path, mine.line, "parity", message)


def _in_any_order(
    document: Document, here: Sequence[Part], other: Document, there: Sequence[Part]
) -> Iterator[Diagnostic]:
    counts, other_counts = (Counter(part.key for part in each) for each in (here, there))
    for part in _surplus(here, other_counts):
        yield _extra(document, other, part)
    for part in _surplus(there, counts):
        yield _missing(document, other, part, 1)


def _surplus(parts: Sequence[Part], others: Counter[str]) -> Iterator[Part]:
    """Yield those parts that have no counterpart, because fewer of the others have the same key.

    Args:
        parts: the parts of one page.
        others: how often each key occurs among the parts of the other page.
    """
    seen: Counter[str] = Counter()
    for part in parts:
        seen[part.key] += 1
        if seen[part.key] > others[part.key]:
            yield part


def _extra(document: Document, other: Document, part: Part) -> Diagnostic:
    return Diagnostic(document.path, part.line, "parity", f"{part.name} has no counterpart in {other.path}")


def _missing(document: Document, other: Document, part: Part, line: int) -> Diagnostic:
    message = f"{part.name} at {other.path}:{part.line} has no counterpart here"
    return Diagnostic(document.path, line, "parity", message)
