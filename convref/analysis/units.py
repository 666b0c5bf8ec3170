"""Format numbers as text: thousands separators, binary units for bytes, shapes such as 3×224×224."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convref.nn.sizes import FullShape

BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
COUNT_UNITS = ("", "K", "M", "G", "T")
TIME_UNITS = (("s", 1), ("ms", 1e3), ("µs", 1e6), ("ns", 1e9))
SHORT_FROM = 10_000
SMALL_RATIO = 0.001
DTYPE_BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}
"""The types that a report can count bytes in."""
OTHER_BYTES = {"int64": 8, "int32": 4, "int16": 2, "uint8": 1, "bool": 1, "complex64": 8, "complex128": 16}
"""Further types that values and parameters of a network may have."""


def count_text(value: int) -> str:
    """Return a count with thousands separators.

    Example:
        >>> count_text(138357544)
        '138,357,544'
    """
    return f"{value:,}"


def bytes_text(value: int) -> str:
    """Return a number of bytes with two decimals in the largest binary unit in which it is at least one.

    Example:
        >>> [bytes_text(n) for n in (602112, 60950432, 4000, 6422528)]
        ['588 KiB', '58.13 MiB', '3.91 KiB', '6.13 MiB']
    """
    unit = min((value.bit_length() - 1) // 10, len(BYTE_UNITS) - 1) if value else 0
    scale = 1024**unit
    hundredths = (200 * value + scale) // (2 * scale)
    return f"{hundredths // 100}.{hundredths % 100:02}".removesuffix(".00") + f" {BYTE_UNITS[unit]}"


def time_text(seconds: float) -> str:
    """Return a time with three significant digits in the largest unit in which it is at least one.

    Example:
        >>> [time_text(value) for value in (12.3456, 0.0721, 4.2e-5, 9.9996e-4, 0.0)]
        ['12.3 s', '72.1 ms', '42.0 µs', '1.00 ms', '0 s']
    """
    if not seconds:
        return "0 s"
    rounded = float(f"{seconds:.2e}")  # first, so that 999.96 µs becomes 1.00 ms and not 1000 µs
    unit, scale = next((each for each in TIME_UNITS if rounded * each[1] >= 1), TIME_UNITS[-1])
    value = rounded * scale
    decimals = max(0, 2 - len(str(int(value))) + 1)
    return f"{value:.{decimals}f} {unit}"


def shape_text(shape: FullShape) -> str:
    """Return a shape as text, with × between the sizes.

    Example:
        >>> from convref.nn import N
        >>> shape_text((64, 224, 224)), shape_text((64, 36 * N))
        ('64 × 224 × 224', '64 × 36N')
    """
    return " × ".join(map(str, shape))


def extent_text(sizes: Sequence[int | tuple[int, int]]) -> str:
    """Return sizes as text, with × between them; a pair (smallest, largest) becomes a range.

    Example:
        >>> extent_text((212, (436, 468)))
        '212 × 436–468'
    """
    return " × ".join(f"{each[0]}–{each[1]}" if isinstance(each, tuple) else str(each) for each in sizes)


def shapes_text(shape: tuple[Any, ...]) -> str:
    """Return a shape as text, or the shapes of several values, separated by commas.

    Example:
        >>> shapes_text(((3, 8, 8), (1, 8, 8))), shapes_text((3, 8, 8))
        ('3 × 8 × 8, 1 × 8 × 8', '3 × 8 × 8')
    """
    if shape and isinstance(shape[0], tuple):
        return ", ".join(map(shape_text, shape))
    return shape_text(shape)


def short_count_text(value: int) -> str:
    """Return a count in short form: below 10,000 exactly, otherwise with three digits and K, M, G or T.

    Example:
        >>> [short_count_text(n) for n in (9408, 36864, 118013952, 10**12)]
        ['9,408', '36.9 K', '118 M', '1 T']
    """
    if value < SHORT_FROM:
        return count_text(value)
    digits, exponent = f"{value:.2e}".split("e")
    group, more = divmod(int(exponent), 3)
    return f"{float(digits) * 10**more:g} {COUNT_UNITS[group]}"


def ratio_text(value: float) -> str:
    """Return a ratio as text with two significant digits.

    A ratio of at least 10 is written as an integer, and a very small one as a fraction.

    Example:
        >>> [ratio_text(value) for value in (0.1234, 1.0, 49 / 3, 1 / 65536)]
        ['0.12', '1', '16', '1 / 65,536']
    """
    if 0 < value < SMALL_RATIO:
        return f"1 / {1 / value:,.0f}"
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
