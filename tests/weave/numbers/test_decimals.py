"""A printed number stands for what rounds to it, and for nothing else."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convref.weave.numbers.decimals import Printed, parse_decimal, round_half_away


@given(
    st.decimals(allow_nan=False, min_value=-(10**9), max_value=10**9, places=6),
    st.integers(min_value=-3, max_value=5),
)
def test_rounding_is_that_of_decimal(value: Decimal, places: int) -> None:
    step = Decimal(1).scaleb(-places)
    expected = (value / step).to_integral_value(ROUND_HALF_UP) * step
    assert round_half_away(Fraction(value), Fraction(step)) == Fraction(expected)


@given(st.from_regex(r"\A[0-9]{1,6}(\.[0-9]{0,6})?\Z"), st.fractions())
def test_exactly_one_way_of_printing_a_value_is_right(digits: str, value: Fraction) -> None:
    printed = parse_decimal(digits)
    neighbour = Printed(printed.value + printed.step, printed.step)
    assert not (printed.stands_for(value) and neighbour.stands_for(value))


@pytest.mark.parametrize(
    ("digits", "value", "step"),
    [("12", 12, 1), ("3.50", Fraction(7, 2), Fraction(1, 100)), (".5", Fraction(1, 2), Fraction(1, 10))],
)
def test_digits_are_parsed_exactly(digits: str, value: Fraction, step: Fraction) -> None:
    assert parse_decimal(digits) == Printed(Fraction(value), Fraction(step))


def test_an_exponent_moves_the_last_digit() -> None:
    assert parse_decimal("1.5e3") == Printed(Fraction(1500), Fraction(100))


def test_an_exact_number_stands_for_itself_alone() -> None:
    exact = Printed(Fraction(3), Fraction(0))
    assert [True, False] == [exact.stands_for(Fraction(3)), exact.stands_for(Fraction(301, 100))]


@pytest.mark.parametrize("digits", ["", ".", "1.2.3", "e5", "a"])
def test_text_that_is_not_a_number_is_refused(digits: str) -> None:
    with pytest.raises(ValueError, match="must be a single decimal number, such as 3"):
        parse_decimal(digits)
