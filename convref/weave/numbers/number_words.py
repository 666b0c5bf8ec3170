"""Find the numerals of a text, in digits and in words, so that they can be compared with a translation.

Digits are found in every language, number words in English and Chinese. A numeral is *firm* if a translation
must contain its value. Words that are often translated without a number are not firm: "one" and 一, which are
also used as articles; "first" and 第一; "both", 两侧, "double", 加倍 and others that imply a number. But they
can be the counterpart of a firm numeral in the translation, as "both" is of 两个.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final, NamedTuple

from convref.weave.numbers import number_words_en, number_words_zh

_DIGITS: Final = re.compile(r"\d{1,3}(?:,\d{3})++(?!\d)(?:\.\d+)?|\d++(?:\.\d++)?")
LONGEST: Final = 40  # digits; longer numerals are compared as text, not as numbers


class Numeral(NamedTuple):
    """A numeral of a text.

    Attributes:
        start: the offset where it starts in the text.
        text: the numeral as written.
        value: the number; for a numeral of more than `LONGEST` digits, its digits as text.
        firm: True if a translation must contain the value. It is False for a word such as "one" or "both".
    """

    start: int
    text: str
    value: Fraction | str
    firm: bool


def numerals(text: str, language: str) -> Iterator[Numeral]:
    """Iterate over the numerals of a text, in order.

    Args:
        text: the prose of a page, in which code and markup are masked (`convref.weave.page.prose.masked`).
        language: a code such as `en` or `zh-CN`. If it is neither English nor Chinese, only digits are found.

    Example:
        >>> [(each.text, str(each.value)) for each in numerals("Two thirds of 1,000 in twenty-four", "en")]
        [('Two thirds', '2/3'), ('1,000', '1000'), ('twenty-four', '24')]
        >>> [(each.text, str(each.value)) for each in numerals("三分之二，共二十四层", "zh")]
        [('三分之二', '2/3'), ('二十四', '24')]
    """
    found = [_digits(match) for match in _DIGITS.finditer(text)]
    words = _WORDS.get(language.partition("-")[0].partition("_")[0].lower())
    if words:
        # `words` finds no number words within names such as "TwoLayer", or next to digits, as in 3万.
        found += [Numeral(*each) for each in words(text)]
    yield from sorted(found)


def _digits(match: re.Match[str]) -> Numeral:
    digits = match[0].replace(",", "")
    return Numeral(match.start(), match[0], Fraction(digits) if len(digits) <= LONGEST else digits, True)


_Found = tuple[int, str, Fraction, bool]
_WORDS: Final[dict[str, Callable[[str], Iterator[_Found]]]] = {
    "en": number_words_en.find,
    "zh": number_words_zh.find,
}
