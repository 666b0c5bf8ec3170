"""NumPy and torch agree on every registered network with the same parameters, under torchvision's names."""

import gc
from collections.abc import Iterator

import numpy as np
import pytest
import torch

import convref.torch
from convref import architectures, functional, init
from convref.nn import Layer

SMALL_INPUTS = {"alexnet": (3, 64, 64), "vgg": (3, 32, 32)}
CLASSIFIER = [f"classifier.{index}.{kind}" for index in (0, 3, 6) for kind in ("weight", "bias")]


@pytest.fixture(autouse=True)
def _free_the_weights() -> Iterator[None]:
    yield
    gc.collect()


@pytest.mark.parametrize("name", ["alexnet", "alexnet_original", "vgg11", "vgg13", "vgg16", "vgg19"])
def test_numpy_and_torch_agree(name: str) -> None:
    entry = architectures.find(name)
    net = architectures.build(name)
    shape = entry.input_shape if name == "alexnet_original" else SMALL_INPUTS[entry.family]
    params = init(net, seed=0)
    x = np.random.default_rng(1).standard_normal((2, *shape)).astype(np.float32)
    with torch.inference_mode():
        expected = convref.torch.build(net, params)(torch.from_numpy(x)).numpy()
    assert (2, 1000) == expected.shape
    assert 0.01 < expected.std()
    np.testing.assert_allclose(
        functional.run(net, params, x), expected, rtol=1e-4, atol=1e-4 * expected.std()
    )


def state_dict_keys(net: Layer) -> list[str]:
    with torch.device("meta"):
        return list(convref.torch.build(net).state_dict())


def test_vgg16_s_keys_are_torchvision_s() -> None:
    convs = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
    features = [f"features.{index}.{kind}" for index in convs for kind in ("weight", "bias")]
    assert features + CLASSIFIER == state_dict_keys(architectures.build("vgg16"))


def test_alexnet_s_keys_are_torchvision_s() -> None:
    features = [f"features.{index}.{kind}" for index in (0, 3, 6, 8, 10) for kind in ("weight", "bias")]
    classifier = [key.replace("0", "1").replace("3", "4") for key in CLASSIFIER]
    assert features + classifier == state_dict_keys(architectures.build("alexnet"))
