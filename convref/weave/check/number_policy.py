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
from convref.weave.page.findings import Finding

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

    def findings(self, document: Document) -> Iterator[Finding]:
        """Wrong citations, and unless they are ignored the open numbers."""
        yield from citations.check(document, self.published)
        if self.numbers != "off":
            numbers = coverage.numbers(document, self.not_quantities)
            yield from (each.finding for each in numbers if each.standing == "open")

    def is_fatal(self, finding: Finding) -> bool:
        """Whether a finding is wrong, and not only worth a report."""
        return finding.kind != "number" or self.numbers == "require"
