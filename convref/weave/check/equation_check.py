"""The numeric equations of a page as its reader sees them: with the page's values in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from convref.weave.markdown.document import Document, Formula, InlineValue
from convref.weave.numbers import equations
from convref.weave.page.prose import formula_text

UNKNOWN = "?"


def wrong(document: Document, shown: Callable[[InlineValue], str]) -> Iterator[tuple[int, str]]:
    """The numeric links of a page that do not hold: the line, and what does not hold.

    Args:
        document: the page.
        shown: what a value shows; `UNKNOWN` where it failed, which makes a side that is no number.
    """
    values = list(document.of(InlineValue))
    for formula in document.of(Formula):
        text = formula_text(document, formula)
        for value in reversed(values):
            if formula.start <= value.start < formula.end:
                start, end = value.start - formula.content_start, value.end - formula.content_start
                text = f"{text[:start]}{' '.join(shown(value).split())}{text[end:]}"
        for link in equations.links(text):
            if link.holds is False:
                yield formula.line + text.count("\n", 0, link.right.start), link.message
