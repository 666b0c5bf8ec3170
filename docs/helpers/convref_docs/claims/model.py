"""The cells of a claim, which are its checked parts, and the verdict that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from convref.weave.numbers.decimals import Printed, parse_decimal

Words = str | Mapping[str, str]
"""A text that is the same in all languages, or a dict from language to text."""

EXACT, ROUNDED, WRONG = "exact", "rounded", "wrong"
HOLDS, FAILS = "holds", "does not hold"
RESULTS = {EXACT: "完全一致", ROUNDED: "舍入后一致", WRONG: "不一致", HOLDS: "成立", FAILS: "不成立"}
TRUE, PARTLY, DEPENDS, OPEN = "true", "partly wrong", "depends on", "not decided by computation"
VERDICTS = {
    EXACT: "完全正确",
    ROUNDED: "舍入后正确",
    TRUE: "正确",
    WRONG: "错误",
    PARTLY: "部分错误",
    DEPENDS: "取决于",
    OPEN: "无法由计算判定",
}


@dataclass(frozen=True)
class Number:
    """A cell with a claimed number and the computed one.

    Attributes:
        label: the name of the quantity.
        claimed: the number as it is printed; zeros at the end of a whole number may come from rounding.
        computed: the computed value, in the unit of the claim.
        unit: the unit of both numbers, such as "M".
    """

    label: Words
    claimed: str
    computed: int | Fraction
    unit: str = ""

    @property
    def result(self) -> str:
        """The result of the comparison: "exact", "rounded" or "wrong"."""
        printed = parse_decimal(self.claimed)
        if printed.value == self.computed:
            return EXACT
        return ROUNDED if _coarse(self.claimed, printed).stands_for(Fraction(self.computed)) else WRONG

    def texts(self, lang: str) -> tuple[str, str, str]:
        """Return the label, the claimed number and the computed number as texts in a language."""
        unit = f" {self.unit}" if self.unit else ""
        return text(self.label, lang), self.claimed + unit, _number_text(self.computed) + unit


@dataclass(frozen=True)
class Statement:
    """A cell with a statement that a computation has found true or false.

    Attributes:
        label: the statement.
        value: True if it holds.
    """

    label: Words
    value: bool

    @property
    def result(self) -> str:
        """The result: "holds" or "does not hold"."""
        return HOLDS if self.value else FAILS

    def texts(self, lang: str) -> tuple[str, str, str]:
        """Return the statement in a language and two empty texts, since it has no numbers."""
        return text(self.label, lang), "", ""


Cell = Number | Statement


def verdict(cells: tuple[Cell, ...], *, depends: bool, open_: bool) -> str:
    """Return the verdict on a claim from its cells, one of the keys of `VERDICTS`.

    Args:
        cells: the checked parts of the claim, at least one.
        depends: True if `docs/claims.yml` names a condition under which the claim is right.
        open_: True if the claim is about something that no computation can decide.

    Example:
        >>> cells = Number("weights", "9", 9), Number("ratio", "0.3", Fraction(1, 3))
        >>> verdict(cells, depends=False, open_=False)
        'rounded'
    """
    if open_:
        return OPEN
    results = {cell.result for cell in cells}
    if results.isdisjoint({WRONG, FAILS}):
        if results == {HOLDS}:
            return TRUE
        return ROUNDED if ROUNDED in results else EXACT
    if results <= {WRONG, FAILS}:
        return WRONG
    return DEPENDS if depends else PARTLY


def text(words: Words, lang: str) -> str:
    """Return a text in a language."""
    return words if isinstance(words, str) else words[lang]


def _coarse(claimed: str, printed: Printed) -> Printed:
    """Return a claimed number with its precision; zeros that end a whole number are taken for rounding."""
    zeros = 0 if "." in claimed else len(claimed) - len(claimed.rstrip("0"))
    return Printed(printed.value, printed.step * 10**zeros)


def _number_text(value: Any) -> str:
    if Fraction(value).denominator == 1:
        return f"{int(value):,}"
    return f"{float(value):,.{max(0, 4 - len(str(abs(int(value)))))}f}"
