"""What a page's text alone tells of its numbers: cited ones that are not what was published, open ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from convref.errors import ArgumentError
from convref.weave.check import citations, coverage
from convref.weave.markdown.document import Document
from convref.weave.numbers.published import Published
from convref.weave.page.diagnostic import Diagnostic

Numbers: TypeAlias = Literal["off", "report", "require"]


@dataclass(frozen=True)
class Reading:
    """How a site's numbers are read.

    Args:
        numbers: whether open numbers are ignored, reported, or required not to be.
        not_quantities: the site's own patterns of what is no quantity.
        published: the figures that can be cited.
    """

    numbers: Numbers = "off"
    not_quantities: tuple[re.Pattern[str], ...] = ()
    published: Published = field(default_factory=lambda: Published("published.toml", {}))

    def __post_init__(self) -> None:
        if self.numbers not in {"off", "report", "require"}:
            raise ArgumentError(f"numbers (={self.numbers!r}) must be 'off', 'report' or 'require'")

    def diagnostics(self, document: Document) -> Iterator[Diagnostic]:
        """Yield the wrong citations of a page and, unless they are ignored, its open numbers."""
        yield from citations.check(document, self.published)
        if self.numbers != "off":
            numbers = coverage.numbers(document, self.not_quantities)
            yield from coverage.open_numbers(numbers, fatal=self.numbers == "require")
