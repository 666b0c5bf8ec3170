"""Resizing: sizes by factor, windows, costs, errors."""

from fractions import Fraction
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convref.errors import ArgumentError, ShapeError
from convref.nn import Cost, Layer, Upsample, UpsamplingBilinear2d, UpsamplingNearest2d, Window
from convref.torch import build


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 40), st.floats(1, 5))
def test_sizes_by_factor_are_torch_s(size: int, factor: float) -> None:
    layer = Upsample(scale_factor=factor)
    assert tuple(build(layer)(torch.zeros(1, 1, size)).shape[1:]) == layer.output_shape((1, size))


def test_windows_are_the_elements_that_an_output_is_made_of() -> None:
    half = (Fraction(1, 2),) * 2
    assert Window((1, 1), half, (0, 0), (1, 1)) == Upsample(scale_factor=2).window((1, 4, 4))
    assert Window((2, 2), half, (0, 0), (1, 1)) == UpsamplingBilinear2d(8).window((1, 4, 4))
    assert Window((4, 4), half, (1, 1), (1, 1)) == Upsample(8, mode="bicubic").window((1, 4, 4))


def test_copying_costs_no_operations_and_interpolation_a_product_for_each_tap() -> None:
    assert Cost() == UpsamplingNearest2d(8).cost((1, 4, 4))
    assert Cost(adds=3 * 64, muls=4 * 64) == UpsamplingBilinear2d(8).cost((1, 4, 4))
    assert Cost(adds=15, muls=16) == Upsample(1, mode="bicubic").cost((1, 4, 4))


def test_resizing_to_the_same_size_makes_no_feature_map() -> None:
    assert [False, True] == [Upsample(size).makes_map((1, 4, 4)) for size in ((4, 4), (4, 5))]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, r"Upsample: size \(=None\) or scale_factor \(=None\) must be given, but not both"),
        ({"size": 2, "scale_factor": 2}, r"size \(=2\) or scale_factor \(=2\) must be given, but not both"),
        ({"size": 0}, r"Upsample: size \(=0\) must be at least 1"),
        ({"size": ()}, r"Upsample: size \(=\(\)\) must be"),
        (
            {"scale_factor": 0},
            r"Upsample: scale_factor \(=0\) must be a positive number or a tuple of positive numbers",
        ),
        (
            {"scale_factor": ()},
            r"scale_factor \(=\(\)\) must be a positive number or a tuple of positive numbers",
        ),
        ({"size": 2, "mode": "cubic"}, r"Upsample: mode \(='cubic'\) must be one of nearest, nearest-exact"),
        ({"size": 2, "align_corners": True}, r"align_corners \(=True\) must be None with mode 'nearest'"),
        (
            {"size": 2, "recompute_scale_factor": True},
            r"recompute_scale_factor \(=True\) must not be given with",
        ),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Upsample(**arguments)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            Upsample((2, 2)),
            (1, 4),
            r"size \(=\(2, 2\)\) must have one number for each spatial axis of \(4,\)",
        ),
        (Upsample(2, mode="linear"), (1, 4, 4), r"mode \(='linear'\) does not fit the 2 spatial axes"),
        (Upsample(2), (1, 4, 4, 4, 4), r"mode \(='nearest'\) does not fit the 4 spatial axes"),
        (
            Upsample(scale_factor=0.1),
            (1, 4),
            r"scale_factor \(=0.1\) scales the sizes \(4,\) to less than one",
        ),
        (UpsamplingNearest2d(2), (1, 4), r"UpsamplingNearest2d takes an input of shape \(C, H, W\)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer: Layer, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)
