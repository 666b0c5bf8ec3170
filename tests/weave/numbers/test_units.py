"""Units and words of scale are parsed in both languages."""

from fractions import Fraction

import pytest

from convref.weave.numbers import units
from convref.weave.numbers.units import Unit


@pytest.mark.parametrize(
    ("text", "factor", "label"),
    [
        ("", 1, ""),
        ("M", 10**6, ""),
        ("million", 10**6, ""),
        ("万", 10**4, ""),
        ("亿", 10**8, ""),
        ("%", Fraction(1, 100), ""),
        ("MiB", 2**20, "byte"),
        ("MB", 10**6, "byte"),
        ("字节", 1, "byte"),
        ("GMACs", 10**9, "mac"),
        ("MACs", 1, "mac"),
        ("M MACs", 10**6, "mac"),
        ("layers", 1, "layers"),
        ("万个参数", 10**4, "个参数"),
        ("billion weights", 10**9, "weights"),
    ],
)
def test_a_unit_is_a_factor_and_a_label(text: str, factor: Fraction, label: str) -> None:
    assert units.parse_unit(text) == Unit(Fraction(factor), label)
