"""Compare the expected output of a doctest with its actual output.

The comparison is that of the standard library's doctest with the flags ELLIPSIS and NORMALIZE_WHITESPACE,
with one addition. If the expected output has a number with a decimal point or an exponent, the actual number
is rounded to the same number of digits (`convref.weave.numbers.decimals`). So `0.33` matches
`0.3333333333333333`. Whole numbers are compared digit by digit.

The expected text is split at each ellipsis `...`. Each segment is matched as far left in the actual output as
possible, so that the following segments have most room. The time is linear in the length of both texts.
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
"""The maximum number of attempts, per character of the actual output, to match a segment with numbers."""


def agrees(want: str, got: str) -> bool:
    """Return whether the actual output `got` matches the expected output `want`.

    Args:
        want: the expected output as it is written in the page, without indentation.
        got: the output that the example printed, including the `repr` of its value.

    Example:
        >>> agrees("(0.33, ...)", "(0.3333333333333333, 0.6666666666666666)")
        True
        >>> agrees("(0.34, ...)", "(0.3333333333333333, 0.6666666666666666)")
        False
    """
    want = re.sub(rf"(?m)^{re.escape(BLANK_LINE)}\s*?$", "", want)
    return _matches(" ".join(want.split()), " ".join(got.split()))


def agrees_error(want: str, error: str, *, detail: bool = True) -> bool:
    r"""Return whether the exception `error` matches the expected output `want`.

    Args:
        want: the expected output. If it does not begin like a traceback, the result is False.
        error: the exception's class, without the module, and its message, as in `KeyError: 'a'`.
        detail: True to compare the class and the message, False to compare only the class.

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
    r"""Return the exception at the end of an expected traceback, such as `KeyError: 'a'`.

    Return None if the expected output is not a traceback.

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
    r"""Return the expected output that an author must write below a doctest example for it to pass.

    This is the actual output, with `<BLANKLINE>` in place of blank lines. If the example raised an exception,
    it is a short traceback; output that was printed before the exception is left out, as in doctest.

    Args:
        output: the actual output.
        error: the exception that the example raised, such as `KeyError: 'a'`, or None.

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
    """A segment of the expected text between two ellipses, split into numbers and the texts between them.

    Attributes:
        literals: the texts before, between and after the numbers, which are compared literally. There is one
            more of them than numbers.
        numbers: the numbers as printed, which are compared by value.
    """

    literals: tuple[str, ...]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, want: str, start: int, end: int) -> _Segment:
        """Split ``want[start:end]`` into literals and numbers.

        Digits directly after an ellipsis may be the end of a longer number, so they are compared literally.
        """
        found = list(_NUMBER.finditer(want, start, end))
        borders = [start, *(border for match in found for border in match.span()), end]
        pairs = zip(borders[::2], borders[1::2], strict=True)
        return cls(tuple(want[a:b] for a, b in pairs), tuple(match[0] for match in found))

    @cached_property
    def printed(self) -> Sequence[decimals.Printed | None]:
        """The parsed numbers; None for a number with too many digits, which is compared as text."""
        return [_parsed(each) for each in self.numbers]

    def end_at(self, got: str, start: int) -> int | None:
        """Match the segment with the text at the offset `start` of `got`.

        Return the end offset of the match, or None if the text does not match.
        """
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
        """Find the first match of the segment in `got` from the offset `start` on.

        Return the end offset of the match, or None if there is no match.
        """
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
        """Yield the offsets where the segment's first literal or number occurs, so that a match may start."""
        literal = self.literals[0]
        if not literal and self.numbers:
            yield from (match.start() for match in _NUMBER.finditer(got, start))
            return
        position = got.find(literal, start)
        while position >= 0:
            yield position
            position = got.find(literal, position + 1)

    def ends(self, got: str, start: int) -> bool:
        """Return whether the segment matches the end of `got` in a match that starts at `start` or later."""
        last = len(got) - len(self.literals[-1])
        if self.numbers:
            # Numbers of `got` that follow each other match those of the segment, so the last ones must.
            found = [match for match in _NUMBER.finditer(got, start) if match.end() <= last]
            if len(found) < len(self.numbers):
                return False
            last = found[-len(self.numbers)].start() - len(self.literals[0])
        return last >= start and self.end_at(got, last) == len(got)


def _matches(want: str, got: str) -> bool:
    """Return whether `got` matches `want`; in both, all white space has been reduced to single spaces."""
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
