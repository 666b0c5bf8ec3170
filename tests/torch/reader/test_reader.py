"""Modules read into descriptions: torchvision's, a user's own, and what cannot be read."""

import re
import threading
import warnings
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torchvision_models
from torch import nn
from torch.nn import functional as F

import convref.torch
from convref import analyze, architectures, functional
from convref.errors import ArgumentError
from convref.nn import ChannelShuffle, Conv2d, Graph, Layer, Scale, trace
from convref.torch import from_torch

OTHERS = (
    "mnasnet0_5",
    "regnet_y_400mf",
    "efficientnet_v2_s",
    "wide_resnet101_2",
    "convnext_small",
    "regnet_x_1_6gf",
)


def totals(net: Layer, shape: tuple[int, ...]) -> tuple[object, ...]:
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
    assert totals(known, shape) == totals(net, shape)


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


@pytest.mark.filterwarnings("ignore:Complex modules are a new feature")
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.complex64])
def test_a_module_of_any_type_is_read_as_the_same_description(dtype: torch.dtype) -> None:
    model = nn.Sequential(nn.Conv2d(4, 4, 3), nn.Flatten(), nn.Linear(144, 3))
    expected = from_torch(model, (4, 8, 8))
    assert expected == from_torch(model.to(dtype), (4, 8, 8))


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

    def __init__(self, function: Callable[[nn.Module, torch.Tensor], object]) -> None:
        super().__init__()
        self.function = function
        self.conv = nn.Conv2d(4, 4, 1)
        self.lstm = nn.LSTM(8, 4)
        self.other = nn.Conv2d(4, 4, 1)
        self.norm = nn.BatchNorm2d(4)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.up = nn.ConvTranspose2d(4, 4, 3, 2)
        self.deep = nn.Sequential(nn.Conv2d(4, 8, 1), nn.Conv2d(4, 8, 1))
        self.lone, self.tied = nn.Linear(8, 8), nn.Linear(8, 8)
        self.tied.weight = self.lone.weight
        self.parametrized = nn.utils.parametrizations.weight_norm(nn.Conv2d(4, 4, 1))
        with warnings.catch_warnings(action="ignore"):
            self.weighted = nn.utils.weight_norm(nn.Conv2d(4, 4, 1))
        self.weight = nn.Parameter(torch.ones(8))

    def forward(self, x: torch.Tensor) -> object:
        return self.function(self, x)


def changed_in_part(x: torch.Tensor) -> torch.Tensor:
    return torch.cat([x[:, :2].relu_(), x], 1)


HERE = re.escape(__file__) + r":\d+"
UNREADABLE: list[tuple[Callable[[nn.Module, torch.Tensor], object], str]] = [
    (lambda _, x: torch.fft.fft(x), rf"cannot read fft_fft at {HERE}: the operation is not known here"),
    (lambda m, x: m.lstm(x[:, 0])[0], rf"cannot read lstm at {HERE}: LSTM has no description"),
    (lambda _, x: x + 1j, rf"cannot read add at {HERE}: 1j beside a tensor is not known here"),
    (lambda _, x: torch.add(x, x, alpha=2), rf"cannot read add at {HERE}: `alpha` is not known here"),
    (lambda _, x: torch.div(x, 2, rounding_mode="floor"), "cannot read div"),
    (lambda _, x: 1 / x, "a number over a tensor is not known here"),
    (lambda _, x: x / x, "a tensor over a tensor is not known here"),
    (lambda m, x: m.conv(x) * m.weight, "a product with the parameter weight of shape (8,) is not known"),
    (lambda m, x: x + m.weight, "a parameter is used in a way that is not known here"),
    (lambda _, x: x + x.chunk(4, 1)[0].unflatten(1, (1, 1)), "different numbers of axes meet"),
    (lambda _, x: x.permute(1, 0, 2, 3), "the batch must stay the first axis"),
    (lambda _, x: x.reshape(4, 2, 8, 8), "the batch must stay the first axis"),
    (lambda _, x: x.mean(1), "a mean is known over all spatial axes only"),
    (
        lambda _, x: F.interpolate(x, scale_factor=2, mode="bilinear", antialias=True),
        "antialias is not known here",
    ),
    (lambda _, x: x[:1], "the batch must stay the first axis, whole"),
    (lambda _, x: x[:, ::2], "a step of a slice is not known here"),
    (lambda _, x: x[:, [0, 2]], "an index must be of slices and numbers"),
    (lambda _, x: x.unflatten(1, (2, 2))[:, :1], "a part of 4 axes with the channels is not known here"),
    (lambda _, x: torch.stack([x, x]), "the batch must stay the first axis"),
    (
        lambda _, x: x.mean((2, 3), keepdim=True).expand_as(x),
        "what is repeated must go into a sum or a product",
    ),
    (lambda _, x: x + x.mean((2, 3))[0].expand(2, 4, 8, 4)[..., :1], "cannot read getitem"),
    (lambda m, x: m.norm(x - m.norm.running_mean[:, None, None]), "a parameter is used in a way that is not"),
    (lambda _, x: x.sum(1), "the operation is not known here"),
    (lambda m, x: m.conv(x) * torch.ones(4, 1, 1), "_tensor_constant0 of shape (4, 1, 1) is not known here"),
    (
        lambda m, x: m.attention(x[:, 0], x[:, 1], x[:, 1])[0],
        "its queries, keys and values must be one tensor",
    ),
    (lambda m, x: m.attention(*3 * [x[:, 0]])[1], "only the first of the outputs is known here"),
    (lambda m, x: m.up(x, output_size=(17, 17)), "it must be given one tensor and nothing else"),
    (lambda _, x: x.clamp(min=1), "it must have both bounds"),
    (lambda _, x: F.pad(x, (0, 0, 0, 0, 1, 1)), "a padding is known for spatial axes only"),
    (
        lambda m, x: m.tied(m.lone(x)),
        "its weight is lone.weight; parameters can be shared by equal layers only",
    ),
    (lambda m, x: m.weighted(x), "it holds bias, weight_g, weight_v, but a Conv2d weight, bias"),
    (
        lambda m, x: m.parametrized(x),
        "its weight is computed by a parametrization; torch.nn.utils.parametrize",
    ),
    (lambda _, x: F.conv2d(x, torch.ones(4, 4, 1, 1)), "its weight must be a parameter called weight"),
    (
        lambda m, x: F.rms_norm(x, (8,), m.weight),
        "a layer of torch.nn made in __init__ and called in forward",
    ),
    (lambda _, x: F.conv2d(x, x), "its weights must be the module's own parameters"),
    (lambda m, x: F.linear(x, m.weight[None]), "it must take one tensor made from the input"),
    (
        lambda m, x: F.conv2d(x, m.conv.weight, m.other.bias),
        "its parameters must be of one module, not of conv and other",
    ),
    (lambda m, x: F.rms_norm(x, (8,), m.weight), "its weight must be a parameter called weight, of a module"),
    (lambda m, x: F.group_norm(x, 2, None, m.norm.bias), "a bias without a weight is not known here"),
    (
        lambda m, x: F.batch_norm(x, m.norm.running_mean, m.norm.running_var, training=True),
        "it takes the statistics of the batch and moves the running ones",
    ),
    (lambda _, x: F.dropout(x), "it drops in evaluation too; training=self.training lets it not"),
    (
        lambda m, x: changed_in_part(m.conv(x)),
        "it takes conv, a part of which was changed in place",
    ),
    (lambda *_: {}, "the outputs must be tensors"),
    (
        lambda _, x: x if x.sum() > 0 else -x,
        rf"cannot follow the module's forward at {HERE}: a branch or a loop depends on values",
    ),
    (lambda _, x: x * int(x.sum()), rf"cannot follow the module's forward at {HERE}: a branch or a loop dep"),
    (lambda _, x: x * float(x.sum()), rf"cannot follow the module's forward at {HERE}: a branch or a loop"),
    (lambda m, x: m.conv(x[:, :3]), "does not take an input of shape (4, 8, 8): conv at"),
    (lambda m, x: m.deep(x), "deep.1 at"),
    (lambda m, x: m.deep(x), "in_channels (=4) must equal the 8 channels that arrive"),
    (lambda _, x: x @ x[:, :, :5], "(what arrives is (4, 8, 8) and (4, 5, 8))"),
    (lambda _, x: x.chunk(2, 1), "takes chunk, which is no tensor made from the input"),
    (lambda _, x: x.absent, rf"cannot follow the module's forward at {HERE}"),
]


@pytest.mark.parametrize(("function", "message"), UNREADABLE)
def test_what_cannot_be_read_is_named_with_its_line(
    function: Callable[[nn.Module, torch.Tensor], object], message: str
) -> None:
    pattern = message if HERE in message else re.escape(message)
    with pytest.raises(ArgumentError, match=rf"from_torch: .*{pattern}"):
        from_torch(Applies(function), (4, 8, 8))


TRANSFORMERS = {
    "vit_b_32": r"cannot read expand at .*vision_transformer\.py:\d+",
    "maxvit_t": r"cannot read einsum in blocks\.0\..*\.attn_layer\.1 at .*maxvit\.py:\d+",
    "swin3d_t": r"cannot read _get_relative_position_bias in .*attn at .*swin_transformer\.py:\d+",
    "raft_small": r"the module takes several inputs, image1, image2",
}


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_what_cannot_be_read_of_torchvision_is_named_with_its_line_there(name: str) -> None:
    shape = (3, 2, 64, 64) if name == "swin3d_t" else (3, 224, 224)
    with pytest.raises(ArgumentError, match=rf"from_torch: {TRANSFORMERS[name]}"):
        from_torch(torchvision_models.build(name), shape)


class TwoInputs(nn.Module):
    def forward(self, image: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return image * mask


@pytest.mark.parametrize(
    ("module", "shape", "message"),
    [
        (TwoInputs(), (4, 8, 8), "the module takes several inputs, image, mask; a description takes one"),
        (nn.Conv2d, (4, 8, 8), "module (=class Conv2d) must be a torch.nn.Module; give an instance"),
        (Conv2d(4, 4, 1), (4, 8, 8), "module (=a Conv2d) must be a torch.nn.Module; this is a description"),
        (nn.Conv2d(4, 4, 1), (3, 8, 8), "cannot read Conv2d: in_channels (=4) must equal the 3 channels"),
        (nn.LSTM(8, 4), (5, 8), "cannot read LSTM: LSTM has no description"),
    ],
)
def test_what_is_no_module_of_one_input_is_named(
    module: nn.Module, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ArgumentError, match=f"^from_torch: {re.escape(message)}"):
        from_torch(module, shape)


def test_a_module_that_cannot_be_copied_is_named() -> None:
    module = nn.Sequential(nn.ReLU())
    module.lock = threading.Lock()  # type: ignore[assignment]
    with pytest.raises(ArgumentError, match=r"^from_torch: the module cannot be copied: .*lock"):
        from_torch(module, (4, 8, 8))


def test_a_shape_must_be_one() -> None:
    with pytest.raises(ArgumentError, match=r"^input_shape \(=8\) must be positive integers"):
        from_torch(nn.Conv2d(3, 8, 3), 8)  # type: ignore[arg-type]


def test_a_module_without_a_description_is_named_by_its_path() -> None:
    class Recurrent(nn.Sequential):
        pass

    model = Recurrent(nn.Conv1d(4, 8, 1), nn.MultiLabelMarginLoss())
    with pytest.raises(ArgumentError, match=r"from_torch: (cannot read 1|the module does not take)"):
        from_torch(model, (4, 10))
    with pytest.raises(ArgumentError, match=r"cannot read 0.*: TransformerEncoderLayer has no description"):
        from_torch(nn.Sequential(nn.TransformerEncoderLayer(8, 2, batch_first=True)), (5, 8))


def test_an_argument_that_no_description_takes_is_named() -> None:
    with pytest.raises(ArgumentError, match=r"cannot read 0.*: Embedding: max_norm \(=1.0\) must be None"):
        from_torch(nn.Sequential(nn.Embedding(5, 4, max_norm=1.0)), (3,))
