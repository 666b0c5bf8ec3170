r"""LaTeX as far as arithmetic goes: formula -> tokens, tokens -> an exact term.

Numbers (`1.5`, `138{,}357`, `138\,357`), `+ - \times \cdot * / \div`, `\frac`, `^`, `\sqrt`, `!`,
`\lfloor \rceil` and the like, `%`, grouping by `{} () []` with or without `\left \right`, letters with an
index, and units in `\text` or `\mathrm` (`convref.weave.numbers.units`). What takes more than this, such as a
sum of different letters or a function, is no error: it just has no value here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from convref.weave.numbers import decimals, units
from convref.weave.numbers.monomials import SymbolicError, Term
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
_LETTER: Final = re.compile(
    r"""[A-Za-z]|\\(?:alpha|beta|[Gg]amma|[Dd]elta|(?:var)?epsilon|zeta|eta|(?:var)?theta|Theta|iota|kappa
       |[Ll]ambda|mu|nu|[Xx]i|[Pp]i|rho|[Ss]igma|tau|upsilon|(?:var)?phi|Phi|chi|[Pp]si|[Oo]mega|ell)""",
    re.VERBOSE,
)
APPLYING: Final = frozenset({"(", "[", r"\{", "'", "|", r"\mid", r"\prime"})


@dataclass(frozen=True)
class Token:
    """A piece of a formula: its `text` (aliases resolved), where it starts and ends, and its `kind`.

    The kind is `number`, `unit` or `sign`; a number's text has no separators, a unit's text is its label.
    """

    text: str
    start: int
    end: int
    kind: str = "sign"


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


def evaluate(tokens: Sequence[Token]) -> Term | None:
    r"""The term that tokens are together; None when it takes more than arithmetic to tell.

    Example:
        >>> evaluate(tokenize(r"\frac{224 - 3}{2} + 1")).value
        Fraction(223, 2)
        >>> evaluate(tokenize(r"2 C \times 3^2 C")).symbols
        (('C', 2),)
        >>> evaluate(tokenize("n + 1")) is None
        True
    """
    try:
        reader = _Reader(tokens)
        term = reader.sum()
    except ZeroDivisionError:
        return Term(Fraction(0), defined=False)
    except SymbolicError:
        return None
    return term if reader.at_end else None


class _Reader:
    """Recursive descent over tokens; `place` is where it stands."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = list(tokens)
        self.place = 0
        self.depth = 0

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
        begin = self.place
        factor = self.signed()
        is_power_of_ten = self.tokens[begin].text == "10" and self.place > begin + 1 and not factor.step
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
        while not self.at_end and (self.next == "%" or self.tokens[self.place].kind == "unit"):
            words.append(self.take().text)
        unit = units.parse_unit(" ".join(words)) if words else Unit()
        label = " ".join(each for each in (term.label, unit.label) if each)
        return replace(term, value=term.value * unit.factor, step=term.step * unit.factor, label=label)

    def atom(self) -> Term:
        token = self.take()
        if token.kind == "number":
            number = decimals.parse_decimal(token.text)
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

    def _symbol(self, token: Token) -> Term:
        """A symbol with its index; what is applied to something is a function, and no symbol."""
        name = token.text
        if self.next == "_":
            begin = self.place
            self._skip_argument()
            name += "".join(each.text for each in self.tokens[begin : self.place])
        if self.next in APPLYING:
            raise SymbolicError
        return Term(Fraction(1), symbols=((name, 1),))

    def argument(self) -> Term:
        """What follows a command or a ^: a group in braces, or one sign, as TeX has it."""
        token = self.take()
        if token.kind == "sign" and token.text == "{":
            return self._group("{")
        if token.kind == "sign" and is_symbol(token.text):
            return Term(Fraction(1), symbols=((token.text, 1),))
        if token.kind == "number" and len(token.text) == 1:
            return Term(decimals.parse_decimal(token.text).value)
        if token.kind == "number" and token.text.isdigit():
            self.place -= 1
            self.tokens[self.place] = replace(token, text=token.text[1:], start=token.start + 1)
            return Term(decimals.parse_decimal(token.text[0]).value)
        raise SymbolicError

    def _braced(self) -> Term:
        """The term over or under a brace, without what is written at the brace."""
        term = self.argument()
        if self.next in {"_", "^"}:
            self._skip_argument()
        return term

    def _skip_argument(self) -> None:
        """Pass a sign such as _ and the group or the token behind it."""
        self.take()
        depth = 0
        while not self.at_end:
            depth += {"{": 1, "}": -1}.get(self.next, 0)
            self.take()
            if not depth:
                return
        raise SymbolicError

    def _group(self, opening: str) -> Term:
        """The term up to the bracket that closes `opening`."""
        if self.depth > DEEPEST:
            raise SymbolicError
        self.depth += 1
        term = self.sum()
        if self.take().text != OPENING[opening]:
            raise SymbolicError
        self.depth -= 1
        return term


def is_symbol(text: str) -> bool:
    """Whether a sign is a letter, Latin or Greek."""
    return _LETTER.fullmatch(text) is not None
