r"""Find numeric equations in formulas and check each of them.

A formula is split into chains, such as `a = b \approx c < d`. A chain consists of *sides*, here `a`, `b`, `c`
and `d`, with a relation between each two. A *link* is a relation between two sides that can be checked. For
this, both sides must be numbers, or numbers times equal powers of the same symbols, as in
`3 \times 3^2 C^2 = 27 C^2`. A side that cannot be evaluated is skipped if the relations around it imply one
between its neighbours: `6 = N = 6` has the link `6 = 6`, and `3 < x < 2` has the link `3 < 2`. Rows of an
aligned display continue a chain. Commas, `\quad`, arrows and words between sides end it.

`=` requires exact equality, so `1/3 = 0.333` does not hold. `\approx` requires equality after rounding
(`convref.weave.numbers.decimals`):

- If one side is a single number, the other side is rounded to the digits of this number.
- If both sides are single numbers, the more precise one is rounded to the digits of the other.
- If neither side is a single number, they may differ by 5 %.

A side may have a label, which is a unit or a word after its number. Sides with different labels, as in
`1\,\text{image} = 150528\,\text{values}`, are not compared.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from convref.weave.numbers import latex
from convref.weave.numbers.decimals import Printed, round_half_away
from convref.weave.numbers.latex import CLOSING, OPENING, Token
from convref.weave.numbers.monomials import Symbols, Term

RELATIONS: Final = MappingProxyType(
    {"=": "=", r"\approx": "≈", "≈": "≈", r"\simeq": "≈", r"\doteq": "≈"}
    | {"<": "<", r"\lt": "<", r"\ll": "<", ">": ">", r"\gt": ">", r"\gg": ">"}
    | {r"\le": "≤", r"\leq": "≤", r"\leqslant": "≤", "≤": "≤"}
    | {r"\ge": "≥", r"\geq": "≥", r"\geqslant": "≥", "≥": "≥"}
    | {r"\ne": "≠", r"\neq": "≠", "≠": "≠"}
)
SEPARATORS: Final = frozenset(
    {",", ";", ".", "，", "；", "。", "、", r"\quad", r"\qquad", r"\to", r"\rightarrow", r"\longrightarrow"}
    | {r"\implies", r"\iff", r"\Rightarrow", r"\Longrightarrow", r"\Leftrightarrow", r"\mapsto", r"\gets"}
    | {r"\sim", r"\propto", r"\equiv", r"\in", r"\colon", r"\mid", r"\land", r"\lor", "&", r"\\"}
)
LAYOUT: Final = frozenset({"&", r"\\", r"\quad", r"\qquad"})
CONTINUING: Final = frozenset({"+", *latex.TIMES})
WORDS: Final = frozenset({"and", "or", "so", "but", "和", "与", "或", "且", "即", "而"})
ROUGHLY: Final = Fraction(1, 20)
LONGEST_SIDE: Final = 400  # characters, in a message
ROOTS_AGREE: Final = Fraction(1, 10**30)


@dataclass(frozen=True)
class Side:
    """One side of a relation, such as `a` in `a = b`: its LaTeX, its offsets in the formula, and its value.

    The value is None if the side cannot be evaluated.
    """

    text: str
    start: int
    end: int
    value: Term | None


@dataclass(frozen=True)
class Link:
    """A relation, such as `=` or `≈`, between two sides of a formula such as `6 = 2 n = 7`.

    Both sides have a value; here, the link is `6 = 7`.

    `holds` is True or False; it is None if the sides have different labels, such as units, and so cannot be
    compared. If a number is too large to compute with, `holds` is False, and `message` names the limit.
    """

    left: Side
    relation: str
    right: Side
    holds: bool | None

    @property
    def sides(self) -> tuple[Side, Side]:
        """The left and the right side."""
        return self.left, self.right

    @property
    def message(self) -> str:
        r"""The error message for a link that does not hold, with the values of both sides.

        Example:
            >>> print(links(r"2 \times 3 = 7")[0].message)
            2 \times 3 = 7 does not hold: the left side is 6, the right side 7
        """
        text = f"{_shortened(self.left.text)} {self.relation} {_shortened(self.right.text)}"
        for side in self.sides:
            if side.value and side.value.limit:
                return f"{text} cannot be checked: {side.value.limit}"
        values = [_term_text(side.value) for side in self.sides if side.value]
        hint = ""
        if self.relation == "=" and _approximately(self.left.value, self.right.value):
            hint = r"; it would hold with \approx"
        return f"{text} does not hold: the left side is {values[0]}, the right side {values[1]}{hint}"


@dataclass(frozen=True)
class Chain:
    """A sequence of sides with relations between them, such as `a = b < c`.

    `relations[i]` is between `sides[i]` and `sides[i + 1]`.
    """

    sides: tuple[Side, ...]
    relations: tuple[str, ...]

    def links(self) -> Iterator[Link]:
        """Iterate in order over the relations between sides that can be evaluated."""
        before: dict[Symbols, int] = {}  # symbols -> index of the last side with these symbols
        latest: dict[str, int] = {}  # relation -> index of the last side that it precedes
        for index, side in enumerate(self.sides):
            if index:
                latest[self.relations[index - 1]] = index
            if side.value is None:
                continue
            first = before.get(side.value.symbols)
            if first is not None:
                last = self.sides[first]
                between = {relation for relation, position in latest.items() if position > first}
                relation = self.relations[first] if index == first + 1 else _composed(between)
                if last.value and relation:
                    yield Link(last, relation, side, holds(last.value, relation, side.value))
            before[side.value.symbols] = index


def links(formula: str) -> tuple[Link, ...]:
    r"""Return all relations in a formula whose two sides can be evaluated.

    Example:
        >>> [link.holds for link in links(r"N = 2 \times 3 = 6 \approx 5")]
        [True, False]
    """
    return tuple(link for chain in chains(formula) for link in chain.links())


def chains(formula: str, values: Mapping[str, Fraction] = latex.NO_VALUES) -> tuple[Chain, ...]:
    """Return the chains of a formula, such as `a = b < c`; an expression without a relation is a chain, too.

    Args:
        formula: the LaTeX of the formula.
        values: a dict from symbol to its value, for symbols whose value is known.
    """
    found: list[Chain] = []
    sides: list[Side] = []
    relations: list[str] = []
    tokens: list[Token] = []

    def end_side() -> None:
        sides.append(_side(formula, tokens, values))
        tokens.clear()

    def end_chain() -> None:
        end_side()
        found.append(Chain(tuple(sides), tuple(relations)))
        sides.clear()
        relations.clear()

    for token, is_outermost in _significant(latex.tokenize(formula)):
        if is_outermost and _is(token, RELATIONS):
            end_side()
            relations.append(RELATIONS[token.text])
        elif is_outermost and (
            _is(token, SEPARATORS) or (token.kind == "unit" and token.text.strip(" ,;，；") in WORDS)
        ):
            end_chain()
        else:
            tokens.append(token)
    end_chain()
    return tuple(chain for chain in found if any(side.text for side in chain.sides))


def holds(left: Term, relation: str, right: Term) -> bool | None:
    """Return whether a relation such as "=" holds between two terms.

    The result is None if they have different labels, such as units. It is False if a term is undefined, as
    after a division by zero, or has a number that is too large to compute with.
    """
    if not left.defined or not right.defined or left.limit or right.limit:
        return False
    if left.label and right.label and left.label != right.label:
        return None
    a, b = left.value, right.value
    if relation == "=":
        return a == b if left.exact and right.exact else abs(a - b) <= ROOTS_AGREE * abs(a)
    if relation == "≈":
        return _approximately(left, right)
    return {"<": a < b, ">": a > b, "≤": a <= b, "≥": a >= b, "≠": a != b}[relation]


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SIDE else f"{text[: LONGEST_SIDE // 2]}…{text[-LONGEST_SIDE // 4 :]}"


def _term_text(term: Term) -> str:
    """Return a term as text for a message, such as `27 C^2`."""
    if not term.defined:
        return "undefined"
    symbols = (f"{name}^{power}" if power != 1 else name for name, power in term.symbols)
    return " ".join([show(term.value), *symbols])


def show(value: Fraction) -> str:
    """Return a value as text for a message: a whole number, or a number with up to twelve decimals."""
    rounded = round_half_away(value, Fraction(1, 10**12))
    digits = f"{abs(rounded.numerator) * 10**12 // rounded.denominator:013d}"
    text = f"{digits[:-12]}.{digits[-12:]}".rstrip("0").rstrip(".")
    return f"{'about ' if rounded != value else ''}{'-' if value < 0 else ''}{text}"


def _approximately(left: Term | None, right: Term | None) -> bool:
    if left is None or right is None or not (left.defined and right.defined):
        return False
    printed = [Printed(each.value, each.step) for each in (left, right)]
    if not left.step and not right.step:
        return abs(left.value - right.value) <= ROUGHLY * max(abs(left.value), abs(right.value))
    coarser, other = printed if left.step >= right.step else printed[::-1]
    return coarser.stands_for(other.value)


def _composed(relations: set[str]) -> str | None:
    """Return the relation between the first and the last side of a chain, as implied by those between them.

    For example, `a < b = c` implies `a < c`. Return None if they imply nothing, as in `a < b > c`.
    """
    if relations <= {"=", "≈"}:
        return "≈" if "≈" in relations else "="
    for strict, weak in (("<", "≤"), (">", "≥")):
        if relations <= {"=", strict, weak}:
            return strict if strict in relations else weak
    return None


def _side(formula: str, tokens: Sequence[Token], values: Mapping[str, Fraction]) -> Side:
    if not tokens:
        return Side("", 0, 0, None)
    start, end = tokens[0].start, tokens[-1].end
    return Side(" ".join(formula[start:end].split()), start, end, latex.evaluate(tokens, values))


def _significant(tokens: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    r"""Yield the tokens of a formula, each with True if it is outside all brackets.

    Tokens that only affect the layout are left out. They are an `&` next to a relation, and a line break
    `\\` before a relation, a plus sign or a multiplication sign, since the row continues the previous one.
    """
    kept: list[Token] = []
    for token in tokens:
        if _is(token, RELATIONS) or _is(token, CONTINUING):
            while kept and _is(kept[-1], LAYOUT):
                kept.pop()
        if not (kept and _is(kept[-1], RELATIONS) and _is(token, LAYOUT)):
            kept.append(token)
    depth = 0
    for token in kept:
        depth -= 1 if _is(token, CLOSING) and depth else 0
        yield token, depth == 0
        depth += 1 if _is(token, OPENING) else 0


def _is(token: Token, signs: Container[str]) -> bool:
    return token.kind == "sign" and token.text in signs
