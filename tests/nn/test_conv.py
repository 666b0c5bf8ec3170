"""Convolutions: sizes as torch's over drawn arguments, windows, costs, errors."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_shapes import shape_here, shape_in_torch

from convref.errors import ArgumentError, ShapeError
from convref.nn import Conv1d, Conv2d, Conv3d, Layer, Shape, Window

SMALL = st.integers(1, 4)
PADDING = st.integers(0, 5)


@settings(deadline=None, max_examples=50)
@given(st.tuples(SMALL, SMALL), st.tuples(SMALL, SMALL), st.tuples(PADDING, PADDING), SMALL, st.data())
def test_sizes_are_torch_s_and_the_same_inputs_are_refused(
    kernel: Shape, stride: Shape, padding: Shape, dilation: int, data: st.DataObject
) -> None:
    shape = (4, data.draw(st.integers(1, 9)), data.draw(st.integers(1, 9)))
    mode: Any = data.draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    layer = Conv2d(4, 6, kernel, stride, padding, dilation, groups=2, padding_mode=mode)
    assert shape_in_torch(layer, shape) == shape_here(layer, shape)


@settings(deadline=None, max_examples=50)
@given(SMALL, SMALL, st.integers(1, 9))
def test_same_padding_keeps_every_size(kernel: int, dilation: int, size: int) -> None:
    layer = Conv1d(2, 3, kernel, padding="same", dilation=dilation)
    assert (3, size) == layer.output_shape((2, size))


def test_padding_by_name_puts_the_odd_element_after() -> None:
    assert ((1, 2), (2, 2)) == Conv2d(1, 1, (4, 5), padding="same").padding_per_side
    assert ((0, 0),) == Conv1d(1, 1, 4, padding="valid").padding_per_side


def test_the_window_is_the_kernel_with_its_gaps() -> None:
    window = Conv2d(3, 8, 3, stride=2, padding=1, dilation=(1, 2)).window()
    assert Window((3, 3), (2, 2), (1, 1), (1, 2)) == window
    assert (3, 5) == window.extent


def test_each_output_costs_its_filter_and_groups_divide_it() -> None:
    whole, grouped = (
        Conv3d(4, 8, 3, groups=groups, bias=groups == 1).cost((4, 5, 5, 5)) for groups in (1, 4)
    )
    outputs = 8 * 3 * 3 * 3
    assert (outputs * 4 * 27, outputs) == (whole.macs, whole.bias_adds)
    assert (outputs * 27, 0) == (grouped.macs, grouped.bias_adds)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"in_channels": 0}, r"Conv2d: in_channels \(=0\) must be at least 1"),
        ({"out_channels": 2.0}, r"Conv2d: out_channels \(=2.0\) must be an integer"),
        ({"groups": True}, r"Conv2d: groups \(=True\) must be an integer"),
        ({"groups": 3}, r"Conv2d: in_channels \(=4\) must be divisible by groups \(=3\)"),
        ({"groups": 4}, r"Conv2d: out_channels \(=6\) must be divisible by groups \(=4\)"),
        (
            {"kernel_size": (3, 3, 3)},
            r"kernel_size \(=\(3, 3, 3\)\) must be an integer or a tuple of 2 integers",
        ),
        ({"kernel_size": 0}, r"Conv2d: kernel_size \(=0\) must be at least 1"),
        ({"stride": (1, 0)}, r"Conv2d: stride \(=\(1, 0\)\) must be at least 1"),
        ({"dilation": 0}, r"Conv2d: dilation \(=0\) must be at least 1"),
        ({"padding": -1}, r"Conv2d: padding \(=-1\) must be at least 0"),
        ({"padding": "full"}, r"Conv2d: padding \(='full'\) must be 'same', 'valid' or integers"),
        (
            {"padding": "same", "stride": 2},
            r"Conv2d: padding \(='same'\) can only be used with stride 1, not \(2, 2\)",
        ),
        ({"padding_mode": "edge"}, r"padding_mode \(='edge'\) must be one of zeros, reflect"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Conv2d(**{"in_channels": 4, "out_channels": 6, "kernel_size": 3, **arguments})


def test_an_argument_for_one_axis_is_one_integer() -> None:
    with pytest.raises(ArgumentError, match=r"Conv1d: kernel_size \(='3'\) must be an integer$"):
        Conv1d(3, 4, "3")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (Conv1d(3, 4, 3), (3, 9, 9), r"Conv1d takes an input of shape \(C, L\), but got \(3, 9, 9\)"),
        (Conv2d(3, 4, 3), (3, 9), r"Conv2d takes an input of shape \(C, H, W\), but got \(3, 9\)"),
        (Conv3d(3, 4, 3), (3, 9), r"Conv3d takes an input of shape \(C, D, H, W\), but got \(3, 9\)"),
        (Conv2d(3, 4, 3), (4, 9, 9), r"in_channels \(=3\) must equal the 4 channels of the input"),
        (
            Conv2d(3, 4, 5, padding=(0, 2), dilation=2),
            (3, 8, 8),
            r"kernel_size \(=\(5, 5\)\) with dilation \(2, 2\) spans 9 elements, more than the height of",
        ),
        (
            Conv2d(3, 4, 3, padding=2, padding_mode="reflect"),
            (3, 2, 9),
            r"padding_mode 'reflect' must be at most 1 for an input of height 2",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer: Layer, shape: Shape, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)
