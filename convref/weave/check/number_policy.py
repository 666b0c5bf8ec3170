"""A site's rules for numbers: which can be cited, which may be open, and how open numbers are reported."""

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
"""Whether a check is left out, makes notes, or makes errors."""


@dataclass(frozen=True)
class NumberPolicy:
    """The rules by which a site checks the numbers in its pages, without running them.

    Args:
        mode: "off" ignores numbers that are neither computed nor checked nor cited, "report" makes them
            notes, "require" makes them errors.
        not_quantities: the site's patterns for text that is not a quantity.
        published: the figures that pages may cite.
        symbols: the mode, with the same values, for symbols whose values contradict equations
            (`convref.weave.check.symbols`).

    Raises:
        ArgumentError: there is no such mode.
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
        """The errors in the file of published figures, which concern no single page."""
        return tuple(Diagnostic.of_error(each, "citation") for each in self.published.faults)

    def check(self, page: Document, numbers: Sequence[Number] | None = None) -> Iterator[Diagnostic]:
        """Yield diagnostics for a page's wrong citations and, as the modes require, numbers and symbols.

        Args:
            page: the page.
            numbers: its numbers, if they have been found before.
        """
        yield from citations.check(page, self.published)
        if self.mode != "off":
            found = coverage.numbers(page, self.not_quantities) if numbers is None else numbers
            yield from coverage.open_numbers(found, fatal=self.mode == "require")
        if self.symbols != "off":
            yield from symbols.check(page, fatal=self.symbols == "require")
