"""Whether a doctest's expected output stands for what the code gave.

The comparison is that of the standard library's doctest with ELLIPSIS and NORMALIZE_WHITESPACE on, and
one thing more: a number written with a decimal point or an exponent is compared to the precision in
which it is written (`convref.weave.numbers.decimals`), so that `0.33` stands for `0.3333333333333333`.
Whole numbers are compared digit by digit.

The text is matched from left to right while all the places where the match can stand are kept, which
needs no backtracking: the time is bounded by the product of the two lengths.
"""

from __future__ import annotations

import re
from typing import Final

from convref.weave.numbers import decimals

BLANK_LINE: Final = "<BLANKLINE>"
TRACEBACK: Final = re.compile(r"Traceback \((?:most recent call last|innermost last)\):\s*\n")

_EXPONENT: Final = r"[eE][+-]?\d{1,4}"
_DECIMAL: Final = (
    rf"(?<![A-Za-z0-9_.])(?>\d+\.\d*(?:{_EXPONENT})?|\.\d+(?:{_EXPONENT})?|\d+{_EXPONENT})(?!\.?\d)"
)
_TOKEN: Final = re.compile(rf"(?P<ellipsis>\.\.\.)|(?P<number>{_DECIMAL})")
_NUMBER: Final = re.compile(_DECIMAL)


def agrees(want: str, got: str) -> bool:
    """Whether the output `got` is what `want` expects.

    Args:
        want: the expected output as written in the page, without its indentation.
        got: what the example printed, its value's repr included.

    Example:
        >>> agrees("(0.33, ...)", "(0.3333333333333333, 0.6666666666666666)")
        True
        >>> agrees("(0.34, ...)", "(0.3333333333333333, 0.6666666666666666)")
        False
    """
    want = re.sub(rf"(?m)^{re.escape(BLANK_LINE)}\s*?$", "", want)
    return _matches(" ".join(want.split()), " ".join(got.split()))


def agrees_error(want: str, error: str, *, detail: bool = True) -> bool:
    r"""Whether the exception `error` is the one that `want` expects.

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
    r"""The exception that `want` expects, without the traceback's stack; None if it expects none.

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
    r"""What a page would have to expect: the output, or the exception as a short traceback.

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


def _matches(want: str, got: str) -> bool:
    """Match normalized texts, keeping every position in `got` that the tokens so far can have reached."""
    places = {0}
    end = 0
    for token in _TOKEN.finditer(want):
        places = _after_literal(want[end : token.start()], got, places)
        if token["ellipsis"]:
            places = set(range(min(places), len(got) + 1)) if places else places
        else:
            places = _after_number(token["number"], got, places)
        end = token.end()
    return len(got) in _after_literal(want[end:], got, places)


def _after_literal(text: str, got: str, places: set[int]) -> set[int]:
    return {place + len(text) for place in places if got.startswith(text, place)} if text else places


def _after_number(digits: str, got: str, places: set[int]) -> set[int]:
    """Behind the numbers of `got` that `digits` stand for, and behind the very digits."""
    wanted = decimals.parse_decimal(digits)
    reached = set()
    for place in places:
        number = _NUMBER.match(got, place)
        if number and (number[0] == digits or wanted.stands_for(decimals.parse_decimal(number[0]).value)):
            reached.add(number.end())
    return reached
