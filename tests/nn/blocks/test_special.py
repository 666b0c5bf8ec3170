"""Convolutions with a name: what each mixes, and what it has in common with the ordinary one."""

from collections.abc import Callable

import numpy as np
import pytest

from convref import functional, init
from convref.errors import ArgumentError
from convref.nn import ChannelShuffle, Conv1d, Conv2d, Conv3d, Linear, Sequential
from convref.nn.base import Layer, numel
from convref.nn.blocks import (
    depthwise_conv,
    dilated_conv,
    global_conv,
    global_depthwise_conv,
    group_conv,
    pointwise_conv,
    pointwise_group_conv,
)


def weights(layer: Layer) -> int:
    return sum(map(numel, layer.parameters().values()))


@pytest.mark.parametrize(("rank", "conv"), [(1, Conv1d), (2, Conv2d), (3, Conv3d)])
def test_each_rank_gives_the_convolution_of_that_rank(rank: int, conv: Callable[..., Layer]) -> None:
    assert conv(4, 6, 1) == pointwise_conv(4, 6, rank=rank)
    assert conv(4, 8, 3, groups=4) == depthwise_conv(4, 3, multiplier=2, rank=rank)
    assert conv(4, 6, 1, groups=2, bias=False) == pointwise_group_conv(4, 6, 2, bias=False, rank=rank)


def test_a_convolution_over_four_axes_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"rank \(=4\) must be 1, 2 or 3, the number of spatial axes"):
        pointwise_conv(3, 4, rank=4)


def test_groups_divide_the_weights_and_sharing_divides_them_again() -> None:
    counts = [
        weights(Conv2d(12, 6, 3, bias=False)),
        weights(group_conv(12, 6, 3, groups=3, bias=False)),
        weights(group_conv(12, 6, 3, groups=3, bias=False, shared=True)),
    ]
    assert [12 * 6 * 9, 12 * 6 * 9 // 3, 12 * 6 * 9 // 9] == counts


def test_groups_that_share_a_kernel_are_groups_with_equal_kernels() -> None:
    rng = np.random.default_rng(0)
    one, own = (group_conv(4, 6, 3, groups=2, stride=2, padding=1, shared=shared) for shared in (True, False))
    params = init(one, dtype="float64")
    repeated = {
        "weight": np.concatenate([params["conv.weight"][:, :, 0]] * 2),
        "bias": np.concatenate([params["conv.bias"]] * 2),
    }
    x = rng.standard_normal((2, 4, 7, 6))
    np.testing.assert_allclose(
        functional.run(one, params, x), functional.run(own, repeated, x), rtol=1e-12, atol=1e-12
    )


def test_a_dilated_kernel_keeps_its_parameters_and_the_size() -> None:
    assert weights(Conv2d(4, 4, 3)) == weights(dilated_conv(4, 4, 3, dilation=5))
    assert (4, 7, 6) == dilated_conv(4, 4, 3, dilation=5).output_shape((4, 7, 6))


def test_a_global_convolution_is_the_fully_connected_layer_with_its_weights() -> None:
    conv, fc = global_conv(3, 5, (4, 2)), Linear(24, 5)
    params = init(conv, dtype="float64")
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 2))
    expected = functional.run(fc, {**params, "weight": params["weight"].reshape(5, 24)}, x.reshape(2, 24))
    np.testing.assert_allclose(functional.run(conv, params, x).reshape(2, 5), expected, rtol=1e-12)
    assert fc.cost((24,)).macs == conv.cost((3, 4, 2)).macs


def test_a_global_depthwise_convolution_of_equal_weights_is_the_mean() -> None:
    layer = global_depthwise_conv(3, 4, bias=False)
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 4))
    result = functional.run(layer, {"weight": np.full((3, 1, 4, 4), 1 / 16)}, x)
    np.testing.assert_allclose(result[..., 0, 0], x.mean(axis=(2, 3)), rtol=1e-12)


def test_shuffled_between_grouped_convolutions_every_output_sees_every_group() -> None:
    grouped = pointwise_group_conv(12, 12, groups=3, bias=False)

    def groups_seen(*layers: Layer) -> set[int]:
        """The groups of the input that move each group of the output, as a count for each."""
        net = Sequential(*layers)
        params = {name: np.ones(shape) for name, shape in net.parameters().items()}
        moved = np.zeros((12, 3), dtype=bool)
        for group in range(3):
            x = np.zeros((1, 12, 1, 1))
            x[:, 4 * group : 4 * group + 4] = 1
            moved[:, group] = functional.run(net, params, x)[0, :, 0, 0] != 0
        return set(moved.sum(axis=1).tolist())

    assert {1} == groups_seen(grouped, grouped)
    assert {3} == groups_seen(grouped, ChannelShuffle(3), grouped)
