"""Paddings: sides, windows, what torch refuses, errors."""

from typing import Any

import pytest
import torch

from convref.errors import ArgumentError, ShapeError
from convref.nn import (
    CircularPad1d,
    ConstantPad1d,
    Layer,
    ReflectionPad2d,
    ReplicationPad1d,
    Window,
    ZeroPad2d,
)
from convref.torch import build


def test_sides_are_given_for_the_last_axis_first() -> None:
    layer = ZeroPad2d((1, 2, 3, 4))
    assert ((3, 4), (1, 2)) == layer.sides
    assert (8, 12, 8) == layer.output_shape((8, 5, 5))
    assert Window((1, 1), (1, 1), (3, 1), (1, 1)) == layer.window((8, 5, 5))


def test_padding_by_zero_elements_makes_no_feature_map() -> None:
    assert [True, False] == [ZeroPad2d(pad).makes_map((1, 2, 2)) for pad in (1, 0)]


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (ReflectionPad2d((0, 0, 3, 0)), (1, 3, 9), r"must be at most 2 for an input of height 3"),
        (
            CircularPad1d((4, 0)),
            (1, 3),
            r"padding \(=\(4, 0\)\) must be at most 3 for an input of length 3",
        ),
        (
            ConstantPad1d((-2, -2), 0.0),
            (1, 3),
            r"padding \(=\(-2, -2\)\) crops the input of shape \(1, 3\) to an empty one",
        ),
    ],
)
def test_padding_that_torch_refuses_is_refused(layer: Layer, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(RuntimeError):
        build(layer)(torch.zeros(1, *shape))
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (ZeroPad2d, (1, 2), r"ZeroPad2d: padding \(=\(1, 2\)\) must be an integer or a tuple of 4 integers"),
        (ZeroPad2d, 0.5, r"ZeroPad2d: padding \(=0.5\) must be an integer or a tuple of 4 integers"),
        (ReplicationPad1d, None, r"ReplicationPad1d: padding \(=None\) must be an integer"),
    ],
)
def test_wrong_paddings_are_refused(layer: Any, arguments: object, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(arguments)


def test_the_constant_must_be_a_number() -> None:
    with pytest.raises(ArgumentError, match=r"ConstantPad1d: value \(='0'\) must be a number"):
        ConstantPad1d(1, "0")  # type: ignore[arg-type]
