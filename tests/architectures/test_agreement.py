"""NumPy, torch and torchvision's own modules agree on every registered network with the same parameters."""

import functools
import math

import numpy as np
import pytest
import torch
import torchvision_models
from samples import light_networks

import convref.torch
from convref import architectures, functional
from convref.nn import Layer, Shape

SMALL_INPUTS: dict[str, Shape] = {
    "alexnet": (3, 64, 64),
    "alexnet_original": (3, 227, 227),
    "lenet5": (1, 32, 32),
    "nin_imagenet": (3, 64, 64),
    "googlenet_paper": (3, 64, 64),
    "inception_v3": (3, 75, 75),
    "mobilefacenet": (3, 112, 112),
    "fcn_resnet50": (3, 33, 35),
    "deeplabv3_resnet50": (3, 33, 35),
    "wavenet": (256, 40),
    "gated_conv_lm": (12,),
    "slicenet_encoder": (12, 768),
    "transformer_encoder": (12, 512),
    "weighted_transformer_encoder": (12, 512),
    "gated_inpainting": (5, 32, 32),
}
SMALL_ARGUMENTS = {"gated_conv_lm": {"vocabulary": 500}}
TOLERANCE = 1e-4


@functools.cache
def noise() -> np.ndarray:
    return np.random.default_rng(0).standard_normal(999_983).astype(np.float32)


def parameters(net: Layer) -> dict[str, np.ndarray]:
    """Return parameters and statistics away from 0 and 1; faster than `init`, since noise is repeated."""
    return {name: fill(name, shape) for name, shape in (net.parameters() | net.buffers()).items()}


def fill(name: str, shape: Shape) -> np.ndarray:
    values = np.resize(noise(), shape)
    if name.endswith("running_var"):
        return 1 + np.abs(values)
    if name.endswith(("bias", "running_mean")):
        return values / 10
    return values * math.sqrt(2 / math.prod(shape[1:])) if len(shape) > 1 else 1 + values / 10


def small_input(name: str) -> np.ndarray:
    shape = (2, *SMALL_INPUTS.get(name, (3, 32, 32)))
    if name in SMALL_ARGUMENTS:
        return np.random.default_rng(1).integers(0, SMALL_ARGUMENTS[name]["vocabulary"], shape)
    return np.random.default_rng(1).standard_normal(shape).astype(np.float32)


def assert_close(actual: np.ndarray, expected: np.ndarray) -> None:
    assert actual.shape == expected.shape
    assert 0 < expected.std() < np.inf
    np.testing.assert_allclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE * expected.std())


@pytest.mark.parametrize("name", light_networks())
@torch.inference_mode()
def test_numpy_torch_and_torchvision_agree(name: str) -> None:
    net = architectures.build(name, **SMALL_ARGUMENTS.get(name, {}))
    params, x = parameters(net), small_input(name)
    model = convref.torch.build(net, params)
    own = {key: tuple(value.shape) for key, value in model.state_dict().items() if "num_batches" not in key}
    assert own == net.parameters() | net.buffers()
    expected = model(torch.from_numpy(x)).numpy()
    assert_close(functional.run(net, params, x), expected)
    if name in torchvision_models.NAMES:
        output = torchvision_s(name, params)(torch.from_numpy(x))
        assert_close((output["out"] if isinstance(output, dict) else output).numpy(), expected)


def torchvision_s(name: str, params: dict[str, np.ndarray]) -> torch.nn.Module:
    model = torchvision_models.build(name)
    state = {key: torch.from_numpy(value) for key, value in params.items()}
    counters = {key: torch.tensor(0) for key in model.state_dict() if key.endswith("num_batches_tracked")}
    model.load_state_dict(state | counters, strict=True, assign=True)
    return model


@torch.inference_mode()
def test_auxiliary_outputs_agree() -> None:
    net, x = architectures.build("fcn_resnet50"), small_input("fcn_resnet50")
    params = parameters(net)
    _, taps = functional.run(net, params, x, taps=True)
    expected = torchvision_s("fcn_resnet50", params)(torch.from_numpy(x))["aux"].numpy()
    assert_close(taps["aux_classifier"], expected)


def test_the_heads_of_training_agree_with_torchvision_s() -> None:
    net = architectures.build("inception_v3", num_classes=10)
    model = convref.torch.build(net, parameters(net)).train()
    with torch.device("cpu"):
        own = torchvision_models.build("inception_v3", "cpu", num_classes=10)
    own.load_state_dict(model.state_dict(), strict=True)
    own.train()
    for each in (*model.modules(), *own.modules()):
        if isinstance(each, torch.nn.Dropout):
            each.p = 0.0
    x = torch.randn(2, 3, 299, 299)
    output, taps = model(x, taps=True)
    expected = own(x)
    assert_close(output.detach().numpy(), expected.logits.detach().numpy())
    assert_close(taps["AuxLogits"].detach().numpy(), expected.aux_logits.detach().numpy())


@torch.inference_mode()
def test_the_transformer_is_torch_s_own_after_the_positions_are_added() -> None:
    net, x = architectures.build("transformer_encoder", layers=2), small_input("transformer_encoder")
    params = parameters(net)
    layer = torch.nn.TransformerEncoderLayer(512, 8, 2048, batch_first=True)
    own = torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()
    own.load_state_dict({key: torch.from_numpy(value) for key, value in params.items()}, strict=True)
    placed = functional.run(architectures.build("transformer_encoder", layers=0), {}, x)
    assert_close(functional.run(net, params, x), own(torch.from_numpy(placed)).numpy())
