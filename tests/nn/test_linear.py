"""Fully connected layers: any axes before the last, costs, errors."""

import pytest

from convref.errors import ArgumentError, ShapeError
from convref.nn import Cost, Linear


def test_the_last_axis_is_mixed_and_the_others_stay() -> None:
    assert (7, 5, 3) == Linear(4, 3).output_shape((7, 5, 4))
    assert Cost(macs=7 * 5 * 12, bias_adds=7 * 5 * 3) == Linear(4, 3).cost((7, 5, 4))
    assert Cost(macs=12) == Linear(4, 3, bias=False).cost((4,))


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"Linear: in_features \(=0\) must be at least 1"):
        Linear(0, 3)
    with pytest.raises(ArgumentError, match=r"Linear: out_features \(=3.0\) must be an integer"):
        Linear(4, 3.0)  # type: ignore[arg-type]


def test_a_missing_flatten_is_named() -> None:
    with pytest.raises(ShapeError, match=r"the input's shape \(2, 3, 4\); perhaps a Flatten is missing$"):
        Linear(24, 3).output_shape((2, 3, 4))


@pytest.mark.parametrize("shape", [(5,), (4, 5), ()])
def test_an_input_of_another_width_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"in_features \(=4\) must equal the last size of the"):
        Linear(4, 3).output_shape(shape)
