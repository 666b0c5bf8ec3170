r"""Terms: a number times powers of symbols, `27 C^2`, and what arithmetic makes of them, exactly.

Terms of the same symbols can be added and compared, so that `3 \times 3^2 C^2 = 27 C^2` can be decided
without knowing `C`. A sum of different symbols is no term, nor is whatever else needs algebra.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from convref.weave.numbers import units

LARGEST_EXPONENT: Final = 4096
LARGEST_SIZE: Final = 1 << 20  # bits
ROOT_SCALE: Final = 10**40

Symbols = tuple[tuple[str, int], ...]


class SymbolicError(Exception):
    """What was to be made is no term; not an error of the page."""


@dataclass(frozen=True)
class Term:
    """What a piece of a formula is worth.

    Args:
        value: the number, exactly; of a root that is no fraction, to forty digits.
        step: the worth of one in the last digit, when the number is written as such; else 0.
        label: what it counts, where the formula says so.
        exact: false for a root that is no fraction.
        defined: false where it divides by zero.
        symbols: the symbols that it is multiplied by, sorted, each with its power, which is not 0.
    """

    value: Fraction
    step: Fraction = Fraction(0)
    label: str = ""
    exact: bool = True
    defined: bool = True
    symbols: Symbols = ()

    def __add__(self, other: Term) -> Term:
        if self.symbols != other.symbols:
            raise SymbolicError
        if self.label != other.label and {self.label, other.label} <= units.DIMENSIONS:
            raise SymbolicError
        return _made(self, other, self.value + other.value, self.symbols)

    def __neg__(self) -> Term:
        return replace(self, value=-self.value)

    def __mul__(self, other: Term) -> Term:
        symbols = _multiplied(self.symbols, other.symbols, 1)
        made = _made(self, other, self.value * other.value, symbols)
        is_bare = other.value == 1 and other.symbols and not other.step
        return replace(made, step=self.step) if is_bare else made

    def __truediv__(self, other: Term) -> Term:
        symbols = _multiplied(self.symbols, other.symbols, -1)
        return replace(_made(self, other, self.value / other.value, symbols), label=self.label)

    def __pow__(self, exponent: Term) -> Term:
        power = exponent.whole
        size = self.value.numerator.bit_length() + self.value.denominator.bit_length()
        if abs(power) > LARGEST_EXPONENT or size * abs(power) > LARGEST_SIZE or exponent.label:
            raise SymbolicError
        symbols = tuple((name, each * power) for name, each in self.symbols if power)
        return Term(self.value**power, label=self.label, exact=self.exact, symbols=symbols)

    @property
    def whole(self) -> int:
        """The whole number that it is."""
        if self.symbols or self.value.denominator != 1:
            raise SymbolicError
        return int(self.value)

    @property
    def plain(self) -> Fraction:
        """The number that it is."""
        if self.symbols:
            raise SymbolicError
        return self.value

    def factorial(self) -> Term:
        """The factorial of a whole number."""
        if not 0 <= self.whole <= LARGEST_EXPONENT:
            raise SymbolicError
        return Term(Fraction(math.factorial(self.whole)))

    def rounded(self, *, up: bool) -> Term:
        """The next whole number."""
        return Term(Fraction(math.ceil(self.plain) if up else math.floor(self.plain)), label=self.label)

    def root(self) -> Term:
        """The square root, exact if it is a fraction."""
        if self.plain < 0:
            raise SymbolicError
        over, under = self.value.numerator, self.value.denominator
        if math.isqrt(over) ** 2 == over and math.isqrt(under) ** 2 == under:
            return Term(Fraction(math.isqrt(over), math.isqrt(under)), label=self.label, exact=self.exact)
        scaled = math.isqrt(over * ROOT_SCALE**2 // under)
        return Term(Fraction(scaled, ROOT_SCALE), label=self.label, exact=False)


def _made(left: Term, right: Term, value: Fraction, symbols: Symbols) -> Term:
    return Term(value, Fraction(0), _label(left, right), left.exact and right.exact, symbols=symbols)


def _label(left: Term, right: Term) -> str:
    """The label of what is made of two; two different words are but notes on the parts."""
    if left.label == right.label or not right.label:
        return left.label
    return "" if left.label else right.label


def _multiplied(left: Symbols, right: Symbols, sign: int) -> Symbols:
    powers = Counter(dict(left))
    for name, power in right:
        powers[name] += sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))
