"""Numbers as they are printed: a value, and the worth of one in its last digit.

One rule decides everywhere whether a printed number stands for a value: rounded to the printed
number's last digit, half away from zero, the value is that number. So for a given value and a given
number of digits exactly one way of writing it is right, and no wrong digit passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

MANTISSA: Final = re.compile(r"(?P<whole>\d*)(?:\.(?P<decimals>\d*))?(?:[eE](?P<exponent>[+-]?\d{1,4}))?")


@dataclass(frozen=True)
class Printed:
    """A printed number.

    Args:
        value: the number exactly as written.
        step: the worth of one in the last digit written; 0 means that the number stands for itself alone.
    """

    value: Fraction
    step: Fraction

    def stands_for(self, value: Fraction) -> bool:
        """Whether `value`, rounded to the last digit written, is this number.

        Example:
            >>> from fractions import Fraction
            >>> [parse_decimal(text).stands_for(Fraction(1, 3)) for text in ("0.33", "0.34")]
            [True, False]
        """
        return self.value == (round_half_away(value, self.step) if self.step else value)

    def __mul__(self, factor: Fraction) -> Printed:
        return Printed(self.value * factor, self.step * abs(factor))


def round_half_away(value: Fraction, step: Fraction) -> Fraction:
    """`value` rounded to a multiple of `step`, halves away from zero, as at school.

    Example:
        >>> from fractions import Fraction
        >>> round_half_away(Fraction(-25, 2), Fraction(1))
        Fraction(-13, 1)
    """
    size = (abs(value) / step + Fraction(1, 2)).__floor__() * step
    return size if value >= 0 else -size


def parse_decimal(digits: str) -> Printed:
    """The number that `digits` print: `12`, `3.50`, `.5`, `1.5e-07`; no sign, no separators.

    Raises:
        ValueError: these are not the digits of one number.

    Example:
        >>> parse_decimal("3.50")
        Printed(value=Fraction(7, 2), step=Fraction(1, 100))
    """
    match = MANTISSA.fullmatch(digits)
    if match is None or not (match["whole"] or match["decimals"]):
        raise ValueError(f"digits (={digits!r}) must be those of one decimal number")
    decimals = match["decimals"] or ""
    step = Fraction(10) ** (int(match["exponent"] or 0) - len(decimals))
    return Printed(int(match["whole"] + decimals) * step, step)
