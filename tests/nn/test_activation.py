"""Rectifiers and their kin: costs and errors; their values are compared in test_primitives."""

import pytest

from convref.errors import ArgumentError, ShapeError
from convref.nn import CELU, ELU, GELU, Cost, LeakyReLU, PReLU, ReLU, ReLU6, RReLU, Softplus
from convref.nn.activation import Elementwise


def test_the_cost_is_that_of_one_element_times_their_number() -> None:
    assert Cost(comparisons=24) == ReLU().cost((2, 3, 4))
    assert Cost(comparisons=48) == ReLU6().cost((2, 3, 4))
    assert Cost(muls=24, comparisons=24) == PReLU(2).cost((2, 3, 4))


def test_an_activation_counts_as_done_in_place() -> None:
    assert not ReLU().makes_map((8, 7, 7))


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (LeakyReLU, {"negative_slope": "a"}, r"LeakyReLU: negative_slope \(='a'\) must be a number"),
        (PReLU, {"num_parameters": 0}, r"PReLU: num_parameters \(=0\) must be at least 1"),
        (PReLU, {"init": None}, r"PReLU: init \(=None\) must be a number"),
        (RReLU, {"lower": 0.5}, r"RReLU: lower \(=0.5\) must be at most upper \(=0.3333333333333333\)"),
        (ELU, {"alpha": True}, r"ELU: alpha \(=True\) must be a number"),
        (CELU, {"alpha": 0}, r"CELU: alpha \(=0\) must not be 0: the formula divides by it"),
        (GELU, {"approximate": "erf"}, r"GELU: approximate \(='erf'\) must be 'none' or 'tanh'"),
        (Softplus, {"beta": "1"}, r"Softplus: beta \(='1'\) must be a number"),
    ],
)
def test_wrong_arguments_are_refused(
    layer: type[Elementwise], arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(**arguments)


def test_slopes_must_be_one_or_as_many_as_channels() -> None:
    with pytest.raises(ShapeError, match=r"num_parameters \(=3\) must be 1 or equal the 4 channels"):
        PReLU(3).output_shape((4, 5))
