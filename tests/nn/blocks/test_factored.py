"""Chains that stand for one convolution: equal to it for the kernels that they can make; their costs."""

import numpy as np
import pytest

from convref import functional, init
from convref.errors import ArgumentError
from convref.nn import Conv2d, Layer, ReLU
from convref.nn.base import numel
from convref.nn.blocks import (
    asymmetric_conv,
    depthwise_conv,
    depthwise_separable_conv,
    diagonalwise_refactorization,
    flattened_conv,
    stacked_conv,
)

X = np.random.default_rng(0).standard_normal((2, 4, 8, 7))


def weights(layer: Layer) -> int:
    return sum(map(numel, layer.parameters().values()))


def agrees(chain: Layer, params: dict[str, np.ndarray], conv: Layer, kernel: np.ndarray) -> None:
    expected = functional.run(conv, {"weight": kernel}, X)
    np.testing.assert_allclose(functional.run(chain, params, X), expected, rtol=1e-10, atol=1e-10)


def test_a_separable_convolution_is_the_ordinary_one_with_the_product_of_its_kernels() -> None:
    chain = depthwise_separable_conv(4, 6, 3, 2, 1, bias=False)
    params = init(chain, dtype="float64")
    kernel = params["pointwise.weight"] * params["depthwise.weight"].swapaxes(0, 1)
    agrees(chain, params, Conv2d(4, 6, 3, 2, 1, bias=False), kernel)


def test_a_separable_convolution_costs_the_fraction_that_its_paper_gives() -> None:
    shape, out, kernel = (32, 14, 14), 64, 3
    separable = depthwise_separable_conv(32, out, kernel, padding=1, bias=False).cost(shape).macs
    whole = Conv2d(32, out, kernel, padding=1, bias=False).cost(shape).macs
    assert separable * out * kernel**2 == whole * (kernel**2 + out)


def test_a_flattened_convolution_is_the_ordinary_one_with_kernels_of_rank_one() -> None:
    chain = flattened_conv(4, 6, 3, padding=1, bias=False)
    params = init(chain, dtype="float64")
    kernel = params["lateral.weight"] * params["vertical.weight"] * params["horizontal.weight"]
    agrees(chain, params, Conv2d(4, 6, 3, padding=1, bias=False), kernel)
    assert 6 * (4 + 3 + 3) == weights(chain)


def test_an_asymmetric_convolution_is_the_ordinary_one_with_the_product_of_column_and_row() -> None:
    chain = asymmetric_conv(4, 6, 3, padding=1, hidden=2, bias=False)
    params = init(chain, dtype="float64")
    column, row = params["vertical.weight"][..., 0], params["horizontal.weight"][:, :, 0]
    kernel = np.einsum("ohx,hiy->oiyx", row, column)
    agrees(chain, params, Conv2d(4, 6, 3, padding=1, bias=False), kernel)
    assert 2 * 3 * (4 + 6) == weights(chain)


def test_stacked_kernels_see_as_far_for_less_unless_channels_grow_between() -> None:
    large = weights(Conv2d(8, 8, 5, padding=2, bias=False))
    assert 2 * 9 * 64 == weights(stacked_conv(8, 8, 2, bias=False)) < large == 25 * 64
    wide = stacked_conv(8, 8, 2, hidden=24, bias=False)
    assert 2 * 9 * 8 * 24 == weights(wide) > large
    assert (5, 5) == seen(stacked_conv(8, 8, 2))
    assert (7, 7) == seen(stacked_conv(8, 8, 3, activation=ReLU()))


def seen(net: Layer) -> tuple[int, ...]:
    """The places of the input that move the middle of the output: rows, columns."""
    params = {name: np.abs(array) for name, array in init(net).items()}
    x = np.ones((1, 8, 9, 9), dtype=np.float32)
    before = functional.run(net, params, x)[0, 0, 4, 4]
    moved = np.zeros((9, 9), dtype=bool)
    for row, column in np.ndindex(9, 9):
        x[0, :, row, column] = 2
        moved[row, column] = functional.run(net, params, x)[0, 0, 4, 4] != before
        x[0, :, row, column] = 1
    return int(moved.any(axis=1).sum()), int(moved.any(axis=0).sum())


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_depthwise_kernels_on_the_diagonal_of_larger_ones_give_the_same(groups: int) -> None:
    conv = depthwise_conv(4, 3, padding=1, bias=False)
    dense = diagonalwise_refactorization(conv, groups)
    kernel = init(conv, dtype="float64")["weight"]
    diagonal = np.zeros(dense.parameters()["weight"])
    for channel in range(4):
        diagonal[channel, channel % (4 // groups)] = kernel[channel, 0]
    agrees(dense, {"weight": diagonal}, conv, kernel)
    assert conv.cost((4, 8, 7)).macs * 4 // groups == dense.cost((4, 8, 7)).macs


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"diagonalwise_refactorization: groups \(=3\) must divide the 4 groups of"
    ):
        diagonalwise_refactorization(depthwise_conv(4, 3), 3)
    with pytest.raises(ArgumentError, match=r"stacked_conv: count \(=0\) must be a positive integer"):
        stacked_conv(4, 4, 0)
    with pytest.raises(
        ArgumentError,
        match=r"stacked_conv: kernel_size \(=2\) must be odd, so that each layer keeps the size",
    ):
        stacked_conv(4, 4, kernel_size=2)
