"""Every primitive in every form: its shapes, names and results are those of the torch module."""

import pickle

import numpy as np
import pytest
import torch

from convref import functional, init, nn
from convref.nn import Layer, Shape
from convref.torch import build

FLAT, LINE, MAP, BLOCK = (6,), (6, 9), (6, 9, 8), (4, 5, 6, 7)
SEQUENCE = (7, 12)

ANY_SHAPE = [
    nn.ReLU(),
    nn.ReLU6(inplace=True),
    nn.LeakyReLU(0.2),
    nn.RReLU(0.1, 0.3),
    nn.ELU(0.5),
    nn.SELU(),
    nn.CELU(1.5),
    nn.GELU(),
    nn.GELU("tanh"),
    nn.SiLU(),
    nn.Mish(),
    nn.Softplus(2.0, 1.0),
    nn.Sigmoid(),
    nn.Tanh(),
    nn.LogSigmoid(),
    nn.Hardsigmoid(),
    nn.Hardswish(),
    nn.Hardtanh(-0.5, 0.25),
    nn.Softsign(),
    nn.Hardshrink(0.3),
    nn.Softshrink(0.3),
    nn.Tanhshrink(),
    nn.Threshold(0.1, 20.0),
    nn.PReLU(),
    nn.PReLU(6, init=0.5),
    nn.Softmax(dim=1),
    nn.Softmax(dim=-1),
    nn.LogSoftmax(dim=-1),
    nn.Softmin(dim=1),
    nn.GLU(dim=1),
    nn.Dropout(0.3),
    nn.AlphaDropout(),
    nn.FeatureAlphaDropout(),
    nn.StochasticDepth(0.2, "row"),
    nn.Scale(0.5),
    nn.Affine(-0.5, 2),
    nn.Identity(),
    nn.Flatten(),
]
LINES = [
    nn.Conv1d(6, 4, 3),
    nn.Conv1d(6, 6, 3, stride=2, padding=2, dilation=2, groups=3, bias=False),
    nn.Conv1d(6, 4, 4, padding="same", padding_mode="reflect"),
    nn.ConvTranspose1d(6, 4, 3, 2, 1, 1),
    nn.MaxPool1d(3, 2, ceil_mode=True),
    nn.AvgPool1d(3, 2, 1, count_include_pad=False),
    nn.LPPool1d(2.0, 3, 2),
    nn.LPPool1d(3, 2, ceil_mode=True),
    nn.AdaptiveAvgPool1d(4),
    nn.AdaptiveMaxPool1d(4),
    nn.BatchNorm1d(6),
    nn.InstanceNorm1d(6, affine=True),
    nn.GroupNorm(2, 6),
    nn.LocalResponseNorm(3),
    nn.LayerNorm(9),
    nn.RMSNorm(9),
    nn.Linear(9, 5),
    nn.Dropout1d(),
    nn.ConstantPad1d((2, 1), 0.5),
    nn.ConstantPad1d((2, -1), 3),
    nn.ZeroPad1d((3, 0)),
    nn.ReflectionPad1d((2, 1)),
    nn.ReplicationPad1d(2),
    nn.CircularPad1d((2, 1)),
    nn.ReflectionPad1d((-2, 1)),
    nn.ReplicationPad1d((3, -1)),
    nn.CircularPad1d(-1),
    nn.Upsample(20),
    nn.Upsample(scale_factor=(1.5,), mode="linear"),
    nn.Unflatten(1, (2, 3)),
    nn.Permute((0, 2, 1)),
    nn.ChannelShuffle(3),
]
MAPS = [
    nn.Conv2d(6, 4, (3, 2), bias=False),
    nn.Conv2d(6, 12, 3, stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=6),
    nn.Conv2d(6, 4, 3, padding=2, padding_mode="circular"),
    nn.Conv2d(6, 4, 3, padding=1, padding_mode="replicate"),
    nn.ConvTranspose2d(6, 4, 4, stride=2, padding=1, groups=2),
    nn.ConvTranspose2d(6, 4, (3, 2), stride=(3, 1), output_padding=(2, 1), dilation=(1, 2), bias=False),
    nn.DeformConv2d(6, 4, 3),
    nn.DeformConv2d(6, 4, (3, 2), (2, 1), (1, 0), (1, 2), 2, False, 3, True),
    nn.MaxPool2d(3, 2, 1),
    nn.MaxPool2d((3, 2), (2, 1), (1, 0), (2, 1), ceil_mode=True),
    nn.AvgPool2d(2),
    nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False),
    nn.AvgPool2d(3, 1, 1, divisor_override=5),
    nn.LPPool2d(2, (3, 2), 2),
    nn.AdaptiveAvgPool2d((4, None)),
    nn.AdaptiveMaxPool2d((4, None)),
    nn.BatchNorm2d(6),
    nn.BatchNorm2d(6, 1e-3, None, affine=False),
    nn.BatchNorm2d(6, track_running_stats=False),
    nn.InstanceNorm2d(6),
    nn.InstanceNorm2d(6, affine=True, track_running_stats=True),
    nn.LayerNorm((9, 8), elementwise_affine=False),
    nn.LayerNorm((6, 9, 8), bias=False),
    nn.RMSNorm((9, 8), eps=1e-3, elementwise_affine=False),
    nn.GroupNorm(3, 6, affine=False),
    nn.LocalResponseNorm(5, 1e-3, 0.5, 2.0),
    nn.LayerScale(6, 0.1),
    nn.Softmax2d(),
    nn.Dropout2d(),
    nn.ConstantPad2d((1, 2, 0, 3), -1.0),
    nn.ZeroPad2d(1),
    nn.ReflectionPad2d((1, 2, 0, 3)),
    nn.ReplicationPad2d((1, 2, 0, 3)),
    nn.CircularPad2d((1, 2, 0, 3)),
    nn.Upsample((12, 20), mode="bilinear"),
    nn.Upsample((12, 20), mode="bilinear", align_corners=True),
    nn.Upsample(scale_factor=1.7, mode="bicubic"),
    nn.Upsample(scale_factor=1.7, mode="nearest-exact", recompute_scale_factor=True),
    nn.Upsample(scale_factor=(0.5, 0.4), mode="area"),
    nn.UpsamplingNearest2d(scale_factor=2),
    nn.UpsamplingBilinear2d((11, 5)),
    nn.Unfold((3, 2), dilation=(1, 2), padding=(1, 0), stride=(2, 1)),
    nn.PixelUnshuffle(1),
    nn.Flatten(2, 3),
    nn.Unflatten(-3, (3, -1)),
    nn.Permute((0, 2, 3, 1)),
    nn.ChannelShuffle(2),
    nn.Linear(8, 3, bias=False),
]
BLOCKS = [
    nn.Conv3d(4, 6, 2, groups=2),
    nn.Conv3d(4, 3, (1, 5, 3), padding="same"),
    nn.ConvTranspose3d(4, 2, 2, 2),
    nn.MaxPool3d((1, 2, 2)),
    nn.AvgPool3d(2, padding=1, divisor_override=3),
    nn.LPPool3d(2, 2),
    nn.AdaptiveAvgPool3d((2, None, 3)),
    nn.AdaptiveMaxPool3d(2),
    nn.BatchNorm3d(4),
    nn.InstanceNorm3d(4),
    nn.Dropout3d(),
    nn.ConstantPad3d((1, 0, 2, 0, 0, 1), 2),
    nn.ZeroPad3d(1),
    nn.ReflectionPad3d((1, 0, 2, 0, 0, 1)),
    nn.ReplicationPad3d(1),
    nn.CircularPad3d(1),
    nn.Upsample(scale_factor=2, mode="trilinear"),
    nn.Upsample(scale_factor=2.0),
]
SEQUENCES = [
    nn.MultiheadAttention(12, 3, batch_first=True),
    nn.MultiheadAttention(12, 2, 0.1, False, kdim=12, vdim=12, batch_first=True),
    nn.MultiheadAttention(12, 3, add_bias_kv=True, add_zero_attn=True, batch_first=True),
    nn.AttentionHeads(12, 3),
    nn.AttentionHeads(12, 4, bias=False),
    nn.RestrictedSelfAttention(12, 3, 3),
    nn.RestrictedSelfAttention(12, 2, 17, bias=False),
    nn.PositionalEncoding(12),
    nn.LayerNorm(12),
]
CASES: list[tuple[Layer, Shape]] = [
    *((layer, shape) for layer in ANY_SHAPE for shape in (FLAT, MAP)),
    *((layer, LINE) for layer in LINES),
    *((layer, MAP) for layer in MAPS),
    *((layer, BLOCK) for layer in BLOCKS),
    *((layer, SEQUENCE) for layer in SEQUENCES),
    (nn.BatchNorm1d(6), FLAT),
    (nn.Linear(6, 4), FLAT),
    (nn.MaxPool2d(2, ceil_mode=True), (3, 1, 5)),
    (nn.AvgPool2d(2, ceil_mode=True), (3, 1, 5)),
    (nn.PixelShuffle(2), (8, 3, 5)),
    (nn.PixelUnshuffle(3), (2, 6, 9)),
    (nn.Fold((9, 8), (3, 2), (1, 2), (1, 0), (2, 1)), (12, 30)),
    (nn.PositionalEncoding(5, 100), (7, 5)),
]
TOKENS = [nn.Embedding(10, 4), nn.Embedding(10, 4, padding_idx=-1), nn.Embedding(10, 4, 2, sparse=True)]


def name(value: object) -> str:
    return repr(value).replace(" ", "")


def drawn(layer: Layer, dtype: str) -> dict[str, np.ndarray]:
    """Parameters of which none is 0 or 1, so that none can be left out."""
    rng = np.random.default_rng(0)
    return {
        name: (np.abs(rng.standard_normal(array.shape)) + 0.1).astype(dtype)
        if name == "running_var"
        else rng.standard_normal(array.shape).astype(dtype)
        for name, array in init(layer, dtype=dtype).items()
    }


def test_the_table_holds_every_primitive() -> None:
    classes = [each for each in vars(nn).values() if isinstance(each, type) and issubclass(each, Layer)]
    primitives = {each for each in classes if not each.composite} - {Layer}
    assert primitives == {type(layer) for layer, _ in CASES} | {type(layer) for layer in TOKENS}


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=name)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-10)])
def test_numpy_and_torch_agree_and_the_shape_is_as_foretold(
    layer: Layer, shape: Shape, dtype: str, tolerance: float
) -> None:
    params = drawn(layer, dtype)
    x = np.random.default_rng(1).standard_normal((2, *shape)).astype(dtype)
    with torch.no_grad():
        expected = build(layer, params)(torch.from_numpy(x.copy())).numpy()
    assert expected.shape == (2, *layer.output_shape(shape))
    result = functional.run(layer, params, x)
    assert expected.dtype == result.dtype
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(result, expected, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("layer", TOKENS, ids=name)
def test_numpy_and_torch_look_up_the_same_vectors(layer: Layer) -> None:
    tokens, params = np.array([[1, 9, 0], [2, 2, 7]]), drawn(layer, "float32")
    expected = build(layer, params)(torch.from_numpy(tokens)).detach().numpy()
    assert expected.shape == (2, *layer.output_shape((3,)))
    assert np.array_equal(expected, functional.run(layer, params, tokens))


@pytest.mark.parametrize("layer", [layer for layer, _ in CASES] + TOKENS, ids=name)
def test_parameters_and_buffers_are_those_of_the_torch_module(layer: Layer) -> None:
    module = build(layer)
    assert layer.parameters() == {name: tuple(each.shape) for name, each in module.named_parameters()}
    buffers = {name: tuple(each.shape) for name, each in module.named_buffers()}
    buffers.pop("num_batches_tracked", None)
    assert layer.buffers() == buffers


@pytest.mark.parametrize("layer", [layer for layer, _ in CASES] + TOKENS, ids=name)
def test_a_description_is_what_it_prints_and_survives_pickling(layer: Layer) -> None:
    again = eval(repr(layer), dict(vars(nn)))
    assert layer == again
    assert hash(layer) == hash(again)
    assert layer == pickle.loads(pickle.dumps(layer))
    assert repr(layer) == repr(again)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=name)
def test_inlined_a_layer_gives_its_own_names_and_the_same_result(layer: Layer, shape: Shape) -> None:
    net = nn.Sequential(nn.inline(layer))
    assert layer.parameters() == net.parameters()
    params, x = drawn(layer, "float32"), torch.randn(2, *shape)
    with torch.no_grad():
        expected, result = build(layer, params)(x.clone()), build(net, params)(x.clone())
    torch.testing.assert_close(result, expected, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.DeformConv2d(2, 4, 3, padding=1, groups=2, offset_groups=2, modulated=True), (2, 4, 3)),
        (nn.RestrictedSelfAttention(4, 2, 3), (5, 4)),
        (nn.MultiheadAttention(4, 2, batch_first=True), (5, 4)),
        (nn.LayerScale(2), (2, 3, 3)),
        (nn.Scale(), (2, 3)),
        (nn.Affine(2, 1), (2, 3)),
        (nn.PositionalEncoding(4), (3, 4)),
        (nn.Permute((0, 2, 1)), (3, 4)),
        (nn.StochasticDepth(0.2, "row"), (3, 4)),
    ],
    ids=name,
)
def test_gradients_flow_through_what_torch_lacks(layer: Layer, shape: Shape) -> None:
    torch.manual_seed(0)
    module = build(layer, drawn(layer, "float64")).train(False)
    names, params = zip(*module.named_parameters(), strict=True) if layer.parameters() else ((), ())
    x = torch.randn(1, *shape, dtype=torch.float64, requires_grad=True)

    def call(x: torch.Tensor, *params: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(module, dict(zip(names, params, strict=True)), (x,))

    assert torch.autograd.gradcheck(call, (x, *params), fast_mode=True)
