r"""The lines of a text, with offsets and numbers; line ends are ``\n``, ``\r\n`` and ``\r``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_QUOTES = re.compile(r"[> \t]*")
TAB = 4


@dataclass(frozen=True)
class Line:
    """One line: `text` without its end, `start` its offset, `end` that of the next line."""

    text: str
    start: int
    end: int

    @property
    def blank(self) -> bool:
        """Whether there is nothing in the line but space."""
        return not self.text.strip()

    @property
    def prefix(self) -> str:
        """The spaces, tabs and quote marks that start the line."""
        match = _QUOTES.match(self.text)
        return match[0] if match else ""


class Lines:
    """The lines of `text`; `first` is the number of the first."""

    def __init__(self, text: str, first: int = 1) -> None:
        self.first = first
        self.all = tuple(_split(text))
        self._starts = [line.start for line in self.all]

    def number_at(self, offset: int) -> int:
        """The number of the line in which an offset lies."""
        return self.first + max(bisect_right(self._starts, offset) - 1, 0)


def _split(text: str) -> Iterator[Line]:
    position = 0
    while position < len(text):
        match = _LINE.match(text, position)
        end = match.end() if match else len(text)
        yield Line(text[position:end].rstrip("\r\n"), position, end)
        position = end


def width(prefix: str) -> int:
    """The columns that a prefix takes, tabs at every fourth."""
    return len(prefix.expandtabs(TAB))


def strip_prefix(text: str, prefix: str) -> str | None:
    """A line without the prefix of the block that it belongs to; None when it does not belong to it.

    A block quote's marks must be there; of spaces, as many as there are, up to the prefix's width. A line
    that is indented less belongs to the block only when the block stands less than four columns deep.
    """
    quotes, _, rest = prefix.rpartition(">")
    if prefix.count(">"):
        for _ in range(quotes.count(">") + 1):
            bare = text.lstrip(" \t")
            if not bare.startswith(">"):
                return None
            text = bare[1:]
        if rest.startswith((" ", "\t")) and text.startswith((" ", "\t")):
            rest, text = rest[1:], text[1:]
    return _strip_columns(text, width(rest))


def _strip_columns(text: str, columns: int) -> str | None:
    bare = text.lstrip(" \t")
    space = text[: len(text) - len(bare)].expandtabs(TAB)
    if not columns:
        return text
    if not bare:
        return space[columns:]
    if len(space) < columns and columns >= TAB:
        return None
    return space[columns:] + bare
