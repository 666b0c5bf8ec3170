"""Drawn parameters keep the variance of signals through each kind of layer; norms start as the identity."""

import numpy as np
import pytest

from convref import functional, init
from convref.nn import (
    BatchNorm1d,
    Conv2d,
    ConvTranspose2d,
    Embedding,
    GroupNorm,
    InstanceNorm2d,
    Layer,
    LayerNorm,
    Linear,
    ReLU,
    RMSNorm,
    Sequential,
    Shape,
)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Conv2d(64, 64, 3, padding="same", padding_mode="circular", bias=False), (64, 8, 8)),
        (Conv2d(64, 64, 3, padding="same", padding_mode="circular", groups=4, bias=False), (64, 8, 8)),
        (ConvTranspose2d(64, 64, 4, stride=2, groups=2, bias=False), (64, 8, 8)),
        (ConvTranspose2d(64, 64, 2, stride=2, bias=False), (64, 8, 8)),
        (Linear(512, 512, bias=False), (512,)),
    ],
)
def test_relu_and_a_drawn_layer_keep_the_mean_square(layer: Layer, shape: Shape) -> None:
    net = Sequential(relu=ReLU(), layer=layer)
    x = np.random.default_rng(1).standard_normal((8, *shape)).astype(np.float32)
    inner = (
        slice(None),
        slice(None),
        *[slice(4, -4)] * (len(shape) - 1 if isinstance(layer, ConvTranspose2d) else 0),
    )
    output = functional.run(net, init(net, seed=2), x)[inner]
    assert 1 == pytest.approx(np.square(output).mean(), rel=0.15)


@pytest.mark.parametrize(
    "layer", [BatchNorm1d(4), GroupNorm(2, 4), LayerNorm(5), RMSNorm(5), InstanceNorm2d(4, affine=True)]
)
def test_norms_start_with_weight_one_and_bias_zero(layer: Layer) -> None:
    params = init(layer)
    expected = {"weight": 1, "running_var": 1, "bias": 0, "running_mean": 0}
    assert {name: {expected[name]} for name in params} == {
        name: set(array.tolist()) for name, array in params.items()
    }


def test_embedded_words_have_unit_variance() -> None:
    assert 1 == pytest.approx(init(Embedding(200, 50))["weight"].std(), rel=0.05)


@pytest.mark.parametrize("seed", [np.int8(3), np.array(3)])
def test_a_seed_may_be_any_integer_of_numpy(seed: int) -> None:
    net = Linear(2, 3)
    expected, actual = init(net, seed=3), init(net, seed=seed)
    assert expected.keys() == actual.keys()
    assert all(np.array_equal(expected[name], actual[name]) for name in expected)
