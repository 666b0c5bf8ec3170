"""Transposed convolutions: sizes as torch's over drawn arguments, windows, costs, errors."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_shapes import shape_here, shape_in_torch

from convref.errors import ArgumentError, ShapeError
from convref.nn import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Shape
from convref.torch import build

SMALL = st.integers(1, 4)
LAYERS = st.sampled_from([Conv1d, ConvTranspose1d])


@settings(deadline=None, max_examples=50)
@given(st.tuples(SMALL, SMALL), st.tuples(SMALL, SMALL), st.integers(0, 5), SMALL, st.data())
def test_sizes_are_torch_s_and_the_same_inputs_are_refused(
    kernel: Shape, stride: Shape, padding: int, dilation: int, data: st.DataObject
) -> None:
    extra = tuple(data.draw(st.integers(0, max(each, dilation) - 1)) for each in stride)
    layer = ConvTranspose2d(4, 6, kernel, stride, padding, extra, 2, dilation=dilation)
    shape = (4, data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5)))
    assert shape_in_torch(layer, shape) == shape_here(layer, shape)


@settings(deadline=None, max_examples=50)
@given(SMALL, SMALL, st.integers(0, 3), SMALL)
def test_the_window_is_what_an_output_sees(kernel: int, stride: int, padding: int, dilation: int) -> None:
    """Every input is told apart by a power of two; the gradient of one output says which it saw."""
    padding = min(padding, dilation * (kernel - 1))
    layer = ConvTranspose1d(1, 1, kernel, stride, padding, dilation=dilation, bias=False)
    size = 12
    x = torch.zeros(1, 1, size, requires_grad=True)
    module = build(layer, {"weight": np.ones((1, 1, kernel), dtype=np.float32)})
    output = module(x)
    window = layer.window()
    reached = 0
    for place in range(output.shape[2]):
        (seen,) = torch.autograd.grad(output[0, 0, place], x, retain_graph=True)
        places = seen[0, 0].nonzero()[:, 0].tolist()
        first = -(-(place + padding - dilation * (kernel - 1)) // stride)
        assert all(first <= each < first + window.kernel[0] for each in places)
        reached = max(reached, places[-1] - places[0] + 1 if places else 0)
    assert (Fraction(1, stride),) == window.stride
    assert (-(-(padding - dilation * (kernel - 1)) // stride),) == (-window.padding[0],)
    if dilation == 1 and output.shape[2] > stride and size > kernel:
        assert window.kernel[0] == reached


def test_it_costs_what_the_convolution_costs_whose_transpose_it_is() -> None:
    down = Conv2d(8, 4, 3, stride=2, padding=1, bias=False)
    up = ConvTranspose2d(4, 8, 3, stride=2, padding=1, output_padding=1, bias=False)
    assert (8, 16, 16) == up.output_shape(down.output_shape((8, 16, 16)))
    assert down.cost((8, 16, 16)).macs == up.cost((4, 8, 8)).macs
    assert down.parameters() == up.parameters()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"in_channels": 3}, r"ConvTranspose2d: in_channels \(=3\) must be divisible by groups \(=2\)"),
        ({"stride": 0}, r"ConvTranspose2d: stride \(=0\) must be at least 1"),
        ({"padding": "same"}, r"padding \(='same'\) must be an integer or a tuple of 2 integers"),
        (
            {"padding_mode": "reflect"},
            r"padding_mode \(='reflect'\) must be 'zeros', the only mode of a transposed convolution",
        ),
        (
            {"output_padding": 2},
            r"output_padding \(=\(2, 2\)\) must be smaller than the larger of stride and dilation",
        ),
        ({"output_padding": -1}, r"output_padding \(=-1\) must be at least 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "stride": 2, "groups": 2}
    with pytest.raises(ArgumentError, match=message):
        ConvTranspose2d(**usual | arguments)


def test_padding_that_leaves_no_output_is_refused() -> None:
    with pytest.raises(
        ShapeError,
        match=r"padding \(=3\) crops the output to the sizes \(-1, 1\) for an input of shape \(1, 2, 3\)",
    ):
        ConvTranspose2d(1, 1, (4, 5), padding=3).output_shape((1, 2, 3))
