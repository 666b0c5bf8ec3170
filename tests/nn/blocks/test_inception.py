"""The inception module: its channels and weights against the paper's table, with and without reductions."""

from typing import Any

import pytest

from convref.nn.base import numel
from convref.nn.blocks import inception_module

ROWS = [  # of table 1: size, arguments, channels that come out, weights (in 1024s), operations (in millions)
    (28, (192, 64, (96, 128), (16, 32), 32), 256, 159, 128),
    (28, (256, 128, (128, 192), (32, 96), 64), 480, 380, 304),
    (14, (480, 192, (96, 208), (16, 48), 64), 512, 364, 73),
    (14, (512, 160, (112, 224), (24, 64), 64), 512, 437, 88),
    (14, (512, 112, (144, 288), (32, 64), 64), 528, 580, 119),
    (14, (528, 256, (160, 320), (32, 128), 128), 832, 840, 170),
    (7, (832, 384, (192, 384), (48, 128), 128), 1024, 1388, 71),
]  # without 4c and 5a, whose figures do not follow from their channels


@pytest.mark.parametrize(("size", "arguments", "channels", "weights", "operations"), ROWS)
def test_channels_weights_and_operations_are_those_of_the_table(
    size: int, arguments: tuple[Any, ...], channels: int, weights: int, operations: int
) -> None:
    module, shape = inception_module(*arguments), (arguments[0], size, size)
    assert (channels, size, size) == module.output_shape(shape)
    count = sum(numel(each) for name, each in module.parameters().items() if name.endswith("weight"))
    assert weights == pytest.approx(count / 1024, rel=0.02)
    assert operations == pytest.approx(module.cost(shape).macs / 1e6, abs=1)


def test_without_reductions_the_module_has_the_pool_s_channels_too_and_costs_more() -> None:
    reduced = inception_module(192, 64, (96, 128), (16, 32), 32)
    naive = inception_module(192, 64, (None, 128), (None, 32), None)
    assert 64 + 128 + 32 + 192 == naive.output_shape((192, 28, 28))[0]
    kernels = 192 * (64 + 9 * 128 + 25 * 32)
    assert 28 * 28 * kernels == naive.cost((192, 28, 28)).macs > reduced.cost((192, 28, 28)).macs


def test_the_larger_kernel_can_be_torchvision_s() -> None:
    module = inception_module(192, 64, (96, 128), (16, 32), 32, large_kernel=3, ceil_mode=True)
    assert (32, 16, 3, 3) == module.parameters()["branch3.1.conv.weight"]
