"""What a check finds: a page, a line, a kind and a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "page",  # the page cannot be read or planned
    "option",  # an option of a block is unknown, or has a value that it cannot have
    "run",  # a block or an inline value fails
    "doctest",  # an example gives something else than is written
    "equation",  # a numeric equation does not hold
    "citation",  # a cited number is not the published one
    "parity",  # two languages of a page differ
    "link",  # a link, an anchor or an image leads nowhere
    "number",  # a quantity is neither computed nor checked nor cited
]


@dataclass(frozen=True, order=True)
class Finding:
    """Something that is wrong in a page; findings sort by page and line.

    Example:
        >>> print(Finding("docs/en/vgg.md", 42, "equation", "2 = 3 does not hold"))
        docs/en/vgg.md:42: equation: 2 = 3 does not hold
    """

    path: str
    line: int
    kind: Kind
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}: {self.message}"
