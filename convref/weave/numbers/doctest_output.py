"""The comparison of a doctest's expected output with what the code gave.

The comparison is that of the standard library's doctest with ELLIPSIS and NORMALIZE_WHITESPACE on, with one
addition: a number written with a decimal point or an exponent is compared to the precision in which it is
written (`convref.weave.numbers.decimals`), so that `0.33` stands for `0.3333333333333333`. Whole numbers are
compared digit by digit.

The expected text is cut at its ellipses, and each segment is matched as far left as possible. That finds a
match if there is one: a segment that starts further right never ends further left. The time is linear in both
texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from convref.errors import ArgumentError
from convref.weave.numbers import decimals

BLANK_LINE: Final = "<BLANKLINE>"
TRACEBACK: Final = re.compile(r"Traceback \((?:most recent call last|innermost last)\):\s*\n")
ELLIPSIS: Final = "..."

_EXPONENT: Final = r"[eE][+-]?\d{1,4}"
_NUMBER: Final = re.compile(
    rf"(?<![A-Za-z0-9_.])(?>\d+\.\d*(?:{_EXPONENT})?|\.\d+(?:{_EXPONENT})?|\d+{_EXPONENT})(?!\.?\d)"
)
_LARGEST_WORK: Final = 4
"""How many attempts per character a search may take for a segment with several numbers."""


def agrees(want: str, got: str) -> bool:
    """Return whether the output `got` is what `want` expects.

    Args:
        want: the expected output as written in the page, without its indentation.
        got: what the example printed, including the repr of its value.

    Example:
        >>> agrees("(0.33, ...)", "(0.3333333333333333, 0.6666666666666666)")
        True
        >>> agrees("(0.34, ...)", "(0.3333333333333333, 0.6666666666666666)")
        False
    """
    want = re.sub(rf"(?m)^{re.escape(BLANK_LINE)}\s*?$", "", want)
    return _matches(" ".join(want.split()), " ".join(got.split()))


def agrees_error(want: str, error: str, *, detail: bool = True) -> bool:
    r"""Return whether the exception `error` is the one that `want` expects.

    Args:
        want: the expected output; only if it begins as a traceback does it expect an exception.
        error: the exception's class without its module, and its message: `KeyError: 'a'`.
        detail: compare the message too, and not only the exception's type.

    Example:
        >>> agrees_error("Traceback (most recent call last):\n  ...\nKeyError: 'a'", "KeyError: 'a'")
        True
    """
    expected = expected_error(want)
    if expected is None:
        return False
    expected = re.sub(r"^(?:\w+\.)+(?=\w+(?::|$))", "", expected, count=1)
    if detail:
        return agrees(expected, error)
    return expected.partition(":")[0].strip() == error.partition(":")[0].strip()


def expected_error(want: str) -> str | None:
    r"""Return the exception that `want` expects, without the traceback's stack; None if it expects none.

    Example:
        >>> expected_error("Traceback (most recent call last):\n  ...\nKeyError: 'a'")
        "KeyError: 'a'"
    """
    header = TRACEBACK.match(want)
    if header is None:
        return None
    lines = want[header.end() :].splitlines()
    start = next((index for index, line in enumerate(lines) if re.match(r"\w", line)), len(lines))
    return "\n".join(lines[start:])


def as_expected(output: str, error: str | None = None) -> str:
    r"""Return what a page would have to expect: the output, or the exception as a short traceback.

    Blank lines are written as doctest wants them. An exception hides what was printed before it, as in
    doctest.

    Example:
        >>> print(as_expected("a\n\nb\n"))
        a
        <BLANKLINE>
        b
        >>> print(as_expected("", "KeyError: 'a'"))
        Traceback (most recent call last):
            ...
        KeyError: 'a'
    """
    if error is not None:
        return f"Traceback (most recent call last):\n    ...\n{error.rstrip()}"
    if not output:
        return ""
    return "\n".join(line if line.strip() else BLANK_LINE for line in output.removesuffix("\n").split("\n"))


@dataclass(frozen=True)
class _Segment:
    """A part of the expected text without an ellipsis: literals and numbers by turns.

    Attributes:
        literals: the texts before, between and behind the numbers.
        numbers: the numbers.
    """

    literals: tuple[str, ...]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, want: str, start: int, end: int) -> _Segment:
        """Return ``want[start:end]`` as a segment.

        Digits right behind an ellipsis may be the end of a number, and are taken literally.
        """
        found = list(_NUMBER.finditer(want, start, end))
        borders = [start, *(border for match in found for border in match.span()), end]
        pairs = zip(borders[::2], borders[1::2], strict=True)
        return cls(tuple(want[a:b] for a, b in pairs), tuple(match[0] for match in found))

    @cached_property
    def printed(self) -> Sequence[decimals.Printed | None]:
        """The numbers, parsed; None for those that are too long, of which only the digits are compared."""
        return [_parsed(each) for each in self.numbers]

    def end_at(self, got: str, start: int) -> int | None:
        """Return where a match of the segment that starts at an offset of `got` ends; None if it fails."""
        if not got.startswith(self.literals[0], start):
            return None
        position = start + len(self.literals[0])
        for digits, printed, literal in zip(self.numbers, self.printed, self.literals[1:], strict=True):
            number = _NUMBER.match(got, position)
            if not number or not _stands_for(digits, printed, number[0]):
                return None
            if not got.startswith(literal, number.end()):
                return None
            position = number.end() + len(literal)
        return position

    def search(self, got: str, start: int) -> int | None:
        """Return where the leftmost match from an offset on ends; None if there is none."""
        budget = _LARGEST_WORK * len(got)
        for candidate in self._candidates(got, start):
            end = self.end_at(got, candidate)
            if end is not None:
                return end
            budget -= len(self.numbers)
            if budget < 0:
                return None
        return None

    def _candidates(self, got: str, start: int) -> Iterator[int]:
        """Iterate over the offsets where the segment may start: those of its first literal or number."""
        literal = self.literals[0]
        if not literal and self.numbers:
            yield from (match.start() for match in _NUMBER.finditer(got, start))
            return
        position = got.find(literal, start)
        while position >= 0:
            yield position
            position = got.find(literal, position + 1)

    def ends(self, got: str, start: int) -> bool:
        """Return whether a match that starts at an offset or later ends where `got` ends."""
        last = len(got) - len(self.literals[-1])
        if self.numbers:
            # Numbers of `got` that follow each other match those of the segment, so the last ones must.
            found = [match for match in _NUMBER.finditer(got, start) if match.end() <= last]
            if len(found) < len(self.numbers):
                return False
            last = found[-len(self.numbers)].start() - len(self.literals[0])
        return last >= start and self.end_at(got, last) == len(got)


def _matches(want: str, got: str) -> bool:
    """Match normalized texts."""
    first, *others = _segments(want)
    position = first.end_at(got, 0)
    if position is None or not others:
        return position == len(got)
    for segment in others[:-1]:
        position = segment.search(got, position)
        if position is None:
            return False
    return others[-1].ends(got, position)


def _segments(want: str) -> Iterator[_Segment]:
    start = 0
    while (end := want.find(ELLIPSIS, start)) >= 0:
        yield _Segment.of(want, start, end)
        start = end + len(ELLIPSIS)
    yield _Segment.of(want, start, len(want))


def _parsed(digits: str) -> decimals.Printed | None:
    try:
        return decimals.parse_decimal(digits)
    except ArgumentError:
        return None


def _stands_for(digits: str, printed: decimals.Printed | None, number: str) -> bool:
    if digits == number:
        return True
    value = _parsed(number) if printed else None
    return bool(printed and value and printed.stands_for(value.value))
