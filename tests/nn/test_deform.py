"""Deformable convolution: ordinary when nothing moves, costs, errors."""

from typing import Any

import numpy as np
import pytest
import torch

from convref import functional, init
from convref.errors import ArgumentError, ShapeError
from convref.nn import Conv2d, DeformConv2d
from convref.torch import build


@pytest.mark.parametrize("modulated", [False, True])
def test_without_offsets_it_is_the_ordinary_convolution(modulated: bool) -> None:
    layer = DeformConv2d(4, 6, 3, 2, 1, groups=2, modulated=modulated)
    params, x = init(layer), np.random.default_rng(0).standard_normal((2, 4, 9, 8)).astype(np.float32)
    plain = {name: params[name] for name in ("weight", "bias")}
    if modulated:  # a weight of 1 / 2 for each tap, since the sigmoid is of 0
        plain["weight"] = plain["weight"] / 2
    expected = functional.run(Conv2d(4, 6, 3, 2, 1, groups=2), plain, x)
    np.testing.assert_allclose(functional.run(layer, params, x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("modulated", [False, True])
def test_it_computes_the_formula_tap_by_tap(modulated: bool) -> None:
    torch.manual_seed(0)
    layer = DeformConv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), 2, offset_groups=2, modulated=modulated)
    model: Any = build(layer).double()
    x = torch.randn(1, 4, 5, 6, dtype=torch.float64)
    torch.nn.init.normal_(model.conv_offset.weight)
    with torch.no_grad():
        output, moves = model(x)[0].numpy(), model.conv_offset(x)[0].numpy()
        image, weight, bias = x[0].numpy(), model.weight.numpy(), model.bias.numpy()
    for channel, row, column in np.ndindex(*output.shape):
        total = bias[channel]
        for place, down, right in np.ndindex(2, 3, 2):  # place in the filter's group of two channels
            source, tap = channel // 3 * 2 + place, down * 2 + right
            number = source // 2 * 6 + tap
            y = 2 * row - 1 + down + moves[2 * number, row, column]
            z = column + 2 * right + moves[2 * number + 1, row, column]
            gate = 1 / (1 + np.exp(-moves[24 + number, row, column])) if modulated else 1
            total += weight[channel, place, down, right] * gate * bilinear(image[source], y, z)
        assert abs(total - output[channel, row, column]) < 1e-10


def bilinear(image: np.ndarray, y: float, z: float) -> float:
    return sum(
        image[i, j] * max(0, 1 - abs(y - i)) * max(0, 1 - abs(z - j)) for i, j in np.ndindex(*image.shape)
    )


def test_offsets_cost_a_further_convolution_and_an_interpolation() -> None:
    layer, shape = DeformConv2d(4, 6, 3, padding=1, modulated=True), (4, 5, 5)
    cost, places = layer.cost(shape), 25
    assert places * 9 * 4 * (6 + 27) == cost.macs
    assert (5 * places * 9 * 4, 2 * places * 9) == (cost.muls, cost.functions)
    assert layer.convolution.window() == layer.window(shape)


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"DeformConv2d: in_channels \(=4\) must be divisible by offset_groups"
    ):
        DeformConv2d(4, 6, 3, offset_groups=3)
    with pytest.raises(
        ArgumentError, match=r"DeformConv2d: padding \(='same'\) must be an integer or a tuple"
    ):
        DeformConv2d(4, 6, 3, padding="same")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"in_channels \(=4\) must be divisible by groups \(=3\)"):
        DeformConv2d(4, 6, 3, groups=3)
    with pytest.raises(ShapeError, match=r"in_channels \(=4\) must equal the 3 channels of the input"):
        DeformConv2d(4, 6, 3).output_shape((3, 9, 9))
