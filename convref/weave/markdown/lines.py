r"""Split a text into lines with their offsets and numbers, and compare the prefixes of lines.

The prefix of a line is the indentation and the block quote marks ``>`` that it has because it is part of a
list item or a quotation. A line ends with ``\n``, ``\r\n`` or ``\r``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\n|\r")
_PREFIX = re.compile(r"[> \t]*")
_BLANKS = re.compile(r"[ \t]*")
_MARK = re.compile(">")
TAB = 4


class Line(NamedTuple):
    """One line of a text.

    Attributes:
        text: the content of the line without its line end.
        start: the offset of the line in the text.
        end: the offset of the next line.
    """

    text: str
    start: int
    end: int

    @property
    def blank(self) -> bool:
        """True if the line contains only white space."""
        return not self.text or self.text.isspace()

    @property
    def prefix(self) -> str:
        """The spaces, tabs and quote marks at the start of the line."""
        match = _PREFIX.match(self.text)
        return match[0] if match else ""


class Lines:
    """The lines of a text; a line can be found by an offset in it.

    Args:
        text: the text.
        first: the line number of the first line.
    """

    def __init__(self, text: str, first: int = 1) -> None:
        self.first = first
        self.all = tuple(_split(text))
        self._starts = [line.start for line in self.all]

    def number_at(self, offset: int) -> int:
        """Return the number of the line that contains an offset."""
        return self.first + max(bisect_right(self._starts, offset) - 1, 0)

    def at(self, offset: int) -> Line:
        """Return the line that contains an offset."""
        return self.all[self.number_at(offset) - self.first]


def _split(text: str) -> Iterator[Line]:
    # str.splitlines would also split at form feeds and at Unicode's separators, which Markdown does not.
    start = 0
    for match in _LINE_END.finditer(text):
        yield Line(text[start : match.start()], start, match.end())
        start = match.end()
    if start < len(text):
        yield Line(text[start:], start, len(text))


def width(prefix: str) -> int:
    """Return the width of a prefix in columns; a tab extends to the next multiple of four columns."""
    return len(prefix.expandtabs(TAB)) if "\t" in prefix else len(prefix)


class Margin(NamedTuple):
    """The white space of a line after one of its block quote marks `>`, or at the start of the line.

    Attributes:
        start: the offset in the line after the block quote mark; 0 for the start of the line.
        end: the offset of the next character that is not white space.
        columns: the width of the white space from `start` to `end`, in columns.
        columns_after_space: this width without the first character; in Markdown, a space directly after `>`
            belongs to the block quote mark.
        blank: True if the rest of the line is empty after this white space.
    """

    start: int
    end: int
    columns: int
    columns_after_space: int
    blank: bool

    @classmethod
    def of(cls, text: str, start: int) -> Margin:
        """Return the white space in the line `text` that starts at the offset `start`."""
        match = _BLANKS.match(text, start)
        end = match.end() if match else start
        return cls(start, end, width(text[start:end]), width(text[start + 1 : end]), end == len(text))


class Prefix(NamedTuple):
    """The prefix of the lines of a nested block: spaces in a list, and marks `>` in a quotation.

    It determines which of the following lines belong to the block.

    Attributes:
        quotes: the number of block quote marks.
        columns: the width of the white space after the last mark, in columns.
        columns_after_space: this width without the first character; in Markdown, a space directly after `>`
            belongs to the block quote mark. It is None if no white space follows the mark, or if there is no
            mark.
    """

    quotes: int
    columns: int
    columns_after_space: int | None

    @classmethod
    def of(cls, prefix: str) -> Prefix:
        """Return a `Prefix` from its text, such as `> ` or four spaces."""
        rest = prefix.rpartition(">")[2]
        quotes = prefix.count(">")
        return cls(quotes, width(rest), width(rest[1:]) if quotes and rest else None)

    def excess(self, margin: Margin) -> int | None:
        """Return by how many columns a line is indented more than the block; None if it is outside the block.

        A line that is indented less than the block is outside the block, with two exceptions: the line is
        blank, or the block is indented by less than four columns. For these, the result is 0.
        """
        columns, found = self.columns, margin.columns
        if self.columns_after_space is not None and margin.end > margin.start:
            columns, found = self.columns_after_space, margin.columns_after_space
        is_outside = found < columns and columns >= TAB and not margin.blank
        return None if is_outside else max(found - columns, 0)

    def strip(self, text: str) -> str:
        """Remove this prefix from a line of the block, and return the rest."""
        start = 0
        for _ in range(self.quotes):
            start = text.index(">", start) + 1
        margin = Margin.of(text, start)
        columns = self.columns
        if self.columns_after_space is not None and margin.end > start:
            start, columns = start + 1, self.columns_after_space
        if not columns:
            return text[start:] if start else text
        return " " * (self.excess(margin) or 0) + text[margin.end :]


def quote_ends(text: str) -> list[int]:
    """Return the offset after each block quote mark `>` at the start of a line.

    Nested quotations have one mark for each level.
    """
    match = _PREFIX.match(text)
    return [mark.end() for mark in _MARK.finditer(match[0])] if match else []
