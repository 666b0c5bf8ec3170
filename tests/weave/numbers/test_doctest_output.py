"""A doctest's output is compared as doctest does, and decimal numbers to their printed precision."""

import doctest
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convref.weave.numbers import doctest_output as doctests


@pytest.mark.parametrize(
    ("want", "got"),
    [
        ("3", "3\n"),
        ("a b", "a\n   b\n"),
        ("a\n<BLANKLINE>\nb", "a\n\nb\n"),
        ("[1, ..., 9]", "[1, 2, 3, 9]"),
        ("...", ""),
        ("0.33", "0.3333333333333333"),
        ("0.3", "0.30000000000000004"),
        ("0.13", "0.125"),
        ("1.0e-7", "1.0499999e-07"),
        ("[0.5, -0.25]", "[0.50000001, -0.24999999]"),
        ("about 0.67x", "about 0.6666x"),
        ("... 0.67", "0.1 0.2 0.6666"),
        ("约0.67", "约0.6666"),
        ("version 1.12.0", "version 1.12.0"),
        ("1e3000", "1e3000"),
        ("12.", "12.25"),
    ],
)
def test_a_rounded_or_shortened_output_agrees(want: str, got: str) -> None:
    assert doctests.agrees(want, got)


@pytest.mark.parametrize(
    ("want", "got"),
    [
        ("3", "4"),
        ("15", "15.2"),
        ("0.34", "0.3333333333333333"),
        ("0.3333333333", "0.333"),
        ("0.12", "0.125"),
        ("-0.5", "0.5"),
        ("1.0e-8", "1.0e-07"),
        ("version 1.12.0", "version 1.12.1"),
        ("x1.5", "x1.51"),
        ("[1, ..., 9]", "[1, 2, 3, 8]"),
        ("... 0.67 ...", "0.1 0.2 0.66"),
        ("", "3"),
        ("3", ""),
    ],
)
def test_a_wrong_output_does_not_agree(want: str, got: str) -> None:
    assert not doctests.agrees(want, got)


TEXT = st.text(alphabet="ab. \n<")


@given(TEXT, TEXT)
def test_without_numbers_the_comparison_is_that_of_doctest(want: str, got: str) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    normal = " ".join(want.split()), " ".join(got.split())
    assert doctests.agrees(want, got) == doctest.OutputChecker().check_output(*normal, flags)


@given(st.floats(min_value=-1e6, max_value=1e6), st.integers(min_value=1, max_value=9))
def test_a_float_agrees_with_its_own_digits(value: float, digits: int) -> None:
    with localcontext(rounding=ROUND_HALF_UP):
        want = f"{Decimal(repr(value)):.{digits}e}"
    assert doctests.agrees(want, repr(value))


@pytest.mark.parametrize(
    ("want", "error", "detail", "expected"),
    [
        ("Traceback (most recent call last):\n ...\nKeyError: 'a'", "KeyError: 'a'", True, True),
        ("Traceback (most recent call last):\na.b.E: x", "E: x", True, True),
        ("Traceback (most recent call last):\na.b.E", "E", True, True),
        ("Traceback (most recent call last):\nKeyError: 'b'", "KeyError: 'a'", True, False),
        ("Traceback (most recent call last):\nKeyError: 'b'", "KeyError: 'a'", False, True),
        ("Traceback (most recent call last):\nValueError", "KeyError: 'a'", False, False),
        ("Traceback (most recent call last):\na.b.E: x", "E: y", False, True),
        ("Traceback (most recent call last):\n  File x\n    f()\nE: one\ntwo", "E: one\ntwo", True, True),
        ("KeyError: 'a'", "KeyError: 'a'", True, False),
    ],
)
def test_an_exception_is_compared_by_type_and_message(
    want: str, error: str, detail: bool, expected: bool
) -> None:
    assert expected == doctests.agrees_error(want, error, detail=detail)


@pytest.mark.parametrize("output", ["3\n", "a\n\n  b\n", "", "\n", "a\n\n", "0.3333333333333333\n"])
def test_an_output_agrees_with_the_expectation_written_from_it(output: str) -> None:
    assert doctests.agrees(doctests.as_expected(output), output)


def test_an_exception_agrees_with_the_expectation_written_from_it() -> None:
    assert doctests.agrees_error(doctests.as_expected("", "E: one\ntwo\n"), "E: one\ntwo")
