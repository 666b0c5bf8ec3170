"""Find number words in English: three, twenty-four, an eighth, two thirds, halves, twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS: Final = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth",
)  # fmt: skip
CARDINALS: Final = MappingProxyType(
    {word: value for value, word in enumerate(_UNITS)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
)
ORDINALS: Final = MappingProxyType(
    {word: value for value, word in enumerate(_ORDINALS)}
    | {f"{word[:-1]}ieth": 10 * value for value, word in enumerate(_TENS, 2)}
    | {"hundredth": 100, "thousandth": 1000}
)
_DENOMINATORS: Final = MappingProxyType(
    {"half": 2, "quarter": 4, **{word: value for word, value in ORDINALS.items() if value > 2}}
)
_DENOMINATORS_OF_MANY: Final = MappingProxyType(
    {"halves": 2, **{f"{word}s": value for word, value in _DENOMINATORS.items() if value > 2}}
)
_VAGUE: Final = MappingProxyType(
    dict.fromkeys(("both", "either", "neither", "couple", "pair", "pairs", "twice", "dual", "latter"), 2)
    | dict.fromkeys(("double", "doubles", "doubled", "doubling"), 2)
    | dict.fromkeys(("triple", "triples", "tripled", "thrice"), 3)
)
FIRM_FROM: Final = 2  # smaller cardinals are not firm: "one" is also a pronoun
FIRM_ORDINAL_FROM: Final = 2  # smaller ordinals are not firm: "first" has many translations


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_TOKEN: Final = re.compile(r"[A-Za-z]+")
_ARTICLE: Final = re.compile(r"(?<![A-Za-z])an?\s+$", re.IGNORECASE)
_WORD: Final = re.compile(
    rf"""(?:
      (?P<time>(?<=per[ \n])second|(?<=every[ \n])second
          |one[ \n]+second|second(?=[ \n]+of[ \n]+(?:sound|speech|audio|video)\b))
    | (?P<count>{_any(CARDINALS)})[ \n-]+(?P<many>{_any(_DENOMINATORS_OF_MANY)})
    | one[ \n-]+(?P<single>{_any(_DENOMINATORS)})
    | (?P<half>half)|(?P<halves>halves|halved|halving|halve)
    | (?P<quarter>quarter)
    | (?P<tens>{_any(_TENS)})-(?P<unit>{_any(_UNITS[1:10])})
    | (?P<cardinal>{_any(CARDINALS)})
    | (?P<part>{_any(_DENOMINATORS)})(?=\s+(?:of|more|less|fewer|smaller|as|the|throughout)\b|[.,;:!?)]|\s*$)
    | (?P<ordinal>{_any(ORDINALS)})
    | (?P<vague>{_any(_VAGUE)})
    )(?![A-Za-z0-9])""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_FIRST_WORDS: Final = frozenset(
    {*CARDINALS, *ORDINALS, *_VAGUE, "half", "halves", "halved", "halving", "halve", "quarter"}
)


def find(text: str) -> Iterator[tuple[int, str, Fraction, bool]]:
    """Yield a tuple for each number word in a text: its offset, its text, its value, and True if it is firm.

    A word is firm if a translation must contain its value, such as "three" but not "both"; see
    `number_words`.
    """
    end = 0
    for token in _TOKEN.finditer(text):
        start = token.start()
        if start < end or token[0].lower() not in _FIRST_WORDS or text[max(start - 1, 0)].isdigit():
            continue
        match = _WORD.match(text, start)
        if match:
            end = match.end()
            if match["time"]:
                continue
            has_article = _ARTICLE.search(text, max(start - 4, 0), start) is not None
            yield start, match[0], *_value(match, has_article)


def _value(match: re.Match[str], has_article: bool) -> tuple[Fraction, bool]:
    word = {name: found.lower() for name, found in match.groupdict().items() if found}
    fraction = _fraction(word, has_article)
    if fraction is not None:
        return fraction, "halves" not in word
    if "tens" in word:
        return Fraction(CARDINALS[word["tens"]] + CARDINALS[word["unit"]]), True
    if "cardinal" in word:
        value = CARDINALS[word["cardinal"]]
        return Fraction(value), value >= FIRM_FROM
    if "vague" in word:
        return Fraction(_VAGUE[word["vague"]]), False
    value = ORDINALS[word.get("part") or word["ordinal"]]
    return Fraction(value), value >= FIRM_ORDINAL_FROM


def _fraction(word: Mapping[str, str], has_article: bool) -> Fraction | None:
    """Return the value of a number word that is a fraction; None if it is a whole number.

    Args:
        word: a dict from the name of a group of the pattern to the word that it matched.
        has_article: True if "a" or "an" is before the word: "an eighth" is a fraction, "the eighth" is not.
    """
    if "many" in word:
        return Fraction(CARDINALS[word["count"]], _DENOMINATORS_OF_MANY[word["many"]])
    if "single" in word:
        return Fraction(1, _DENOMINATORS[word["single"]])
    if "half" in word or "halves" in word:
        return Fraction(1, 2)
    if "part" in word and has_article:  # "an eighth of it", but "the eighth of them"
        return Fraction(1, _DENOMINATORS[word["part"]])
    return Fraction(1, 4) if "quarter" in word else None
