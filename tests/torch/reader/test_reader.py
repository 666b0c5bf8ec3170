"""Modules read into descriptions: torchvision's, a user's own, and what cannot be read."""

import re
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torchvision_models
from torch import nn
from torch.nn import functional as F

import convref.torch
from convref import analyze, architectures, functional
from convref.errors import ArgumentError
from convref.nn import (
    AvgPool1d,
    AvgPool2d,
    ChannelShuffle,
    Conv2d,
    Graph,
    Layer,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    Scale,
    StochasticDepth,
    trace,
)
from convref.torch import from_torch

OTHERS = (
    "mnasnet0_5",
    "regnet_y_400mf",
    "efficientnet_v2_s",
    "wide_resnet101_2",
    "convnext_small",
    "regnet_x_1_6gf",
)


def totals(net: Layer, shape: tuple[int, ...]) -> tuple[Any, ...]:
    report = analyze(net, shape)
    memory = (report.peak_activation_bytes, report.training_memory().activations)
    return report.params, report.buffers, report.macs, report.activations, report.receptive_field, *memory


@pytest.mark.parametrize("name", torchvision_models.NAMES)
def test_torchvision_s_module_reads_as_the_registered_network(name: str) -> None:
    shape = architectures.find(name).input_shape
    known = architectures.build(name)
    net = from_torch(torchvision_models.build(name), shape)
    assert known.parameters() == net.parameters()
    assert known.buffers() == net.buffers()
    # In training, torchvision's modules drop whole branches, which keeps a number for each that may go.
    layers = [step.layer for step in trace(net, shape, training=True).steps]
    drops = sum(isinstance(layer, StochasticDepth) and layer.p > 0 for layer in layers)
    *others, kept = totals(known, shape)
    assert (*others, kept + 4 * drops) == totals(net, shape)


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_the_input_s_change_that_published_weights_come_with_is_read(name: str) -> None:
    shape = architectures.find(name).input_shape
    known, net = architectures.build(name), from_torch(torchvision_models.build(name), shape)
    changed = from_torch(torchvision_models.build(name, transform_input=True), shape)
    assert known.parameters() == changed.parameters()
    assert analyze(known, shape).macs == analyze(changed, shape).macs
    assert len(trace(net, shape).steps) < len(trace(changed, shape).steps)


@pytest.mark.parametrize("name", OTHERS)
def test_networks_that_are_not_registered_read_with_all_their_parameters_and_operations(name: str) -> None:
    model = torchvision_models.build(name, "cpu")
    report = analyze(from_torch(model, (3, 224, 224)), (3, 224, 224))
    meta = torchvision_models.library().get_model_weights(name).DEFAULT.meta
    assert sum(parameter.numel() for parameter in model.parameters()) == report.params == meta["num_params"]
    if name != "efficientnet_v2_s":  # whose weights were counted at another size
        assert meta["_ops"] == round(report.macs / 1e9, 3)


@pytest.mark.parametrize(
    "name", ["resnet18", "shufflenet_v2_x0_5", "convnext_tiny", "googlenet", "squeezenet1_1"]
)
@torch.inference_mode()
def test_what_was_read_runs_in_numpy_on_the_module_s_own_parameters(name: str) -> None:
    model, x = torchvision_models.build(name, "cpu"), torch.randn(2, 3, 64, 64)
    net = from_torch(model, (3, 64, 64))
    state = {key: value.numpy() for key, value in model.state_dict().items()}
    expected = model(x).numpy()
    close = {"rtol": 1e-4, "atol": 1e-4 * expected.std()}
    np.testing.assert_allclose(functional.run(net, state, x.numpy()), expected, **close)
    np.testing.assert_allclose(convref.torch.build(net, state)(x).numpy(), expected, **close)


def test_channels_that_are_shuffled_by_hand_are_a_shuffle() -> None:
    net = from_torch(torchvision_models.build("shufflenet_v2_x0_5"), (3, 224, 224))
    assert 16 == sum(child.layer == ChannelShuffle(2) for child in net.children)


def test_dense_outputs_and_their_heads_are_taps() -> None:
    net = from_torch(torchvision_models.build("fcn_resnet50"), (3, 65, 65))
    model = convref.torch.build(net).eval()
    output, taps = model(torch.randn(1, 3, 65, 65), taps=True)
    assert (1, 21, 65, 65) == tuple(output.shape) == tuple(taps["aux"].shape)


class Everyday(nn.Module):
    """What people write: functions, methods, a module used twice, arithmetic on shapes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.scale = Scaled()
        self.fc = nn.Linear(4 * 4 * 4, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.norm(self.conv(x)))
        y = torch.sigmoid(self.conv(y)) * y + x
        first, second = y.chunk(2, dim=1)
        y = torch.cat([second, first.tanh()], dim=1)
        y = self.scale(F.avg_pool2d(y, 2))
        y = F.interpolate(F.max_pool2d(y, 2, stride=1), scale_factor=2, mode="bilinear", align_corners=False)
        y = F.dropout(F.adaptive_avg_pool2d(y, (4, 4)), 0.1, self.training)
        y = y.permute(0, 2, 3, 1).transpose(1, 3).contiguous()
        return F.log_softmax(self.fc(y.view(y.size(0), -1)), dim=1)


class Scaled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((1,), 3.0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weight


@torch.inference_mode()
def test_functions_methods_and_shared_modules_are_read_and_run() -> None:
    model, x = Everyday().eval(), torch.randn(2, 4, 10, 10)
    net = from_torch(model, (4, 10, 10))
    assert isinstance(net, Graph)
    layers = {child.name: child.layer for child in net.layers}
    assert (Conv2d(4, 4, 3, padding=1), Scale()) == (layers["conv"], layers["scale"])
    state = {key: value.numpy() for key, value in model.state_dict().items()}
    assert {key: tuple(value.shape) for key, value in model.named_parameters()} == net.parameters()
    np.testing.assert_allclose(functional.run(net, state, x.numpy()), model(x).numpy(), rtol=1e-4, atol=1e-6)


FUNCTIONS = [
    (lambda x: F.max_pool2d(x, 2), MaxPool2d(2)),
    (lambda x: F.max_pool2d(x, kernel_size=(2, 3)), MaxPool2d((2, 3))),
    (lambda x: F.max_pool2d(x, 3, padding=1), MaxPool2d(3, padding=1)),
    (lambda x: F.avg_pool2d(x, 2), AvgPool2d(2)),
    (lambda x: torch.max_pool2d(x, 2), MaxPool2d(2)),
    (lambda x: F.max_pool1d(x.flatten(2), 2), MaxPool1d(2)),
    (lambda x: F.avg_pool1d(x.flatten(2), 2), AvgPool1d(2)),
    (lambda x: F.max_pool3d(x.unsqueeze(2), (1, 2, 2)), MaxPool3d((1, 2, 2))),
]


class OfFunction(nn.Module):
    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x)


@pytest.mark.parametrize(("function", "layer"), FUNCTIONS, ids=[f"{layer}" for _, layer in FUNCTIONS])
def test_a_pool_whose_stride_is_left_out_is_read_as_the_layer(
    function: Callable[[torch.Tensor], torch.Tensor], layer: Layer
) -> None:
    net = from_torch(OfFunction(function), (3, 12, 12))
    assert layer == net.children[-1].layer


@pytest.mark.filterwarnings("ignore:Complex modules are a new feature")
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.complex64])
def test_a_module_of_any_type_is_read_with_the_same_layers_and_its_own_bytes(dtype: torch.dtype) -> None:
    model = nn.Sequential(nn.Conv2d(4, 4, 3), nn.Flatten(), nn.Linear(144, 3))
    expected = from_torch(model, (4, 8, 8))
    net = from_torch(model.to(dtype), (4, 8, 8))
    assert isinstance(net, Graph)
    assert expected.children == net.children
    size = torch.empty((), dtype=dtype).element_size()
    assert size * sum(each.numel() for each in model.parameters()) == analyze(net, (4, 8, 8)).weight_bytes
    assert 4 * (256 + 4 * 36 + 3) == analyze(net, (4, 8, 8), dtype="float32").activation_bytes


class Functional(nn.Module):
    """Parameters of the module's own, given to functions."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Conv2d(3, 6, 3, groups=3)
        self.norm = nn.LayerNorm(6)
        self.out = nn.Linear(6, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.conv2d(x, self.inner.weight, self.inner.bias, groups=3).mean([2, 3])
        y = F.layer_norm(y, (6,), self.norm.weight, self.norm.bias, 1e-6)
        return F.linear(y, self.out.weight, bias=self.out.bias)


@torch.inference_mode()
def test_functions_on_the_module_s_own_parameters_are_the_layers_that_hold_them() -> None:
    model, x = Functional(), torch.randn(2, 3, 8, 8)
    net = from_torch(model, (3, 8, 8))
    state = {key: value.numpy() for key, value in model.state_dict().items()}
    np.testing.assert_allclose(functional.run(net, state, x.numpy()), model(x).numpy(), rtol=1e-4, atol=1e-6)


def test_a_module_that_convref_built_gives_its_own_description_back() -> None:
    net = architectures.build("lenet5")
    assert net == from_torch(convref.torch.build(net), (1, 32, 32))


def test_the_module_that_is_read_stays_as_it_was() -> None:
    model = Everyday().train()
    from_torch(model, (4, 10, 10))
    assert model.training
    assert {"cpu"} == {parameter.device.type for parameter in model.parameters()}


class Applies(nn.Module):
    """A module whose forward is a function that a test gives."""

    def __init__(self, function: Callable[[Any, Any], object]) -> None:
        super().__init__()
        self.function = function
        self.conv = nn.Conv2d(4, 4, 1)
        self.norm = nn.BatchNorm2d(4)
        self.deep = nn.Sequential(nn.Conv2d(4, 8, 1), nn.Conv2d(4, 8, 1))
        self.weight = nn.Parameter(torch.ones(8))

    def forward(self, x: torch.Tensor) -> object:
        return self.function(self, x)


HERE = re.escape(__file__) + r":\d+"
UNREADABLE: list[tuple[Callable[[Any, Any], object], str]] = [
    (
        lambda _, x: torch.fft.rfft(x).abs(),
        rf"cannot read _fft_r2c at {HERE}: convref does not know this operation",
    ),
    (
        lambda _, x: torch.fft.rfft(x).abs() + torch.special.i0(x)[..., :5],
        rf"cannot read 2 operations: _fft_r2c at {HERE}: .*; i0 at {HERE}: convref does not know",
    ),
    (lambda _, x: x[:1], rf"cannot read slice.Tensor at {HERE}: it takes a part of the batch, but a descr"),
    (lambda _, x: x[0], rf"cannot read select.int at {HERE}: it takes a part of the batch"),
    (lambda _, x: x.unbind(0)[0], "what the forward does depends on the number of samples in the batch"),
    (
        lambda _, x: x[: len(x) // 2],
        "a size is not a multiple of the batch size plus a constant",
    ),
    (lambda _, x: x * len(x) ** 0.5, "a number (1.4142135623730951) depends on the number of samples"),
    (lambda _, x: x if len(x) < 5 else x + x * x, "depends on the number of samples in the batch"),
    (lambda _, x: x[x > 0], "a branch, a loop, an index or a number depends on values in a tensor"),
    (lambda _, x: x + torch.rand_like(x), rf"cannot read rand_like at {HERE}: it draws random numbers"),
    (lambda _, x: F.dropout(x), "it applies dropout in evaluation mode; pass training=self.training"),
    (
        lambda m, x: m.norm(x) + m.norm.running_mean.add_(1)[:, None, None],
        "the forward changes norm.running_mean, so another call could give a different result",
    ),
    (lambda *_: {}, "it must return a tensor, or tensors in tuples, lists, dicts or dataclasses"),
    (
        lambda _, x: x if x.sum() > 0 else -x,
        rf"cannot read _local_scalar_dense at {HERE}: a branch, a loop, an index or a number depends on",
    ),
    (
        lambda _, x: x * int(x.sum()),
        rf"cannot read _local_scalar_dense at {HERE}: a branch, a loop, an index",
    ),
    (lambda _, x: x * float(x.sum()), rf"cannot read _local_scalar_dense at {HERE}: a branch, a loop"),
    (lambda m, x: m.conv(x[:, :3]), "does not take an input of shape (4, 8, 8): conv at"),
    (lambda m, x: m.deep(x), "in_channels (=4) must equal the 8 channels of the input"),
    (lambda _, x: x @ x[:, :, :5], "(its inputs have the shapes (4, 8, 8) and (4, 5, 8) without"),
    (lambda _, x: x.absent, rf"cannot run the module's forward at {HERE}"),
    (lambda _, x: x * STRANGER, "it uses a parameter that does not belong to the module"),
    (lambda _, x: x + LARGE[:8], "it uses a tensor of 70000 elements that the module does not hold"),
]
STRANGER: nn.Parameter = nn.Parameter(torch.ones(8))
LARGE: torch.Tensor = torch.ones(70_000)


@pytest.mark.parametrize(("function", "message"), UNREADABLE)
def test_what_cannot_be_read_is_named_with_its_line(
    function: Callable[[Any, Any], object], message: str
) -> None:
    pattern = message if HERE in message else re.escape(message)
    with pytest.raises(ArgumentError, match=rf"from_torch: .*{pattern}"):
        from_torch(Applies(function), (4, 8, 8))


@pytest.mark.parametrize("name", ["vit_b_32", "maxvit_t", "swin_t", "swin_v2_t"])
def test_transformers_of_torchvision_are_read_with_their_published_figures(name: str) -> None:
    model = torchvision_models.build(name)
    report = analyze(from_torch(model, (3, 224, 224)), (3, 224, 224))
    meta = torchvision_models.library().get_model_weights(name).DEFAULT.meta
    assert meta["num_params"] == report.params
    if name != "swin_v2_t":  # whose weights were counted at another size
        assert meta["_ops"] == round(report.macs / 1e9, 3)


class TwoInputs(nn.Module):
    def forward(self, image: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return image * mask


@pytest.mark.parametrize(
    ("module", "shape", "message"),
    [
        (TwoInputs(), (4, 8, 8), "the module's forward takes image, mask, so input_shape must have one"),
        (nn.ReLU(), ((4, 8, 8), (4, 8, 8)), "the module's forward takes input, so input_shape must have one"),
        (nn.Conv2d, (4, 8, 8), "module (=class Conv2d) must be a torch.nn.Module; give an instance"),
        (Conv2d(4, 4, 1), (4, 8, 8), "module (=a Conv2d) must be a torch.nn.Module; this is a description"),
        (
            nn.Conv2d(4, 4, 1),
            (3, 8, 8),
            "the module does not take an input of shape (3, 8, 8): Conv2d: in_chan",
        ),
    ],
)
def test_what_is_no_module_of_one_input_is_named(
    module: nn.Module, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ArgumentError, match=f"^from_torch: {re.escape(message)}"):
        from_torch(module, shape)


@pytest.mark.filterwarnings("ignore:`torch.jit")
def test_scripted_and_traced_modules_are_named_with_the_way_out() -> None:
    for module in (torch.jit.script(nn.ReLU()), torch.jit.trace(nn.Conv2d(3, 3, 1), torch.zeros(1, 3, 4, 4))):
        with pytest.raises(
            ArgumentError, match=r"scripted and traced modules cannot be converted.* pass the original"
        ):
            from_torch(module, (3, 4, 4))


def test_a_module_that_cannot_be_copied_is_named() -> None:
    module = nn.Sequential(nn.ReLU())
    module.event = threading.Event()  # type: ignore[assignment]
    with pytest.raises(ArgumentError, match=r"^from_torch: the module cannot be copied: .*lock"):
        from_torch(module, (4, 8, 8))


def test_a_shape_must_be_one() -> None:
    with pytest.raises(ArgumentError, match=r"^input_shape \(=8\) must consist of positive integers"):
        from_torch(nn.Conv2d(3, 8, 3), 8)  # type: ignore[arg-type]


def test_a_plain_list_of_modules_is_named_with_the_way_out() -> None:
    class Listed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = [nn.Conv2d(4, 4, 1)]

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.layers[0](x)

    with pytest.raises(
        ArgumentError, match=r"layers\[0\] is a module: .* a plain list .* use torch.nn.ModuleList"
    ):
        from_torch(Listed(), (4, 8, 8))


def test_what_needs_more_than_one_input_is_named() -> None:
    with pytest.raises(ArgumentError, match=r"cannot run the module's forward.*missing 1 required"):
        from_torch(nn.Sequential(nn.MultiLabelMarginLoss()), (4, 10))


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
def test_products_of_different_samples_are_named_with_their_line() -> None:
    for module, name in (
        (nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 16), 2), "multi_head_attention_forward"),
        (Applies(lambda _, x: x.flatten(1) @ x.flatten(1).T), "matmul"),
    ):
        shape = (3, 4) if name != "matmul" else (4, 8, 8)
        with pytest.raises(ArgumentError, match=rf"cannot read {name}.*: it multiplies different samples of"):
            from_torch(module.eval(), shape)


def test_weights_that_a_forward_renormalizes_are_named() -> None:
    with pytest.raises(ArgumentError, match=r"in 0: the forward changes 0.weight, so another call"):
        from_torch(nn.Sequential(nn.Embedding(5, 4, max_norm=1.0)), (3,))
