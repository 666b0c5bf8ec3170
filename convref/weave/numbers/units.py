"""Parse the unit or the word of scale after a number, as in `138 M`, `58.13 MiB`, `1.38 亿` and `92 %`.

A unit has a factor and a label. `M` has the factor 10^6 and no label, `MiB` has the factor 2^20 and the label
`byte`, and `MMACs` has the factor 10^6 and the label `mac`. Two numbers can be compared if their labels are
equal, or if one of them has no label. An unknown word is a label with the factor 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

SCALES: Final = MappingProxyType(
    {
        "%": Fraction(1, 100),
        "‰": Fraction(1, 1000),
        "k": Fraction(10**3),
        "K": Fraction(10**3),
        "M": Fraction(10**6),
        "G": Fraction(10**9),
        "T": Fraction(10**12),
        "thousand": Fraction(10**3),
        "million": Fraction(10**6),
        "billion": Fraction(10**9),
        "trillion": Fraction(10**12),
        "千": Fraction(10**3),
        "万": Fraction(10**4),
        "百万": Fraction(10**6),
        "千万": Fraction(10**7),
        "亿": Fraction(10**8),
        "十亿": Fraction(10**9),
        "百亿": Fraction(10**10),
        "千亿": Fraction(10**11),
        "万亿": Fraction(10**12),
    }
)
BYTES: Final = MappingProxyType(
    {name: Fraction(1) for name in ("B", "byte", "bytes", "字节")}
    | {prefix + "B": Fraction(1000**power) for power, prefix in enumerate("kMGT", 1)}
    | {"KB": Fraction(1000)}
    | {prefix + "iB": Fraction(1024**power) for power, prefix in enumerate("KMGT", 1)}
)
SECONDS: Final = MappingProxyType(
    {"ns": Fraction(1, 10**9), "µs": Fraction(1, 10**6), "ms": Fraction(1, 10**3), "s": Fraction(1)}
    | {"min": Fraction(60), "h": Fraction(3600), "毫秒": Fraction(1, 10**3), "秒": Fraction(1)}
    | {"分钟": Fraction(60), "小时": Fraction(3600)}
)
DIMENSIONS: Final = frozenset({"byte", "second"})
_GLUED: Final = tuple(sorted((name for name in SCALES if not name.isascii()), key=len, reverse=True))
_COUNTS: Final = re.compile(r"(?P<prefix>[kKMGT]?)(?P<count>MACs?|FLOPs?|FLOPS|macs|flops|params)")


@dataclass(frozen=True)
class Unit:
    """The unit after a number: the factor by which it multiplies the number, and a label such as "byte"."""

    factor: Fraction = Fraction(1)
    label: str = ""


def parse_unit(text: str) -> Unit:
    """Return the unit that a text such as `MiB` or `million` denotes; "" gives the factor 1 and no label.

    Example:
        >>> parse_unit("MiB")
        Unit(factor=Fraction(1048576, 1), label='byte')
        >>> parse_unit("M weights")
        Unit(factor=Fraction(1000000, 1), label='weights')
    """
    words = text.split()
    count = next((index for index, word in enumerate(words) if word not in SCALES), len(words))
    named = _named_unit(words[count:])
    # After a word of scale, only the label of the unit is used: a prefix as in `M MiB` does not occur there.
    return Unit(SCALES[words[0]], named.label) if count else named


def _named_unit(words: list[str]) -> Unit:
    """Return the unit that some words denote; a leading word of scale such as `million` has been removed."""
    if not words:
        return Unit()
    first = words[0]
    if first in BYTES:
        return Unit(BYTES[first], "byte")
    if first in SECONDS:
        return Unit(SECONDS[first], "second")
    counts = _COUNTS.fullmatch(first)
    if counts:
        return Unit(SCALES.get(counts["prefix"], Fraction(1)), counts["count"].lower().rstrip("s"))
    # In Chinese, there is no space between a word of scale and the word for what is counted: 万个.
    scale = next((each for each in _GLUED if first.startswith(each)), "")
    if scale:
        return Unit(SCALES[scale], " ".join([first.removeprefix(scale), *words[1:]]).strip())
    return Unit(Fraction(1), " ".join(words))
