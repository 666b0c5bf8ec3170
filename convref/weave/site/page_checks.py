"""The single checks of a page, for hosts that list each of them, as pytest does.

A page is checked as a whole, and each diagnostic is then assigned to the first of these checks that exists:

- the check of the block, inline value or formula where the mistake was found;
- the check of the whole page for mistakes of this kind, such as "link";
- the check "page", to which everything else is assigned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from convref.weave.markdown.document import Document, Fence, Formula, InlineValue
from convref.weave.numbers import equations
from convref.weave.page.diagnostic import Diagnostic

_KINDS_OF_PAGES: Final = (
    "citation",
    "parity",
    "link",
    "number",
    "fact",
    "source",
    "symbol",
    "label",
    "registry",
    "name",
)


NEED_RUN: Final = frozenset({"block", "value", "doctest", "equation"})
"""The names of the checks that need the page to be run."""


@dataclass(frozen=True)
class PageCheck:
    """A single check of a page: the diagnostics of certain kinds on certain lines.

    Args:
        name: its name in the host's list: "block", "value", "doctest", "equation", a kind of diagnostics such
            as "link", or "page".
        line: the first line of the page that it covers.
        last: the last line that it covers; 0 means that it covers all lines.
        kinds: the kinds of diagnostics that it covers. They are empty for the check "page", to which all
            diagnostics are assigned that no other check covers.
    """

    name: str
    line: int
    last: int
    kinds: frozenset[str]

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Return whether the line and the kind of a diagnostic are covered by this check."""
        is_in_lines = not self.last or self.line <= diagnostic.line <= self.last
        return diagnostic.kind in self.kinds and is_in_lines


REST: Final = PageCheck("page", 1, 0, frozenset())
"""The check "page", to which all diagnostics belong that no other check covers."""


def page_checks(document: Document, kinds: Iterable[str]) -> tuple[PageCheck, ...]:
    """Return the checks of a page, sorted by line; those of the whole page come last.

    Args:
        document: the page.
        kinds: the kinds of diagnostics for which there is a check of the whole page, such as "citation" and
            "link".
    """
    found = {(each.name, each.line): each for each in _checks_of_regions(document)}
    whole = (PageCheck(kind, 1, 0, frozenset({kind})) for kind in _KINDS_OF_PAGES if kind in set(kinds))
    return (*sorted(found.values(), key=lambda each: each.line), *whole, REST)


def share_of(
    check: PageCheck, checks: Sequence[PageCheck], diagnostics: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Return those diagnostics of a page that are assigned to a certain check.

    Args:
        check: the check.
        checks: all checks of the page.
        diagnostics: all diagnostics of the page.
    """
    if check.kinds:
        return tuple(found for found in diagnostics if check.covers(found))
    return tuple(found for found in diagnostics if not any(each.covers(found) for each in checks))


def _checks_of_regions(document: Document) -> Iterator[PageCheck]:
    for region in document.regions:
        last = document.line_at(max(region.end - 1, region.start))
        if isinstance(region, Fence) and region.kind == "doctest":
            yield PageCheck("doctest", region.line, last, frozenset({"doctest"}))
        elif isinstance(region, Fence) and region.is_block:
            # The error of a broken fence is about its options; other mistakes in options concern no run.
            kinds = frozenset({"run", "doctest", *(["option"] if region.kind == "broken" else [])})
            yield PageCheck("block", region.line, last, kinds)
        elif isinstance(region, InlineValue):
            yield PageCheck("value", region.line, last, frozenset({"run"}))
        elif isinstance(region, Formula) and _is_numeric(document, region):
            yield PageCheck("equation", region.line, last, frozenset({"equation"}))


def _is_numeric(document: Document, formula: Formula) -> bool:
    """Return whether a formula may contain an equation between numbers or with inline values."""
    return any(document.inside(formula, InlineValue)) or bool(equations.links(formula.content))
