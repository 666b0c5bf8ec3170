"""Pools: sizes as torch's over drawn arguments, costs, errors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_shapes import shape_here, shape_in_torch

from convref.errors import ArgumentError, ShapeError
from convref.nn import (
    AvgPool1d,
    AvgPool2d,
    Layer,
    LPPool1d,
    LPPool2d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    Shape,
    Window,
)

SMALL = st.integers(1, 4)


@settings(deadline=None, max_examples=50)
@given(st.tuples(SMALL, SMALL), st.tuples(SMALL, SMALL), SMALL, st.booleans(), st.data())
def test_sizes_are_torch_s_and_the_same_inputs_are_refused(
    kernel: Shape, stride: Shape, dilation: int, ceil_mode: bool, data: st.DataObject
) -> None:
    padding = tuple(data.draw(st.integers(0, each // 2)) for each in kernel)
    shape = (3, data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9)))
    for layer in (
        MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil_mode),
        AvgPool2d(kernel, stride, padding, ceil_mode),
        LPPool2d(2, kernel, stride, ceil_mode),
    ):
        assert shape_in_torch(layer, shape) == shape_here(layer, shape)


def test_the_stride_is_the_kernel_s_size_unless_it_is_given() -> None:
    assert Window((3,), (3,), (0,), (1,)) == MaxPool1d(3).window()
    assert MaxPool1d(3) == MaxPool1d(3, 3)
    assert "AvgPool1d(3)" == repr(AvgPool1d(3, 3))
    assert "AvgPool1d(3, stride=1)" == repr(AvgPool1d(3, 1))


def test_a_pool_that_keeps_the_size_makes_no_feature_map() -> None:
    assert not MaxPool2d(3, 1, 1).makes_map((8, 7, 7))
    assert MaxPool2d(2).makes_map((8, 7, 7))


def test_each_output_compares_or_adds_its_window() -> None:
    outputs = 8 * 3 * 3
    assert outputs * 3 == MaxPool2d(2).cost((8, 6, 6)).comparisons
    mean = AvgPool2d(2).cost((8, 6, 6))
    assert (outputs * 3, outputs) == (mean.adds, mean.functions)
    norm = LPPool2d(2, 2).cost((8, 6, 6))
    assert (outputs * 3, outputs * 5) == (norm.adds, norm.functions)


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (MaxPool2d, {"kernel_size": 0}, r"MaxPool2d: kernel_size \(=0\) must be at least 1"),
        (MaxPool2d, {"padding": 2}, r"MaxPool2d: padding \(=2\) must be at most half of kernel_size \(=3\)"),
        (AvgPool2d, {"padding": (0, 2)}, r"AvgPool2d: padding \(=2\) must be at most half of kernel_size"),
        (
            MaxPool3d,
            {"dilation": (1, 1)},
            r"dilation \(=\(1, 1\)\) must be an integer or a tuple of 3 integers",
        ),
        (
            MaxPool2d,
            {"return_indices": True},
            r"return_indices \(=True\) must be False: a layer has one output",
        ),
        (AvgPool2d, {"divisor_override": 0}, r"AvgPool2d: divisor_override \(=0\) must be at least 1"),
        (LPPool1d, {"norm_type": 0}, r"LPPool1d: norm_type \(=0\) must not be 0: the formula divides by it"),
        (LPPool1d, {"norm_type": "2"}, r"LPPool1d: norm_type \(='2'\) must be a number"),
    ],
)
def test_wrong_arguments_are_refused(layer: type[Layer], arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(**{"kernel_size": 3} | arguments)


def test_a_window_larger_than_the_input_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"spans 3 elements, more than the width of the input, 2$"):
        MaxPool2d(3).output_shape((1, 4, 2))
