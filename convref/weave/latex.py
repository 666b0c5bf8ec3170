r"""LaTeX as far as arithmetic goes: formula -> tokens, tokens -> an exact value.

Numbers (`1.5`, `138{,}357`, `138\,357`), `+ - \times \cdot * / \div`, `\frac`, `^`, `\sqrt`, `!`,
`\lfloor \rceil` and the like, `%`, grouping by `{} () []` with or without `\left \right`, and units in
`\text` or `\mathrm` (`convref.weave.units`). Values are fractions, exactly. Whatever else stands in a
formula makes it symbolic, which is no error: it just has no value here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from convref.weave import printed, units
from convref.weave.units import Unit

OPENING: Final = MappingProxyType(
    {"(": ")", "[": "]", "{": "}", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil", r"\lbrace": r"\rbrace"}
)
CLOSING: Final = frozenset(OPENING.values())
TIMES: Final = frozenset({r"\times", r"\cdot", "*", r"\ast", "×", "·", "⋅"})
DIVIDE: Final = frozenset({"/", r"\div", "÷"})

_TOKEN: Final = re.compile(
    r"""
      (?P<digits>\d{1,3}(?:(?P<separator>\{,\}|\\,|,|\\;|\\:|\\\ |\{\\,\}|\{\\;\})\d{3}(?!\d))
                 (?:(?P=separator)\d{3}(?!\d))*(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    | (?P<text>\\(?:text|textrm|textnormal|mathrm|mathsf|mathit|mbox|operatorname)\s*\{(?P<label>[^{}]*)\})
    | (?P<nothing>\\(?:left|right|displaystyle|textstyle|bigl|bigr|Bigl|Bigr|biggl|biggr|Biggl|Biggr|big|Big
          |limits|nolimits|mathstrut|strut|mathbin|mathrel|boxed|mathbf|boldsymbol|bm|underline|notag|nonumber
          )(?![A-Za-z])
          |\\(?:tag\*?|label|color|hspace|phantom|hphantom|vphantom)\s*\{[^{}]*\}
          |\\[,;:!>\ ]|~|\s+
          |\\(?:begin|end)\{(?:aligned|align|align\*|split|gathered|gather|gather\*|equation|equation\*)\})
    | (?P<command>\\(?:[A-Za-z]+|[\s\S])|[\s\S])
    """,
    re.VERBOSE,
)
_ALIASES: Final = MappingProxyType(
    {"−": "-", r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\%": "%", r"\lparen": "("}
    | {r"\rparen": ")", r"\lbrack": "[", r"\rbrack": "]"}
)
DEEPEST: Final = 60
LARGEST_EXPONENT: Final = 4096
ROOT_SCALE: Final = 10**40


class SymbolicError(Exception):
    """The tokens are no number; not an error of the page."""


@dataclass(frozen=True)
class Token:
    """A piece of a formula: its `text` (aliases resolved), where it starts and ends, and its `kind`.

    The kind is `number`, `unit` or `sign`; a number's text has no separators, a unit's text is its label.
    """

    text: str
    start: int
    end: int
    kind: str = "sign"


@dataclass(frozen=True)
class Value:
    """What a piece of a formula is worth.

    Args:
        value: exactly; of a root that is no fraction, to forty digits.
        step: the worth of one in the last digit, when the piece is a single number; else 0.
        label: what it counts, where the formula says so.
        exact: false for a root that is no fraction.
        defined: false where it divides by zero.
    """

    value: Fraction
    step: Fraction = Fraction(0)
    label: str = ""
    exact: bool = True
    defined: bool = True


def tokenize(formula: str) -> tuple[Token, ...]:
    r"""The tokens of a formula, without what only sets space or size.

    Example:
        >>> [token.text for token in tokenize(r"2\,\times 138{,}357")]
        ['2', '\\times', '138357']
    """
    tokens = []
    for match in _TOKEN.finditer(formula):
        text, span = match[0], match.span()
        if match["digits"]:
            separator = match["separator"] or ""
            tokens.append(Token(text.replace(separator, "") if separator else text, *span, "number"))
        elif match["text"]:
            tokens.append(Token(match["label"].strip(), *span, "unit"))
        elif match["command"]:
            tokens.append(Token(_ALIASES.get(text, text), *span))
    return tuple(tokens)


def evaluate(tokens: Sequence[Token]) -> Value | None:
    r"""The value of tokens that together are one number; None when they are symbolic.

    Example:
        >>> evaluate(tokenize(r"\frac{224 - 3}{2} + 1")).value
        Fraction(223, 2)
        >>> evaluate(tokenize("2x")) is None
        True
    """
    try:
        reader = _Reader(tokens)
        value = reader.sum()
    except ZeroDivisionError:
        return Value(Fraction(0), defined=False)
    except SymbolicError:
        return None
    return value if reader.at_end else None


class _Reader:
    """Recursive descent over tokens; `place` is where it stands."""

    def __init__(self, tokens: Sequence[Token], depth: int = 0) -> None:
        self.tokens = list(tokens)
        self.place = 0
        self.depth = depth

    @property
    def at_end(self) -> bool:
        return self.place >= len(self.tokens)

    @property
    def next(self) -> str:
        return "" if self.at_end or self.tokens[self.place].kind != "sign" else self.tokens[self.place].text

    def take(self) -> Token:
        if self.at_end:
            raise SymbolicError
        self.place += 1
        return self.tokens[self.place - 1]

    def sum(self) -> Value:
        total = self.product()
        while self.next in {"+", "-"}:
            sign = 1 if self.take().text == "+" else -1
            term = self.product()
            total = _combined(total, term, total.value + sign * term.value, _same(total, term))
        return total

    def product(self) -> Value:
        total = self.signed()
        while not self.at_end:
            if self.next in TIMES:
                self.take()
                total = self._times(total)
            elif self.next in DIVIDE:
                self.take()
                factor = self.signed()
                total = _combined(total, factor, total.value / factor.value, total.label)
            elif self.next in {"(", "[", r"\sqrt", r"\lfloor", r"\lceil"}:
                factor = self.power()
                total = _combined(total, factor, total.value * factor.value, _joined(total, factor))
            else:
                break
        return total

    def _times(self, left: Value) -> Value:
        begin = self.place
        factor = self.signed()
        is_ten = self.tokens[begin].text == "10" and self.place > begin + 1
        step = left.step * abs(factor.value) if is_ten and not factor.step else Fraction(0)
        value = left.value * factor.value
        return Value(value, step, _joined(left, factor), left.exact and factor.exact)

    def signed(self) -> Value:
        sign = 1
        while self.next in {"+", "-"}:
            sign *= 1 if self.take().text == "+" else -1
        value = self.power()
        return replace(value, value=sign * value.value)

    def power(self) -> Value:
        value = self.atom()
        while self.next in {"^", "!"}:
            raising = self.take().text == "^"
            value = _power(value, self.argument()) if raising else _factorial(value)
        return self._with_unit(value)

    def _with_unit(self, value: Value) -> Value:
        words: list[str] = []
        while not self.at_end and (self.next == "%" or self.tokens[self.place].kind == "unit"):
            words.append(self.take().text)
        unit = units.read(" ".join(words)) if words else Unit()
        label = " ".join(each for each in (value.label, unit.label) if each)
        return Value(value.value * unit.factor, value.step * unit.factor, label, value.exact)

    def atom(self) -> Value:
        token = self.take()
        if token.kind == "number":
            number = printed.read(token.text)
            return Value(number.value, number.step)
        if token.kind == "sign":
            if token.text in OPENING:
                return _enclosed(token.text, self._group(token.text))
            if token.text == r"\frac":
                over, under = self.argument(), self.argument()
                return _combined(over, under, over.value / under.value, over.label)
            if token.text in {r"\underbrace", r"\overbrace"}:
                return self._braced()
            if token.text == r"\sqrt" and self.next != "[":
                return _root(self.argument())
        raise SymbolicError

    def argument(self) -> Value:
        """What follows a command or a ^: a group in braces, or one digit, as TeX has it."""
        token = self.take()
        if token.kind == "sign" and token.text == "{":
            return self._group("{")
        if token.kind == "number" and len(token.text) == 1:
            return Value(printed.read(token.text).value)
        if token.kind == "number" and token.text.isdigit():
            self.place -= 1
            rest = Token(token.text[1:], token.start + 1, token.end, "number")
            self.tokens[self.place] = rest
            return Value(printed.read(token.text[0]).value)
        raise SymbolicError

    def _braced(self) -> Value:
        """The value over or under a brace, without what is written at the brace."""
        value = self.argument()
        if self.next in {"_", "^"}:
            self.take()
            depth = 0
            while not self.at_end:
                text = self.next
                self.take()
                depth += (text == "{") - (text == "}")
                if not depth:
                    break
        return value

    def _group(self, opening: str) -> Value:
        """The value up to the bracket that closes `opening`."""
        if self.depth > DEEPEST:
            raise SymbolicError
        self.depth += 1
        value = self.sum()
        if self.take().text != OPENING[opening]:
            raise SymbolicError
        self.depth -= 1
        return value


def _combined(left: Value, right: Value, value: Fraction, label: str) -> Value:
    return Value(value, Fraction(0), label, left.exact and right.exact)


def _joined(left: Value, right: Value) -> str:
    """The label of what is made of two; two different words are but notes on the parts."""
    return left.label if left.label == right.label or not right.label else "" if left.label else right.label


def _same(left: Value, right: Value) -> str:
    """The label of a sum; bytes and seconds cannot be added."""
    if left.label != right.label and {left.label, right.label} <= units.DIMENSIONS:
        raise SymbolicError
    return _joined(left, right)


def _enclosed(opening: str, inner: Value) -> Value:
    if opening in {r"\lfloor", r"\lceil"}:
        rounded = math.floor(inner.value) if opening == r"\lfloor" else math.ceil(inner.value)
        return Value(Fraction(rounded), Fraction(0), inner.label, inner.exact)
    return inner


def _power(base: Value, exponent: Value) -> Value:
    if exponent.value.denominator != 1 or abs(exponent.value) > LARGEST_EXPONENT or exponent.label:
        raise SymbolicError
    return Value(base.value ** int(exponent.value), Fraction(0), base.label, base.exact)


def _factorial(value: Value) -> Value:
    if value.value.denominator != 1 or not 0 <= value.value <= LARGEST_EXPONENT:
        raise SymbolicError
    return Value(Fraction(math.factorial(int(value.value))))


def _root(value: Value) -> Value:
    if value.value < 0:
        raise SymbolicError
    over, under = value.value.numerator, value.value.denominator
    if math.isqrt(over) ** 2 == over and math.isqrt(under) ** 2 == under:
        return Value(Fraction(math.isqrt(over), math.isqrt(under)), Fraction(0), value.label, value.exact)
    scaled = math.isqrt(over * ROOT_SCALE**2 // under)
    return Value(Fraction(scaled, ROOT_SCALE), Fraction(0), value.label, exact=False)
