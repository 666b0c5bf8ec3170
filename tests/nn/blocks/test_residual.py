"""Residual blocks: shortcuts, strides and widths in their two forms."""

import numpy as np

from convref import functional, init
from convref.nn import Identity
from convref.nn.base import Layer, numel
from convref.nn.blocks import basic_block, bottleneck, residual, shortcut


def weights(layer: Layer, ending: str = "weight") -> dict[str, tuple[int, ...]]:
    return {name: shape for name, shape in layer.parameters().items() if name.endswith(ending)}


def test_the_shortcut_is_the_identity_unless_the_shape_changes() -> None:
    assert Identity() == shortcut(64, 64)
    assert (128, 64, 1, 1) == shortcut(64, 128).parameters()["0.weight"]
    assert (64, 14, 14) == shortcut(64, 64, 2).output_shape((64, 28, 28))


def test_a_body_of_zeros_leaves_the_shortcut_and_relu() -> None:
    net = basic_block(4, 4)
    params = {name: np.zeros_like(array) for name, array in init(net).items()}
    x = np.random.default_rng(0).standard_normal((2, 4, 5, 5)).astype(np.float32)
    assert np.array_equal(np.maximum(x, 0), functional.run(net, params, x))
    assert np.array_equal(np.maximum(2 * x, 0), functional.run(residual(Identity(), Identity()), {}, x))


def test_a_bottleneck_spends_less_than_two_wide_kernels() -> None:
    macs = [block.cost((256, 14, 14)).macs for block in (bottleneck(256, 256), basic_block(256, 256))]
    places = 14 * 14
    assert [places * (2 * 256 * 64 + 9 * 64 * 64), places * 2 * 9 * 256 * 256] == macs


def test_the_stride_can_be_that_of_the_first_convolution() -> None:
    shape = (64, 28, 28)
    later, first = (bottleneck(64, 256, 2, stride_first=each) for each in (False, True))
    assert later.output_shape(shape) == first.output_shape(shape) == (256, 14, 14)
    assert later.cost(shape).macs - first.cost(shape).macs == (28 * 28 - 14 * 14) * 64 * 64


def test_width_and_groups_are_those_of_the_middle() -> None:
    parameters = bottleneck(64, 256, width=128, groups=32).parameters()
    assert ((128, 64, 1, 1), (128, 4, 3, 3)) == (parameters["conv1.weight"], parameters["conv2.weight"])


def test_scaling_the_channels_comes_last_in_the_body() -> None:
    names = list(bottleneck(64, 64, attention=basic_block(64, 64)).parameters())
    assert [name for name in names if name.startswith("se.")] == names[-6:]
    assert sum(map(numel, weights(basic_block(64, 64), "conv1.weight").values())) == 9 * 64 * 64
