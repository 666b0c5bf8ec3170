"""Find the facts in the formulas of a page: digits, symbols, and the signs between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import Formula, InlineValue
from mutants.candidate import Candidate, Choice
from mutants.prose import changed_digits

_TOKEN: Final = re.compile(
    r"(?P<word>\\(?:text|mathrm|operatorname|begin|end|mathit|mathbf|textrm)\s*\{[^{}]*\})"
    r"|(?P<sign>\\(?:times|cdot|leq?|geq?|lfloor|lceil)(?![A-Za-z])|[+=<>]|(?<![{^_])-)"
    r"|(?P<command>\\(?:[A-Za-z]+|.))|(?P<symbol>[A-Za-z])|(?P<number>\d[\d,]*(?:\.\d+)?)"
)
_SIGNS: Final = {
    "+": "-", "-": "+", r"\times": "+", r"\cdot": "+", "<": ">", ">": "<",
    r"\le": r"\ge", r"\ge": r"\le", r"\leq": r"\geq", r"\geq": r"\leq",
    r"\lfloor": r"\lceil", r"\lceil": r"\lfloor",
}  # fmt: skip


def find(document: Document) -> Iterator[Candidate]:
    """Yield the facts in the formulas of a page, except those in inline values."""
    formulas = list(document.of(Formula))
    values = [range(value.start, value.end) for value in document.of(InlineValue)]
    symbols = sorted(
        {match[0] for each in formulas for match in _TOKEN.finditer(each.content) if match["symbol"]}
    )
    for formula in formulas:
        for match in _TOKEN.finditer(formula.content):
            start = formula.content_start + match.start()
            if any(start in value for value in values):
                continue
            kind = "digits in formulas" if match["number"] else "symbols"
            choices = tuple(_choices(match, symbols))
            if choices:
                # The counterpart is at the same offset of the same formula.
                value = (formula.content, match.start())
                yield Candidate(kind, start, formula.content_start + match.end(), value, choices)


def _choices(match: re.Match[str], symbols: list[str]) -> Iterator[Choice]:
    if match["number"]:
        yield from (Choice(text, text) for _, text in changed_digits(match[0]))
    elif match["symbol"]:
        yield from (Choice(each, each) for each in symbols if each != match[0])
    elif match["sign"] in _SIGNS:
        other = _SIGNS[match["sign"]]
        yield Choice(other, other + " " * other[-1].isalpha())
