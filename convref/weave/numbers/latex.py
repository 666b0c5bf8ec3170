r"""Evaluate the arithmetic in a LaTeX formula: split the formula into tokens, and compute their exact value.

These are supported: numbers (`1.5`, `138{,}357`, `138\,357`), `+ - \times \cdot * / \div`, `\frac`, `^`,
`\sqrt`, `!`, rounding by `\lfloor` or `\lceil`, `%`, brackets `{} () []` with or without `\left \right`,
letters with a subscript, and units in `\text` or `\mathrm` (`convref.weave.numbers.units`). Anything else,
such as a sum of different letters or a function, is no error; its value is None. The size of numbers
(`convref.weave.numbers.monomials`) and the depth of nesting are limited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from convref.errors import ArgumentError
from convref.weave.numbers import decimals, units
from convref.weave.numbers.monomials import LimitError, SymbolicError, Term
from convref.weave.numbers.units import Unit

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
NO_VALUES: Final[Mapping[str, Fraction]] = MappingProxyType({})
_LETTER: Final = re.compile(
    r"""[A-Za-z]|\\(?:alpha|beta|[Gg]amma|[Dd]elta|(?:var)?epsilon|zeta|eta|(?:var)?theta|Theta|iota|kappa
       |[Ll]ambda|mu|nu|[Xx]i|[Pp]i|rho|[Ss]igma|tau|upsilon|(?:var)?phi|Phi|chi|[Pp]si|[Oo]mega|ell)""",
    re.VERBOSE,
)
APPLYING: Final = frozenset({"(", "[", r"\{", "'", "|", r"\mid", r"\prime"})


@dataclass(frozen=True)
class Token:
    r"""A token of a formula: a number, a unit, or a sign such as an operator, a letter or a bracket.

    Attributes:
        text: the LaTeX of the token; a number has no separators in it, and a unit is given without `\text`.
            Commands with the same meaning are replaced by one of them, such as `\dfrac` by `\frac`.
        start: the offset where the token starts.
        end: the offset where the token ends.
        kind: "number", "unit" or "sign".
    """

    text: str
    start: int
    end: int
    kind: str = "sign"


def tokenize(formula: str) -> tuple[Token, ...]:
    r"""Split a formula into tokens, and leave out commands that only affect spacing or size.

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


def evaluate(tokens: Sequence[Token], values: Mapping[str, Fraction] = NO_VALUES) -> Term | None:
    r"""Return the value of a formula as a term; None if the formula contains anything other than arithmetic.

    If a number is too large or the nesting too deep, the term's `limit` names the limit that was exceeded.

    Args:
        tokens: the tokens of the formula.
        values: a dict from symbol to its value; symbols that are not in it remain symbols in the term.

    Example:
        >>> evaluate(tokenize(r"\frac{224 - 3}{2} + 1")).value
        Fraction(223, 2)
        >>> evaluate(tokenize(r"2 C \times 3^2 C")).symbols
        (('C', 2),)
        >>> evaluate(tokenize("n + 1")) is None
        True
        >>> evaluate(tokenize("n + 1"), {"n": Fraction(2)}).value
        Fraction(3, 1)
    """
    try:
        parser = _Parser(tokens, values)
        term = parser.sum()
    except ZeroDivisionError:
        return Term(Fraction(0), defined=False)
    except LimitError as error:
        return Term(Fraction(0), limit=str(error))
    except SymbolicError:
        return None
    return term if parser.at_end else None


class _Parser:
    """A recursive descent parser over tokens; `index` is the index of the next token."""

    def __init__(self, tokens: Sequence[Token], values: Mapping[str, Fraction]) -> None:
        self.tokens, self.values = list(tokens), values
        self.index = 0
        self.depth = 0

    @property
    def at_end(self) -> bool:
        return self.index >= len(self.tokens)

    @property
    def next(self) -> str:
        return "" if self.at_end or self.tokens[self.index].kind != "sign" else self.tokens[self.index].text

    def take(self) -> Token:
        if self.at_end:
            raise SymbolicError
        self.index += 1
        return self.tokens[self.index - 1]

    def sum(self) -> Term:
        total = self.product()
        while self.next in {"+", "-"}:
            sign = self.take().text
            term = self.product()
            total += term if sign == "+" else -term
        return total

    def product(self) -> Term:
        total = self.signed()
        while not self.at_end:
            if self.next in TIMES:
                self.take()
                total = self._times(total)
            elif self.next in DIVIDE:
                self.take()
                total /= self.signed()
            elif self.next in {"(", "[", r"\sqrt", r"\lfloor", r"\lceil"} or is_symbol(self.next):
                total *= self.power()
            else:
                break
        return total

    def _times(self, left: Term) -> Term:
        begin = self.index
        factor = self.signed()
        is_power_of_ten = self.tokens[begin].text == "10" and self.index > begin + 1 and not factor.step
        product = left * factor
        return replace(product, step=left.step * abs(factor.value)) if is_power_of_ten else product

    def signed(self) -> Term:
        is_negative = False
        while self.next in {"+", "-"}:
            is_negative ^= self.take().text == "-"
        term = self.power()
        return -term if is_negative else term

    def power(self) -> Term:
        term = self.atom()
        while self.next in {"^", "!"}:
            term = term ** self.argument() if self.take().text == "^" else term.factorial()
        return self._with_unit(term)

    def _with_unit(self, term: Term) -> Term:
        words: list[str] = []
        while not self.at_end and (self.next == "%" or self.tokens[self.index].kind == "unit"):
            words.append(self.take().text)
        unit = units.parse_unit(" ".join(words)) if words else Unit()
        label = " ".join(each for each in (term.label, unit.label) if each)
        return replace(term, value=term.value * unit.factor, step=term.step * unit.factor, label=label)

    def atom(self) -> Term:
        token = self.take()
        if token.kind == "number":
            number = self._number(token.text)
            return Term(number.value, number.step)
        if token.kind == "sign":
            if token.text in OPENING:
                inner = self._group(token.text)
                is_rounding = token.text in {r"\lfloor", r"\lceil"}
                return inner.rounded(up=token.text == r"\lceil") if is_rounding else inner
            if token.text == r"\frac":
                over = self.argument()
                return over / self.argument()
            if token.text in {r"\underbrace", r"\overbrace"}:
                return self._braced()
            if token.text == r"\sqrt" and self.next != "[":
                return self.argument().root()
            if is_symbol(token.text):
                return self._symbol(token)
        raise SymbolicError

    def _number(self, digits: str) -> decimals.Printed:
        try:
            return decimals.parse_decimal(digits)
        except ArgumentError as error:
            raise LimitError(str(error)) from None

    def _symbol(self, token: Token) -> Term:
        """Parse a symbol with its subscript; raise SymbolicError if it is a function, as in `f(x)`.

        If the value of the symbol is known, it is no function, and brackets after it are a factor.
        """
        name = token.text
        if self.next == "_":
            begin = self.index
            self._skip_argument()
            index = [each.text for each in self.tokens[begin : self.index]]
            if len(index) == 4 and index[1] == "{":  # x_{1} is x_1
                index = [index[0], index[2]]
            name += "".join(index)
        if self.next in APPLYING and name not in self.values:
            raise SymbolicError
        return self._term_of(name)

    def _term_of(self, symbol: str) -> Term:
        if symbol in self.values:
            return Term(self.values[symbol])
        return Term(Fraction(1), symbols=((symbol, 1),))

    def argument(self) -> Term:
        """Parse the argument of a command or of `^`, which is a group in braces or a single character."""
        token = self.take()
        if token.kind == "sign" and token.text == "{":
            return self._group("{")
        if token.kind == "sign" and is_symbol(token.text):
            return self._term_of(token.text)
        if token.kind == "number" and len(token.text) == 1:
            return Term(self._number(token.text).value)
        if token.kind == "number" and token.text.isdigit():
            self.index -= 1
            self.tokens[self.index] = replace(token, text=token.text[1:], start=token.start + 1)
            return Term(self._number(token.text[0]).value)
        raise SymbolicError

    def _braced(self) -> Term:
        """Parse the term above an underbrace or below an overbrace, and skip the annotation of the brace."""
        term = self.argument()
        if self.next in {"_", "^"}:
            self._skip_argument()
        return term

    def _skip_argument(self) -> None:
        """Skip a sign such as `_` and its argument, which is a group in braces or a single token."""
        self.take()
        depth = 0
        while not self.at_end:
            depth += {"{": 1, "}": -1}.get(self.next, 0)
            self.take()
            if not depth:
                return
        raise SymbolicError

    def _group(self, opening: str) -> Term:
        """Parse a term up to the bracket that closes `opening`."""
        if self.depth == DEEPEST:
            raise LimitError(f"the formula has brackets that are nested more than {DEEPEST} deep")
        self.depth += 1
        term = self.sum()
        if self.take().text != OPENING[opening]:
            raise SymbolicError
        self.depth -= 1
        return term


def is_symbol(text: str) -> bool:
    """Return whether a sign is a Latin or Greek letter."""
    return _LETTER.fullmatch(text) is not None
