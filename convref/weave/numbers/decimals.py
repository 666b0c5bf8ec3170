"""Numbers as they are printed: their value and their precision.

A printed number is right for a computed value if rounding the value to the same number of digits gives the
printed number. A value halfway between two numbers is rounded away from zero. So for a given value and a
given number of digits, exactly one printed number is right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from convref.errors import ArgumentError

LARGEST_DIGITS: Final = 1000
"""The maximum number of digits of a number that is parsed, and the largest exponent of ten.

Python takes quadratic time to convert a long number, and raises an error above 4300 digits.
"""

_DECIMAL: Final = re.compile(r"(?P<whole>\d*)(?:\.(?P<decimals>\d*))?(?:[eE](?P<exponent>[+-]?\d{1,4}))?")


@dataclass(frozen=True)
class Printed:
    """A printed number, with its value and precision.

    Args:
        value: the number exactly as written.
        step: the size of one unit in the last digit, such as 1/100 for `3.50`. It is 0 for an exact number;
            then only an equal value is accepted.
    """

    value: Fraction
    step: Fraction

    def stands_for(self, value: Fraction) -> bool:
        """Return whether `value`, rounded to the number of digits of this number, equals this number.

        Example:
            >>> from fractions import Fraction
            >>> [parse_decimal(text).stands_for(Fraction(1, 3)) for text in ("0.33", "0.34")]
            [True, False]
        """
        return self.value == (round_half_away(value, self.step) if self.step else value)

    def __mul__(self, factor: Fraction) -> Printed:
        return Printed(self.value * factor, self.step * abs(factor))


def round_half_away(value: Fraction, step: Fraction) -> Fraction:
    """Return `value` rounded to a multiple of `step`; a value halfway between two is rounded away from zero.

    Example:
        >>> from fractions import Fraction
        >>> round_half_away(Fraction(-25, 2), Fraction(1))
        Fraction(-13, 1)
    """
    size = (abs(value) / step + Fraction(1, 2)).__floor__() * step
    return size if value >= 0 else -size


def parse_decimal(digits: str) -> Printed:
    """Parse a number without sign and separators, such as `12`, `3.50`, `.5` or `1.5e-07`.

    Raises:
        ArgumentError: the text is not such a number, has more than `LARGEST_DIGITS` digits, or has an
            exponent above `LARGEST_DIGITS`.

    Example:
        >>> parse_decimal("3.50")
        Printed(value=Fraction(7, 2), step=Fraction(1, 100))
    """
    match = _DECIMAL.fullmatch(digits) if len(digits) <= 2 * LARGEST_DIGITS else None
    if match is None or not (match["whole"] or match["decimals"]):
        if len(digits) > LARGEST_DIGITS or re.fullmatch(r"[\d.]+[eE][+-]?\d+", digits):
            raise _too_large(digits)
        raise ArgumentError(f"digits (={digits!r}) must be a single decimal number, such as 3.50")
    decimals, exponent = match["decimals"] or "", int(match["exponent"] or 0)
    if len(match["whole"]) + len(decimals) > LARGEST_DIGITS or abs(exponent) > LARGEST_DIGITS:
        raise _too_large(digits)
    step = Fraction(10) ** (exponent - len(decimals))
    return Printed(int(match["whole"] + decimals) * step, step)


def _too_large(digits: str) -> ArgumentError:
    shown = digits if len(digits) < 32 else f"{digits[:12]}…{digits[-6:]}"
    return ArgumentError(
        f"a number (={shown}) must have at most {LARGEST_DIGITS} digits and an exponent of at most"
        f" {LARGEST_DIGITS}"
    )
