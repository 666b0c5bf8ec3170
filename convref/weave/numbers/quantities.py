"""Find quantities in prose: numerals that state an amount, and are not part of a name or a reference.

A quantity is a numeral such as `138 M`, `1.5`, `92 %`, `138,357,544` or 1.38 亿. A numeral in Chinese
characters is a quantity if it has a power of ten (三百) or is a percentage (百分之五). Single digits (三层)
are not, as the word "three" is not. In both languages, the following are not quantities either:

- names: ResNet-50, VGG16, ResNet-18/34, conv1_2, top-5, F(4×4, 3×3), 2-D, 8-bit, arXiv and DOI numbers;
- kernel sizes: two or three factors below 20, 3×3, 3 x 3, 1×1×3;
- years (1900 to 2039, alone) and decades, dates, versions of three parts;
- numbers that refer to something or count positions: Figure 2, 表 4, pp. 770-778, 1st, 第 3 层, list and
  heading numbers;
- everything that matches the site's own patterns.

No pattern starts a match in the middle of a run of digits; otherwise a long run would take quadratic time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from convref.weave.numbers import units
from convref.weave.numbers.decimals import Printed, parse_decimal

_THOUSANDS: Final = "[,\u2009\u202f\u00a0]"
_PARAGRAPH: Final = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_DIGIT: Final = re.compile(r"[\d〇零一二三四五六七八九十百千万亿两]")
_BLANK: Final = "[ \t\u2009\u202f\u00a0]?"
_SCALE: Final = "|".join(sorted(map(re.escape, units.SCALES), key=len, reverse=True))
_NUMERAL: Final = re.compile(
    rf"""(?P<digits>\d{{1,3}}(?P<separator>{_THOUSANDS})\d{{3}}(?!\d)(?:(?P=separator)\d{{3}}(?!\d))*(?:\.\d+)?
                  |\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)
         (?P<unit>{_BLANK}(?:{_SCALE}|(?:[kKMGT]i?)?B|[kKMGT](?:MACs?|FLOPs?|FLOPS|params))(?![A-Za-z]))?""",
    re.VERBOSE,
)
_CHINESE: Final = re.compile(
    "百分之[〇零一二三四五六七八九十百两点]+"
    "|(?<![〇零一二三四五六七八九十两])(?:"
    "[一二三四五六七八九两十][〇零一二三四五六七八九十两]*+[百千万亿][〇零一二三四五六七八九十百千万亿两]*"
    "|[〇零一二三四五六七八九十]++点[〇零一二三四五六七八九]+(?![起定样般致直些]))"
)
_REFERENCE: Final = (
    "Fig(?:ure|\\.)?|Tab(?:le|\\.)?|Sec(?:tion|\\.)?|Eq(?:uation|\\.)?|Algorithm|Chapter|Ch\\.|Appendix|Step|Part"
    "|Version|Release|Python|Pages?|pp?\\.|Vol(?:ume|\\.)?|No\\.|Issue|Lines?|Note|Example|Exercise|Rule"
    "|图|表|节|章|式|公式|算法|步骤|版本|例|卷|页"
)
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?"
_SIZE: Final = r"(?:1?\d)"
_TIMES: Final = r"[ \t]*[×xX✕*][ \t]*"
NOT_QUANTITIES: Final = tuple(
    re.compile(pattern, re.VERBOSE)
    for pattern in (
        r"\b(?i:arxiv|doi|isbn|issn)[:\s]*[\d./xX-]+\w*",
        r"\b10\.\d{4,9}/\S+",
        r"(?<![\d.])v?\d+\.\d+\.\d+(?:\.\d+)*\w*",
        r"\b\d{4}-\d\d-\d\d\b|(?:\d{4}\s*年\s*)?\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?",
        rf"\b(?:\d{{1,2}}\s+)?{_MONTH}\s+(?:\d{{1,2}},?\s+)?\d{{4}}\b",
        r"\b[A-Za-z]\w*\([\d\s×xX,.]+\)",  # F(4×4, 3×3)
        r"""(?<![A-Za-z0-9_])[A-Za-z][A-Za-z_]*[-‐‑–_.]?\d[A-Za-z0-9_.‑-]*(?<![.-])
            (?:(?:/|,\s*-|\s*(?:,|and|to|or|、|和|与|至|到)\s*[-‐‑])\d+)*""",  # ResNet-18/34, VGG-11 to -19
        rf"(?<![\d×.])(?<!\d,)(?<!\dx)(?:{_SIZE}{_TIMES}){{1,2}}{_SIZE}(?![\d.]|{_TIMES}\d|\s*[=≈])",
        r"\b[1-4][ \t]*[-‐‑]?[dD]\b|[1-4]\s*维|\b\d+-bit\b|\b\d+\s*位(?=浮点|整数|定点|精度)",
        r"\b\d+(?:st|nd|rd|th)\b|(?<!\d)(?<!\d\.)\d+(?:\.\d+)+\s*[节章]|第\s*\d+(?:\s*[、,至到–-]\s*\d+)*",
        rf"(?i:(?<![A-Za-z])(?:{_REFERENCE})s?)\s*\(?\d+(?:[.–-]\d+)*(?:(?:\s*(?:,|and|to|、|和|至|到)\s*)\d+)*[a-z]?\)?",
        r"(?m:^[> \t]*(?:[-*+][ \t]+)?\(?\d+[.)][ \t])",  # list numbers
        r"(?m:^[> \t]*\#{1,6}[ \t]+\d+(?:\.\d+)*[.)]?(?=[ \t]))",  # heading numbers
        r"\(\s*1\d{3}\s*[-‐‑–—]\s*(?:1\d{3}|20\d\d)\s*\)|\b1\d{3}\s*年",  # the years of a life
        r"""(?<!\d)(?<!\d[.,])(?:19\d\d|20[0-3]\d)s?  # years, decades
            (?![\d.,]\d|\d|\s*(?:[×x%‰]|[kKMGT]\b|[万亿个层类次倍张维条])|[a-z]
               |\s+(?!(?:was|is|has|as|this|its)\b)[a-z]{2,}s\b)""",
    )
)


@dataclass(frozen=True)
class Quantity:
    """A quantity in a text: its offsets, its text, its digits without separators, and its unit.

    For a numeral in Chinese characters, `digits` and `unit` are empty.
    """

    start: int
    end: int
    text: str
    digits: str = ""
    unit: str = ""

    @property
    def number(self) -> Printed:
        """The number, converted to the base unit, such as bytes for `58.13 MiB`.

        Raises:
            ArgumentError: the number has too many digits, or is written in Chinese characters.
        """
        return parse_decimal(self.digits) * units.parse_unit(self.unit).factor


def find(text: str, ignored: Sequence[re.Pattern[str]] = ()) -> Iterator[Quantity]:
    """Iterate in order over the quantities in a text: numerals that state an amount, such as `138 M`.

    Args:
        text: the prose of a page, in which code and markup are masked (`convref.weave.page.prose.masked`).
        ignored: the site's own patterns for text that is not a quantity.

    Example:
        >>> [quantity.text for quantity in find("VGG16 (2014) stacks 3×3 kernels; it has 138 M weights.")]
        ['138 M']
    """
    for paragraph in _PARAGRAPH.finditer(text):
        if _DIGIT.search(paragraph[0]):
            yield from _in_paragraph(paragraph[0], paragraph.start(), ignored)


def _in_paragraph(text: str, offset: int, ignored: Sequence[re.Pattern[str]]) -> Iterator[Quantity]:
    for pattern in (*ignored, *NOT_QUANTITIES):
        text = pattern.sub(lambda match: _DIGIT.sub("\0", match[0]), text)
    found = [*map(_numeral, _NUMERAL.finditer(text)), *map(_chinese, _CHINESE.finditer(text))]
    for each in sorted(found, key=lambda each: each.start):
        yield replace(each, start=offset + each.start, end=offset + each.end)


def amounts(text: str) -> list[Quantity]:
    """Return every numeral in a text as a quantity, including years and others that `find` leaves out.

    It is used for numbers in `published.toml`, where every numeral states an amount.
    """
    return [_numeral(match) for match in _NUMERAL.finditer(text)]


def _numeral(match: re.Match[str]) -> Quantity:
    digits = re.sub(_THOUSANDS, "", match["digits"])
    return Quantity(*match.span(), match[0], digits, (match["unit"] or "").strip())


def _chinese(match: re.Match[str]) -> Quantity:
    return Quantity(*match.span(), match[0])
