r"""Check the values of symbols: the values that a page gives its symbols must satisfy its equations.

`$C = 512$` gives `C` a value, until another formula assigns it again. Two things are then checked:

- An equation with symbols must be true if all its symbols have values: `$3^2 C^2 = 2359296$`.
- The value must be used: its digits must occur in another formula or in code of the same section. Otherwise
  the value may have been changed without the equations that contain only numbers,
  `$512 \times 512 = 262144$`. Zero and one need not occur, since formulas often leave them out.

A symbol with several alternative values, `$k = 3, 5$`, is treated as a symbol without a value. Conditions,
`$k > 1$` or `$a = b \iff c = d$`, are not evaluated.

A general formula is compared with code if a comment before it contains an expression and values for its
symbols: `<!-- formula: size(n, k) for n in 5..9, k in 1..3 -->`.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Final, NamedTuple

from convref.weave.markdown.document import Document
from convref.weave.markdown.regions import Fence, Formula, FormulaCheck, Heading, InlineValue
from convref.weave.numbers import equations, latex
from convref.weave.numbers.equations import Chain, Side
from convref.weave.page.diagnostic import Diagnostic
from convref.weave.page.prose import formula_text

_VALUE: Final = re.compile(r"`\{[^`]*`")
_RESULT: Final = re.compile(r"[^\s,\[\]]+")
_NUMBER: Final = re.compile(r"(?<![\d.])\d++(?:[,_]\d{3}(?!\d))*+(?:\.\d++)?+")
_ARROWS: Final = re.compile(r"\\(?:iff|implies|(?:[Ll]ong)?(?:[Ll]eft)?[Rr]ightarrow)(?![A-Za-z])")
_EQUALITIES: Final = frozenset({"=", "≈"})
_UNWRITTEN: Final = frozenset({0, 1})


def check(document: Document, *, fatal: bool) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each equation that is false for its symbols' values, and for each unused value.

    Args:
        document: the page.
        fatal: True makes the diagnostics errors, False notes.
    """
    for page in document.with_nested():
        for line, message in _Symbols(page).check():
            yield Diagnostic(page.path, line, "symbol", message, fatal=fatal)


def compare_formula(page: Document, comment: FormulaCheck, result: str) -> str:
    """Compare a formula with the results of the expression in the comment before it.

    Args:
        page: the page.
        comment: the comment.
        result: the list of the expression's results as Python prints it. There is one result for each
            combination of the symbols' values.

    Returns:
        A sentence that describes the first difference; "" if there is no difference.
    """
    formula = next((each for each in page.of(Formula) if each.start > comment.end), None)
    if formula is None:
        return "no formula follows this comment"
    return _first_difference(formula_text(page, formula), comment.expression, comment.ranges, result)


@functools.lru_cache(maxsize=256)  # under `mkdocs serve`, a page is checked again after each save
def _first_difference(
    content: str, expression: str, ranges: tuple[tuple[str, int, int], ...], result: str
) -> str:
    names = [name for name, _, _ in ranges]
    cases = product(*(range(first, last + 1) for _, first, last in ranges))
    is_evaluated = False
    for case, shown in zip(cases, _RESULT.findall(result), strict=False):
        values = dict(zip(names, map(Fraction, case), strict=True))
        for side, value in _evaluated(content, values):
            is_evaluated = True
            if equations.show(value) != shown:
                given = ", ".join(f"{name} = {each}" for name, each in zip(names, case, strict=True))
                own = equations.show(value)
                return f"{side.text} is {own} for {given}, but {expression} returns {shown}"
    shortened = " ".join(content.split())
    return "" if is_evaluated else f"{shortened} cannot be evaluated from {', '.join(names)}"


def _evaluated(content: str, values: dict[str, Fraction]) -> Iterator[tuple[Side, Fraction]]:
    """Yield (side, value) for each side of a formula that can be evaluated with given values of symbols."""
    symbols = {token.text for token in latex.tokenize(content)} | set(values)
    # Python's name of a symbol has no backslash and no braces.
    named = {each: values[each.lstrip("\\")] for each in symbols if each.lstrip("\\") in values}
    for chain in equations.chains(content, named):
        for side in chain.sides:
            if side.value and not side.value.symbols and not side.value.limit:
                yield side, side.value.value


class _Setting(NamedTuple):
    """An assignment of a value to a symbol in a formula, such as `C = 512`.

    Attributes:
        formula: the formula.
        symbol: the symbol, such as `C`.
        value: the value.
        text: the value as it is written.
    """

    formula: Formula
    symbol: str
    value: Fraction
    text: str


class _Values(dict[str, Fraction]):
    """The values of symbols, in a dictionary that records which symbols are looked up.

    Attributes:
        now: the symbols looked up so far for the side of an equation that is being evaluated.
        used: the symbols that were looked up for each side; the keys are the offsets of the sides.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now: set[str] = set()
        self.used: dict[int, set[str]] = {}

    def __getitem__(self, symbol: str) -> Fraction:
        self.now.add(symbol)
        return super().__getitem__(symbol)


class _Symbols:
    """The symbols of a page and their present values, which change from formula to formula."""

    def __init__(self, page: Document) -> None:
        self.page = page
        self.values = _Values()
        self.settings: list[_Setting] = []
        self.latest: dict[str, int] = {}  # symbol -> index in `settings` of its current value
        self.evaluated: set[int] = set()  # the indices of the settings that were used to evaluate an equation
        # Inline values are computed; a side with one is not evaluated here.
        self.formulas = [
            (each, _VALUE.sub(lambda match: "?" * len(match[0]), formula_text(page, each)))
            for each in page.of(Formula)
        ]

    def check(self) -> Iterator[tuple[int, str]]:
        """Yield (line, message) for each equation that is false and for each value that is not used."""
        for formula, text in self.formulas:
            chains = () if _ARROWS.search(text) else equations.chains(text)
            for index, chain in enumerate(chains):
                is_listed = index + 1 < len(chains) and _is_number_alone(chains[index + 1])
                if len(chain.sides) > 1:
                    yield from self._chain(formula, text, chain, is_listed)
        yield from self._unused()

    def _chain(self, formula: Formula, text: str, plain: Chain, is_listed: bool) -> Iterator[tuple[int, str]]:
        """Assign the symbols at the start of a chain such as `a = b = 2 + 3 = 5`, and check its equations.

        Args:
            formula: the formula that contains the chain.
            text: its content, with inline values masked.
            plain: the chain, evaluated without values of symbols.
            is_listed: True if a comma and another number follow, as in `k = 3, 5`. The symbol then has
                several values, and is treated as unknown.

        Yields:
            (line, message) for each equation that is false.
        """
        self.values.used.clear()
        symbols = list(_symbols_that_it_sets(plain))
        sides = tuple(self._with_values(text, side) for side in plain.sides[len(symbols) :])
        given = next((side for side in sides if side.value and not side.value.symbols), None)
        if given and given.value and not given.value.limit:
            for symbol in symbols:
                self._set(formula, symbol, given, is_listed)
        plain_sides = {side.start for side in plain.sides if side.value and not side.value.symbols}
        for link in Chain(sides, plain.relations[len(symbols) :]).links():
            new = [side for side in link.sides if side.start not in plain_sides]
            used = (name for side in new for name in self.values.used.get(side.start, ()))
            self.evaluated.update(self.latest[name] for name in used if name in self.latest)
            if link.holds is False and link.relation in _EQUALITIES and new:
                line = self.page.line_at(formula.content_start + link.right.start)
                values = (f"{symbol} = {equations.show(value)}" for symbol, value in self.values.items())
                yield line, f"{link.message}, with {', '.join(values)}"

    def _with_values(self, text: str, side: Side) -> Side:
        if side.value is not None and not side.value.symbols:
            return side
        tokens = latex.tokenize(text[side.start : side.end])
        self.values.used[side.start] = self.values.now = set()
        return Side(side.text, side.start, side.end, latex.evaluate(tokens, self.values))

    def _set(self, formula: Formula, symbol: str, side: Side, is_listed: bool) -> None:
        self.latest.pop(symbol, None)
        if is_listed or side.value is None:
            self.values.pop(symbol, None)
            return
        self.values[symbol] = side.value.value
        # Only a value that is given as a number, not as an expression, must occur elsewhere, too.
        if side.value.step and side.value.value not in _UNWRITTEN:
            self.latest[symbol] = len(self.settings)
            self.settings.append(_Setting(formula, symbol, side.value.value, side.text))

    def _unused(self) -> Iterator[tuple[int, str]]:
        """Yield (line, message) for each value that occurs nowhere else in its section."""
        open_settings = [each for index, each in enumerate(self.settings) if index not in self.evaluated]
        if not open_settings:
            return
        headings = [heading.start for heading in self.page.of(Heading)]
        used: dict[tuple[int, str], set[int]] = {}
        for region, digits in self._numbers():
            section = bisect_right(headings, region.start)
            used.setdefault((section, _plain(digits)), set()).add(region.start)
        for formula, symbol, value, text in open_settings:
            key = bisect_right(headings, formula.start), equations.show(value)
            if not used.get(key, set()) - {formula.start}:
                yield formula.line, f"no other formula or code in this section uses {symbol} = {text}"

    def _numbers(self) -> Iterator[tuple[Formula | Fence | InlineValue, str]]:
        """Yield (region, digits) for each number in a formula, fence or inline value."""
        for formula, text in self.formulas:
            yield from ((formula, token.text) for token in latex.tokenize(text) if token.kind == "number")
        for region in self.page.regions:
            if isinstance(region, Fence | InlineValue):
                code = region.code if isinstance(region, Fence) else region.expression
                yield from ((region, match[0]) for match in _NUMBER.finditer(code))


def _plain(digits: str) -> str:
    """Return a number in the form in which `equations.show` writes it, such as "1234.5" for "1,234.50"."""
    digits = digits.replace(",", "").replace("_", "")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _is_number_alone(chain: Chain) -> bool:
    """Return whether a chain is a single number, such as the 5 in `k = 3, 5`."""
    value = chain.sides[0].value
    return len(chain.sides) == 1 and value is not None and not value.symbols


def _symbols_that_it_sets(chain: Chain) -> Iterator[str]:
    """Yield the symbols that a chain of equations assigns, such as `k` and `s` in `k = s = 2`."""
    for side, relation in zip(chain.sides, chain.relations, strict=False):
        value = side.value
        if relation != "=" or value is None or value.value != 1 or value.step or len(value.symbols) != 1:
            return
        symbol, power = value.symbols[0]
        if power != 1:
            return
        yield symbol
