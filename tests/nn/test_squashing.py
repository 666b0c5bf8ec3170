"""Squashing, clipping and shrinking activations: old names and errors."""

import pytest

from convref.errors import ArgumentError
from convref.nn import Hardshrink, Hardtanh, Softshrink, Threshold
from convref.nn.activation import Elementwise


def test_the_deprecated_names_of_hardtanh_s_bounds_take_precedence_as_in_torch() -> None:
    assert Hardtanh(-2, 3) == Hardtanh(min_value=-2, max_value=3)
    assert "Hardtanh(min_val=-2, max_val=3)" == repr(Hardtanh(min_value=-2, max_value=3))


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (Hardtanh, {"min_val": 1}, r"Hardtanh: min_val \(=1\) must be less than max_val \(=1.0\)"),
        (Hardtanh, {"max_val": "1"}, r"Hardtanh: max_val \(='1'\) must be a number"),
        (Hardshrink, {"lambd": None}, r"Hardshrink: lambd \(=None\) must be a number"),
        (Softshrink, {"lambd": -0.5}, r"Softshrink: lambd \(=-0.5\) must be at least 0"),
        (Threshold, {"threshold": "a", "value": 1}, r"Threshold: threshold \(='a'\) must be a number"),
        (Threshold, {"threshold": 1, "value": "a"}, r"Threshold: value \(='a'\) must be a number"),
    ],
)
def test_wrong_arguments_are_refused(
    layer: type[Elementwise], arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(**arguments)
