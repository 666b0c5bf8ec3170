"""Find number words in Chinese: 三, 二十四, 八分之一, 一半, 三成, 第三, 加倍."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import Final

_DIGITS: Final = MappingProxyType(
    {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
)
_POWERS: Final = MappingProxyType({"十": 10, "百": 100, "千": 1000})
_NUMERAL: Final = "〇零一二两三四五六七八九十百千万亿"
_SMALL: Final = "一二两三四五六七八九十百"
FIRM_FROM: Final = 2  # smaller cardinals are not firm: 一 is also an article
FIRM_ORDINAL_FROM: Final = 2  # smaller ordinals are not firm: 第一 may be "at first" or "initial" in English

_WORD: Final = re.compile(
    rf"""
      (?P<skipped>十分|百分(?:之几|点|号|比)|十字|十进制|百万(?=[计,，.。;；:：]|$)|[上成][百千万]|[几数](?:[十百千万亿]+)
          |[十百千万亿]+[几余多](?=[个层种次倍张条组块项行步位])|一一|万一|二项式|二进制|三角函数|四舍五入|五花八门|千篇一律
          |(?:(?<=[，。；：,;:.])|(?<![^\s]))[一二三四五六七八九]是(?!不))
    | (?P<denominator>[{_SMALL}]+)分之(?P<numerator>[{_SMALL}]+)
    | (?P<half>一半)
    | (?P<vague_half>减半|[大多过]半|半数|半)
    | (?P<tenths>[一二两三四五六七八九])成(?=[，。、；：,.;:）)]|$|的|左右|以上|多)
    | 第(?P<ordinal>[{_SMALL}]+)
    | (?P<vague_two>加倍|翻倍|翻一?番|成倍|[二两]者|两[边侧头端]|[这那]两|双|后者|[后另]有?一[半个次种项步件]
          |再[^，。；\n]{{0,5}}一)
    | (?P<vague_four>四[周边角处])
    | (?P<row>[一二两三四五六七八九]{{2,3}})(?=[个层种次倍张条组块项行步位处])
    | (?P<numeral>[{_NUMERAL}]+)
    """,
    re.VERBOSE,
)


def find(text: str) -> Iterator[tuple[int, str, Fraction, bool]]:
    """Yield a tuple for each number word in a text: its offset, its text, its value, and True if it is firm.

    A word is firm if a translation must contain its value, such as 三 but not 加倍; see `number_words`.
    """
    for match in _WORD.finditer(text):
        if match["row"]:  # 两三层: two or three layers
            for offset, sign in enumerate(match["row"], match.start()):
                yield offset, sign, Fraction(_DIGITS[sign]), _DIGITS[sign] >= FIRM_FROM
        elif not match["skipped"]:
            yield match.start(), match[0], *_value(match)


def _value(match: re.Match[str]) -> tuple[Fraction, bool]:
    if match["denominator"]:
        return Fraction(numeral(match["numerator"]), numeral(match["denominator"])), True
    if match["half"] or match["vague_half"]:
        return Fraction(1, 2), bool(match["half"])
    if match["tenths"]:
        return Fraction(_DIGITS[match["tenths"]], 10), True
    if match["ordinal"]:
        value = numeral(match["ordinal"])
        return Fraction(value), value >= FIRM_ORDINAL_FROM
    if match["vague_two"]:
        return Fraction(2), False
    if match["vague_four"]:
        return Fraction(4), False
    value = numeral(match["numeral"])
    return Fraction(value), value >= FIRM_FROM


def numeral(signs: str) -> int:
    """Return the value of a whole number that is written in Chinese characters.

    Example:
        >>> [numeral(each) for each in ("十", "二十四", "三百零五", "一万二千", "二〇一四")]
        [10, 24, 305, 12000, 2014]
    """
    if not set(signs) & {"十", "百", "千", "万", "亿"}:
        return int("".join(str(_DIGITS[sign]) for sign in signs[:40]))
    total = section = digit = 0
    for sign in signs:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _POWERS:
            section += (digit or 1) * _POWERS[sign]
            digit = 0
        else:
            total = (total + section + digit or 1) * (10**4 if sign == "万" else 10**8) % 10**40
            section = digit = 0
    return total + section + digit
