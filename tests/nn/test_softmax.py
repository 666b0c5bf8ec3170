"""Activations along an axis: which axes there are, costs, errors."""

from typing import Any

import pytest

from convref.errors import ArgumentError, ShapeError
from convref.nn import GLU, Cost, LogSoftmax, Softmax, Softmax2d, Softmin


@pytest.mark.parametrize("layer", [Softmax, LogSoftmax, Softmin, GLU])
@pytest.mark.parametrize("dim", [0, None, 1.0, True])
def test_the_axis_must_be_given_and_not_be_the_batch(layer: Any, dim: object) -> None:
    message = rf"{layer.__name__}: dim \(={dim}\) must be an integer other than 0; axis 0 is the batch"
    with pytest.raises(ArgumentError, match=message):
        layer(dim=dim)


@pytest.mark.parametrize("dim", [3, -3])
def test_an_axis_that_the_input_lacks_or_that_is_its_batch_is_refused(dim: int) -> None:
    message = rf"dim \(={dim}\) must be an axis of the input \(4, 6\); axis 0 is the batch"
    with pytest.raises(ShapeError, match=message):
        Softmax(dim).output_shape((4, 6))


def test_glu_halves_its_axis_and_refuses_an_odd_one() -> None:
    assert (4, 3) == GLU().output_shape((4, 6))
    with pytest.raises(ShapeError, match=r"dim \(=1\) must be an axis of even size, but its size is 5"):
        GLU(1).output_shape((5, 6))


def test_softmax2d_takes_only_images() -> None:
    with pytest.raises(ShapeError, match=r"Softmax2d takes an input of shape \(C, H, W\), but got \(4, 6\)"):
        Softmax2d().output_shape((4, 6))


def test_costs_are_those_of_the_formula() -> None:
    assert Cost(adds=48, comparisons=24, functions=48) == Softmax(1).cost((2, 3, 4))
    assert Softmax(1).cost((2, 3, 4)) == Softmax2d().cost((2, 3, 4))
    assert Cost(adds=12, muls=12, functions=24) == GLU().cost((2, 3, 4))
