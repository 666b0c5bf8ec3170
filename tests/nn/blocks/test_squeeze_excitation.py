"""Squeeze and excitation: torchvision's names, its parameters by reduction, each channel scaled as one."""

import numpy as np
import pytest

from convref import functional, init
from convref.nn.base import numel
from convref.nn.blocks import squeeze_excitation


@pytest.mark.parametrize("reduction", [2, 4, 8, 16])
def test_its_weights_fall_with_the_reduction_ratio(reduction: int) -> None:
    parameters = squeeze_excitation(64, 64 // reduction).parameters()
    assert ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"] == list(parameters)
    assert 2 * 64**2 // reduction + 64 // reduction + 64 == sum(map(numel, parameters.values()))


def test_all_positions_of_a_channel_are_scaled_by_the_same_factor_below_one() -> None:
    net = squeeze_excitation(6, 2)
    x = np.random.default_rng(0).standard_normal((2, 6, 4, 5))
    scale = functional.run(net, init(net, dtype="float64"), x) / x
    np.testing.assert_allclose(scale, np.broadcast_to(scale[..., :1, :1], scale.shape), rtol=1e-10)
    assert ((scale > 0) & (scale < 1)).all()
