"""Dependencies found by running agree with the gradients of torch."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import convref.torch
from convref.draw.reach import probe
from convref.errors import ArgumentError
from convref.functional.init import init
from convref.nn import (
    AdaptiveAvgPool2d,
    Concat,
    Conv2d,
    Flatten,
    Identity,
    Layer,
    Linear,
    MaxPool2d,
    Product,
    ReLU,
    Sequential,
)

NETS: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "padded": (Conv2d(2, 3, 3, padding=1), (2, 4, 5)),
    "strided": (Conv2d(2, 2, 3, stride=2, dilation=(1, 2)), (2, 6, 7)),
    "grouped": (Conv2d(4, 4, 3, groups=2), (4, 4, 4)),
    "stacked": (Sequential(Conv2d(2, 4, 3), ReLU(), Conv2d(4, 2, 3, groups=2)), (2, 6, 6)),
    "adaptive": (AdaptiveAvgPool2d((2, 3)), (2, 5, 7)),
    "gated": (Product(Identity(), Sequential(AdaptiveAvgPool2d(1), Conv2d(2, 2, 1, groups=2))), (2, 3, 3)),
    "joined": (Concat(Identity(), Conv2d(2, 2, 3, padding=1)), (2, 4, 4)),
}


def jacobian(net: Layer, shape: tuple[int, ...]) -> NDArray[Any]:
    """Whether each output depends on each input, by torch's gradients at positive values."""
    params = {name: np.abs(array) + 0.1 for name, array in init(net, dtype=np.float64).items()}
    module = convref.torch.build(net, params).double()
    x = torch.rand(1, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) + 1
    found = torch.autograd.functional.jacobian(module, x)[0, ..., 0, :, :, :]
    return np.asarray(found.numpy() != 0)


@pytest.mark.parametrize("name", NETS)
def test_connected_positions_are_those_with_a_gradient(name: str) -> None:
    net, shape = NETS[name]
    assert np.array_equal(jacobian(net, shape).any(axis=(0, 3)), probe.reach(net, shape))


@pytest.mark.parametrize("name", NETS)
def test_connected_channels_are_those_with_a_gradient(name: str) -> None:
    net, shape = NETS[name]
    assert np.array_equal(jacobian(net, shape).any(axis=(1, 2, 4, 5)), probe.wiring(net, shape))


def test_every_element_of_a_window_can_become_its_maximum() -> None:
    reach = probe.reach(MaxPool2d(2), (1, 4, 4))
    assert 4 == reach.sum(axis=(2, 3)).min() == reach.sum(axis=(2, 3)).max()


def test_paths_through_a_stack_equal_a_convolution_of_ones() -> None:
    ways = probe.counts(Sequential(Conv2d(1, 1, 3), Conv2d(1, 1, 3)), (1, 5, 5))
    row = np.convolve(np.ones(3), np.ones(3))
    assert np.array_equal(np.outer(row, row), ways[0, 0])


def test_a_fully_connected_layer_connects_all_features() -> None:
    assert probe.wiring(Linear(4, 3), (4,)).all()
    assert probe.wiring(Sequential(Flatten(), Linear(8, 3)), (2, 2, 2)).all()


def test_paths_are_counted_for_one_channel_only() -> None:
    with pytest.raises(ArgumentError, match=r"must have one channel.*several channels: 1.weight"):
        probe.counts(Sequential(Conv2d(1, 1, 3), Conv2d(1, 2, 3)), (1, 5, 5))


def test_a_large_input_is_refused_with_its_size() -> None:
    with pytest.raises(ArgumentError, match="has 10000 positions, which is more than the limit of 4096"):
        probe.reach(Conv2d(1, 1, 3), (1, 100, 100))
