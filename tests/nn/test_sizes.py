"""Sizes that depend on the batch are written as code, and as tables write them."""

import pytest

from convref.nn import N, Size


@pytest.mark.parametrize(
    ("size", "code", "text"),
    [
        (N, "N", "N"),
        (36 * N, "36 * N", "36N"),
        (N + 1, "N + 1", "(N + 1)"),
        (4 * N + 1, "4 * N + 1", "(4N + 1)"),
    ],
)
def test_a_size_is_a_formula_of_the_number_of_samples(size: Size, code: str, text: str) -> None:
    assert (code, text) == (repr(size), str(size))
