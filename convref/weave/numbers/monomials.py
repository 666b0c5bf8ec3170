r"""Terms, such as `27 C^2`: a number times powers of symbols, with exact arithmetic.

Terms with equal powers of the same symbols can be added and compared. So `3 \times 3^2 C^2 = 27 C^2` can be
checked without a value for `C`. A sum of different symbols, such as `n + 1`, is not a term, and neither is
anything else that needs algebra.

The size of all numbers is limited, so that no formula takes long to evaluate.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from convref.weave.numbers import units

LARGEST_BITS: Final = 10_000
"""The most bits of a numerator or a denominator: about 3,000 digits."""
LARGEST_FACTORIAL: Final = 1000  # 1000! has 8,530 bits
LARGEST_SYMBOLS: Final = 64
ROOT_SCALE: Final = 10**40

Symbols = tuple[tuple[str, int], ...]


class SymbolicError(Exception):
    """Raised if a part of a formula is not a term, such as `n + 1`. This is not an error in the page."""


class LimitError(Exception):
    """Raised if a part of a formula has a number that is too large, or is nested too deeply.

    The message names the limit that was exceeded.
    """


@dataclass(frozen=True)
class Term:
    """The value of a part of a formula: a number times powers of symbols, such as `27 C^2`.

    Args:
        value: the exact number; an irrational root is computed to forty digits.
        step: if the part of the formula is a single printed number, the size of one unit in its last digit,
            such as 1/100 for 3.50; else 0.
        label: the unit after the number, or the word for what it counts, such as `image`; "" without one.
        exact: False for an irrational root.
        defined: False for a division by zero.
        symbols: pairs of a symbol and its non-zero power, sorted.
        limit: the limit that was exceeded when the value was computed; "" if none was.

    Raises:
        LimitError: the numerator or the denominator of the value has more than `LARGEST_BITS` bits.
    """

    value: Fraction
    step: Fraction = Fraction(0)
    label: str = ""
    exact: bool = True
    defined: bool = True
    symbols: Symbols = ()
    limit: str = ""

    def __post_init__(self) -> None:
        if max(self.value.numerator.bit_length(), self.value.denominator.bit_length()) > LARGEST_BITS:
            raise LimitError(f"the formula has a number of more than {LARGEST_BITS} bits")

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
        if exponent.label:
            raise SymbolicError
        # A number of n bits is at least 2^(n-1), and has at least (n-1) times the exponent bits.
        bits = max(self.value.numerator.bit_length(), self.value.denominator.bit_length()) - 1
        if bits * abs(power) > LARGEST_BITS:
            raise LimitError(f"the formula has a number of more than {LARGEST_BITS} bits")
        symbols = tuple((name, each * power) for name, each in self.symbols if power)
        return Term(self.value**power, label=self.label, exact=self.exact, symbols=symbols)

    @property
    def whole(self) -> int:
        """The value as an integer; raises SymbolicError if it is not a whole number."""
        if self.symbols or self.value.denominator != 1:
            raise SymbolicError
        return int(self.value)

    @property
    def plain(self) -> Fraction:
        """The value as a number; raises SymbolicError if the term has symbols."""
        if self.symbols:
            raise SymbolicError
        return self.value

    def factorial(self) -> Term:
        """Return the factorial of this term, which must be a whole number."""
        if self.whole < 0:
            raise SymbolicError
        if self.whole > LARGEST_FACTORIAL:
            raise LimitError(f"the formula has the factorial of a number above {LARGEST_FACTORIAL}")
        return Term(Fraction(math.factorial(self.whole)))

    def rounded(self, *, up: bool) -> Term:
        """Return this term rounded to a whole number, up if `up` is True and down otherwise."""
        return Term(Fraction(math.ceil(self.plain) if up else math.floor(self.plain)), label=self.label)

    def root(self) -> Term:
        """Return the square root of the term; a root that is not rational is computed to forty digits."""
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
    """Return the label, such as a unit, of a result that is computed from two terms.

    This is the label that both have, or that one has if the other has none. If the labels differ, it is "".
    """
    if left.label == right.label or not right.label:
        return left.label
    return "" if left.label else right.label


def _multiplied(left: Symbols, right: Symbols, sign: int) -> Symbols:
    powers = Counter(dict(left))
    for name, power in right:
        powers[name] += sign * power
    if len(powers) > LARGEST_SYMBOLS:
        raise SymbolicError
    return tuple(sorted((name, power) for name, power in powers.items() if power))
