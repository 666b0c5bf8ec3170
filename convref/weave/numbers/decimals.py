"""Numbers as they are printed: a value, and the size of one unit in its last digit.

One rule decides everywhere whether a printed number stands for a value: rounded to the printed number's
last digit, half away from zero, the value is that number. So for a given value and a given number of digits
exactly one way of writing it is right, and no wrong digit passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from convref.errors import ArgumentError

LARGEST_DIGITS: Final = 1000
"""The most digits of a number that is parsed, and the largest power of ten in its exponent.

Python converts longer numbers in quadratic time, and refuses to above 4300 digits.
"""

_DECIMAL: Final = re.compile(r"(?P<whole>\d*)(?:\.(?P<decimals>\d*))?(?:[eE](?P<exponent>[+-]?\d{1,4}))?")


@dataclass(frozen=True)
class Printed:
    """A printed number.

    Args:
        value: the number exactly as written.
        step: the size of one unit in the last digit written; 0 for a number that stands for itself alone.
    """

    value: Fraction
    step: Fraction

    def stands_for(self, value: Fraction) -> bool:
        """Return whether `value`, rounded to the last digit written, is this number.

        Example:
            >>> from fractions import Fraction
            >>> [parse_decimal(text).stands_for(Fraction(1, 3)) for text in ("0.33", "0.34")]
            [True, False]
        """
        return self.value == (round_half_away(value, self.step) if self.step else value)

    def __mul__(self, factor: Fraction) -> Printed:
        return Printed(self.value * factor, self.step * abs(factor))


def round_half_away(value: Fraction, step: Fraction) -> Fraction:
    """Round `value` to a multiple of `step`, halves away from zero, as taught at school.

    Example:
        >>> from fractions import Fraction
        >>> round_half_away(Fraction(-25, 2), Fraction(1))
        Fraction(-13, 1)
    """
    size = (abs(value) / step + Fraction(1, 2)).__floor__() * step
    return size if value >= 0 else -size


def parse_decimal(digits: str) -> Printed:
    """Parse a number as it is printed: `12`, `3.50`, `.5`, `1.5e-07`; no sign, no separators.

    Raises:
        ArgumentError: these are not the digits of one number, or there are more than `LARGEST_DIGITS`, or the
            exponent is beyond that.

    Example:
        >>> parse_decimal("3.50")
        Printed(value=Fraction(7, 2), step=Fraction(1, 100))
    """
    match = _DECIMAL.fullmatch(digits) if len(digits) <= 2 * LARGEST_DIGITS else None
    if match is None or not (match["whole"] or match["decimals"]):
        if len(digits) > LARGEST_DIGITS or re.fullmatch(r"[\d.]+[eE][+-]?\d+", digits):
            raise _too_large(digits)
        raise ArgumentError(f"digits (={digits!r}) must be those of one decimal number")
    decimals, exponent = match["decimals"] or "", int(match["exponent"] or 0)
    if len(match["whole"]) + len(decimals) > LARGEST_DIGITS or abs(exponent) > LARGEST_DIGITS:
        raise _too_large(digits)
    step = Fraction(10) ** (exponent - len(decimals))
    return Printed(int(match["whole"] + decimals) * step, step)


def _too_large(digits: str) -> ArgumentError:
    shown = digits if len(digits) < 32 else f"{digits[:12]}…{digits[-6:]}"
    return ArgumentError(
        f"a number (={shown}) must have at most {LARGEST_DIGITS} digits, and no larger exponent"
    )
