"""A site's rules for numbers: which published numbers pages can cite, and how other numbers are reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from convref.errors import ArgumentError
from convref.weave.check import citations, coverage, symbols
from convref.weave.check.coverage import Number
from convref.weave.markdown.document import Document
from convref.weave.numbers.published import Published
from convref.weave.page.diagnostic import Diagnostic

CheckMode: TypeAlias = Literal["off", "report", "require"]
"""The mode of a check: "off" leaves it out, "report" makes its diagnostics notes, "require" errors."""


@dataclass(frozen=True)
class NumberPolicy:
    """The rules by which a site checks the numbers in its pages, without running them.

    Args:
        mode: the mode of the check for numbers that are neither computed nor checked nor cited: "off",
            "report" (they are notes) or "require" (they are errors).
        not_quantities: the site's patterns for text whose numbers are not checked.
        published: the numbers that pages may cite.
        symbols: the mode of the check for symbols whose values contradict equations
            (`convref.weave.check.symbols`).

    Raises:
        ArgumentError: `mode` has another value.
    """

    mode: CheckMode = "off"
    not_quantities: tuple[re.Pattern[str], ...] = ()
    published: Published = field(default_factory=lambda: Published("published.toml", {}))
    symbols: CheckMode = "off"

    def __post_init__(self) -> None:
        if self.mode not in get_args(CheckMode):
            raise ArgumentError(f"numbers (={self.mode!r}) must be 'off', 'report' or 'require'")

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """The errors in the file of published numbers; they belong to the site, not to one of its pages."""
        return tuple(Diagnostic.of_error(each, "citation") for each in self.published.faults)

    def check(self, page: Document, numbers: Sequence[Number] | None = None) -> Iterator[Diagnostic]:
        """Yield diagnostics for wrong citations, and, if these checks are on, for open numbers and symbols.

        Args:
            page: the page.
            numbers: the result of `coverage.numbers` for the page; None to compute it here.
        """
        yield from citations.check(page, self.published)
        if self.mode != "off":
            found = coverage.numbers(page, self.not_quantities) if numbers is None else numbers
            yield from coverage.open_numbers(found, fatal=self.mode == "require")
        if self.symbols != "off":
            yield from symbols.check(page, fatal=self.symbols == "require")
