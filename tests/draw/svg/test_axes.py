"""Scales map values to coordinates and choose ticks."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convref.draw.svg.axes import Scale, scale, short_number
from convref.errors import ArgumentError

positive = st.lists(st.floats(1e-9, 1e12), min_size=1, max_size=9)


@given(values=positive, log=st.booleans())
def test_every_value_lies_within_the_axis(values: list[float], log: bool) -> None:
    found = scale(values, 40, 300, log=log, axis="x")
    assert [] == [value for value in values if not 40 - 1e-6 <= found.at(value) <= 300 + 1e-6]


@given(values=positive, log=st.booleans())
def test_ticks_are_few_ordered_and_within_the_axis(values: list[float], log: bool) -> None:
    found = scale(values, 40, 300, log=log, axis="x")
    ticks = found.ticks()
    assert sorted(set(ticks)) == ticks
    assert len(ticks) <= 7
    assert [] == [tick for tick in ticks if not 39.99 <= found.at(tick) <= 300.01]


def test_equal_factors_have_equal_distances_on_a_logarithmic_axis() -> None:
    found = Scale(1, 1000, 0, 300, log=True)
    assert [0, 100, 200, 300] == pytest.approx([found.at(value) for value in (1, 10, 100, 1000)])


def test_ticks_of_many_decades_are_powers_of_ten() -> None:
    ticks = Scale(5e3, 2e8, 0, 1, log=True).ticks()
    assert [1e4, 1e5, 1e6, 1e7, 1e8] == pytest.approx(ticks)


def test_ticks_of_one_decade_are_ones_twos_and_fives() -> None:
    assert [1, 2, 5, 10] == pytest.approx(Scale(1, 12, 0, 1, log=True).ticks())


def test_an_axis_that_begins_near_zero_begins_at_zero() -> None:
    assert 0 == scale([1.0, 10.0], 0, 1, log=False, axis="x").low


@pytest.mark.parametrize("values", [[math.nan], [math.inf, 1.0]])
def test_values_without_a_coordinate_are_refused(values: list[float]) -> None:
    with pytest.raises(ArgumentError, match=r"all values of axis y must be finite numbers"):
        scale(values, 0, 1, log=False, axis="y")


def test_an_axis_without_values_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"axis y must have at least one value$"):
        scale([], 0, 1, log=False, axis="y")


def test_zero_is_refused_on_a_logarithmic_axis() -> None:
    with pytest.raises(ArgumentError, match=r"all values of axis x must be finite positive numbers"):
        scale([0.0, 1.0], 0, 1, log=True, axis="x")


@given(st.floats(1e-8, 1e14))
def test_a_short_number_has_three_significant_digits(value: float) -> None:
    factors = {"T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3}
    text = short_number(value).translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    if "10-" in text:
        digits, _, power = text.rpartition("10")
        assert value == pytest.approx(float(digits.rstrip("·") or 1) * 10.0 ** int(power), rel=0.06)
    else:
        assert value == pytest.approx(float(text.rstrip("TGMk")) * factors.get(text[-1], 1), rel=0.006)
