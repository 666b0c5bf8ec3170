"""The checks of a page, one by one: document -> claims, each of which answers for some diagnostics.

Hosts that tell of each check by itself, as pytest does, show claims. Every diagnostic of a page belongs to
a claim: to that of its block, line or formula, or of its kind, and else to the page's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from convref.weave.markdown.document import Document, Fence, Formula, InlineValue
from convref.weave.markdown.lines import Lines
from convref.weave.numbers import equations
from convref.weave.page.diagnostic import Diagnostic

_WHOLE: Final = ("citation", "parity", "link", "number")


@dataclass(frozen=True)
class Claim:
    """One check of a page.

    Args:
        name: what is checked.
        line: where.
        last: the last line that it answers for; 0 means all lines.
        kinds: the kinds of diagnostics that it answers for; empty means those that no other does.
    """

    name: str
    line: int
    last: int
    kinds: frozenset[str]

    def is_for(self, diagnostic: Diagnostic) -> bool:
        """Return whether the claim answers for a diagnostic."""
        return diagnostic.kind in self.kinds and (not self.last or self.line <= diagnostic.line <= self.last)


REST: Final = Claim("page", 1, 0, frozenset())


def claims(document: Document, kinds: Iterable[str]) -> tuple[Claim, ...]:
    """The claims of a page, sorted by line; the last is for what no other answers for.

    Args:
        document: the page.
        kinds: of the kinds that concern a page as a whole, those that are checked.
    """
    found = {(each.name, each.line): each for each in _placed(document)}
    whole = (Claim(kind, 1, 0, frozenset({kind})) for kind in _WHOLE if kind in set(kinds))
    return (*sorted(found.values(), key=lambda each: each.line), *whole, REST)


def of(claim: Claim, claimed: Sequence[Claim], diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics that a claim, one of those of a page, answers for."""
    if claim.kinds:
        return tuple(found for found in diagnostics if claim.is_for(found))
    return tuple(found for found in diagnostics if not any(each.is_for(found) for each in claimed))


def _placed(document: Document) -> Iterator[Claim]:
    lines = Lines(document.text, document.first_line)
    for region in document.regions:
        last = lines.number_at(max(region.end - 1, region.start))
        if isinstance(region, Fence) and region.kind == "doctest":
            yield Claim("doctest", region.line, last, frozenset({"doctest"}))
        elif isinstance(region, Fence) and region.is_block:
            yield Claim("block", region.line, last, frozenset({"run", "doctest"}))
        elif isinstance(region, InlineValue):
            yield Claim("value", region.line, last, frozenset({"run"}))
        elif isinstance(region, Formula) and _is_numeric(document, region):
            yield Claim("equation", region.line, last, frozenset({"equation"}))


def _is_numeric(document: Document, formula: Formula) -> bool:
    """Whether there is something to check: a numeric link, or a value that may make one."""
    return bool(equations.links(formula.content)) or any(
        formula.start <= value.start < formula.end for value in document.of(InlineValue)
    )
