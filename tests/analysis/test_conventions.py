"""Each convention gives what its tool reports for the network as a torch module."""

import counting_tools
import pytest
import torch
import torchvision_models

import convref.torch
from convref import analyze, architectures
from convref.analysis.conventions import CONVENTIONS
from convref.errors import UnknownNameError
from convref.nn import (
    ELU,
    GELU,
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AttentionHeads,
    AvgPool1d,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Concat,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    DeformConv2d,
    Dropout,
    Embedding,
    GroupNorm,
    Hardswish,
    Identity,
    InstanceNorm2d,
    Layer,
    LayerNorm,
    LayerScale,
    LeakyReLU,
    Linear,
    LocalResponseNorm,
    LPPool1d,
    LPPool2d,
    LPPool3d,
    MaxPool2d,
    MultiheadAttention,
    PReLU,
    Product,
    ReLU,
    ReLU6,
    ResizeLike,
    RestrictedSelfAttention,
    RMSNorm,
    Scale,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softmax2d,
    Sum,
    Upsample,
    UpsamplingBilinear2d,
    UpsamplingNearest2d,
)

IMAGE, SEQUENCE = (4, 6, 6), (3, 5)
LAYERS: list[tuple[Layer, tuple[int, ...]]] = [
    *(
        (Conv2d(4, 6, 3, groups=2), IMAGE),
        (Conv1d(3, 6, 3, bias=False), SEQUENCE),
        (Conv3d(2, 3, 2), (2, 5, 5, 5)),
    ),
    *((ConvTranspose2d(4, 6, 3, stride=2, groups=2), IMAGE), (ConvTranspose1d(3, 5, 3, stride=2), SEQUENCE)),
    *((Conv2d(4, 6, 3, padding="same"), IMAGE), (Conv1d(3, 6, 3, padding="valid"), SEQUENCE)),
    (Conv2d(4, 6, 3, padding="same", padding_mode="reflect"), IMAGE),
    (DeformConv2d(4, 6, 3, stride=2, groups=2, offset_groups=2, modulated=True), IMAGE),
    *((Linear(5, 7), (5,)), (Linear(5, 7), SEQUENCE), (Linear(5, 7, bias=False), SEQUENCE)),
    *((BatchNorm2d(4), IMAGE), (BatchNorm2d(4, affine=False), IMAGE), (BatchNorm1d(3), SEQUENCE)),
    *((BatchNorm2d(4, affine=affine, track_running_stats=False), IMAGE) for affine in (True, False)),
    *((LayerNorm(5), SEQUENCE), (LayerNorm(5, elementwise_affine=False), SEQUENCE), (RMSNorm(5), SEQUENCE)),
    *((GroupNorm(2, 4), IMAGE), (InstanceNorm2d(4), IMAGE), (InstanceNorm2d(4, affine=True), IMAGE)),
    *((LocalResponseNorm(3), IMAGE), (LocalResponseNorm(4), IMAGE)),
    *((AdaptiveAvgPool2d(2), IMAGE), (AdaptiveAvgPool2d(4), IMAGE), (AdaptiveAvgPool1d(1), SEQUENCE)),
    *(
        (AvgPool2d(2), IMAGE),
        (AvgPool1d(2), SEQUENCE),
        (MaxPool2d(3, 2), IMAGE),
        (AdaptiveMaxPool2d(2), IMAGE),
    ),
    *((LPPool1d(2, 2), SEQUENCE), (LPPool2d(3, 3, stride=1), IMAGE), (LPPool3d(2, 2), (2, 5, 6, 6))),
    *((Softmax2d(), IMAGE), (RestrictedSelfAttention(8, 2, 3), (3, 8))),
    *((Upsample(scale_factor=2), IMAGE), (Upsample(size=(9, 9), mode="bilinear"), IMAGE)),
    *((Upsample(size=(7, 7), mode="bicubic"), IMAGE), (Upsample(scale_factor=2, mode="linear"), SEQUENCE)),
    *((UpsamplingNearest2d(scale_factor=2), IMAGE), (UpsamplingBilinear2d(scale_factor=2), IMAGE)),
    *((each, IMAGE) for each in (ReLU(), ReLU6(), PReLU(4), ELU(), GELU(), LeakyReLU(), SiLU(), Softmax(1))),
    *((each, IMAGE) for each in (Sigmoid(), Hardswish(), LayerScale(4), Scale(), Dropout())),
    *((Sum(Conv2d(4, 4, 1), ReLU(), Identity()), IMAGE), (Concat(Conv2d(4, 4, 1), ReLU()), IMAGE)),
    (Product(Conv2d(4, 4, 1), AdaptiveAvgPool2d(1)), IMAGE),
    *((ResizeLike(Conv2d(4, 6, 1, stride=2), mode=mode), IMAGE) for mode in ("bilinear", "nearest")),
]
NETWORKS = [
    *(("resnet18", (3, 32, 32)), ("mobilenet_v2", (3, 32, 32)), ("googlenet_paper", (3, 64, 64))),
    *(("shufflenet_v2_x0_5", (3, 32, 32)), ("gated_inpainting", (5, 32, 32)), ("lenet5", (1, 32, 32))),
    *(("se_resnet50", (3, 32, 32)), ("wavenet", (256, 40))),
]


@pytest.mark.parametrize("tool", CONVENTIONS)
@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: repr(value)[:40])
def test_a_layer_counts_as_its_tool_counts_it(layer: Layer, shape: tuple[int, ...], tool: str) -> None:
    net = Sequential(layer)
    reported = counting_tools.count(tool, convref.torch.build(net), torch.rand(1, *shape))
    assert reported == analyze(net, shape, convention=tool).macs


@pytest.mark.parametrize(("name", "shape"), NETWORKS)
def test_a_network_counts_as_every_tool_counts_it(name: str, shape: tuple[int, ...]) -> None:
    net = architectures.build(name)
    model = convref.torch.build(net)
    reported = {tool: counting_tools.count(tool, model, torch.rand(1, *shape)) for tool in CONVENTIONS}
    assert reported == {tool: analyze(net, shape, convention=tool).macs for tool in CONVENTIONS}


@pytest.mark.parametrize("tool", ["torchvision", "fvcore", "thop", "torchinfo"])
@pytest.mark.parametrize("name", ["resnet18", "squeezenet1_1"])
def test_torchvision_s_own_modules_count_the_same(name: str, tool: str) -> None:
    reported = counting_tools.count(tool, torchvision_models.build(name, "cpu"), torch.rand(1, 3, 32, 32))
    assert reported == analyze(architectures.build(name), (3, 32, 32), convention=tool).macs


def test_tables_and_totals_show_the_convention() -> None:
    net = architectures.build("resnet18")
    report = analyze(net, (3, 32, 32), convention="thop")
    table = report.table("macs")
    assert table.totals == ((report.macs,),) == ((sum(row[0] for row in table.rows),),)
    assert report.macs > analyze(net, (3, 32, 32)).macs == report.cost.macs


@pytest.mark.parametrize("tool", ["fvcore", "ptflops", "thop", "torchinfo"])
@pytest.mark.parametrize(
    "layer",
    [
        MultiheadAttention(8, 2, batch_first=True),
        MultiheadAttention(8, 2, bias=False, batch_first=True),
        AttentionHeads(8, 2),
    ],
)
def test_tools_count_of_an_attention_what_is_no_part_of_one_operation(layer: Layer, tool: str) -> None:
    net = Sequential(layer)
    reported = counting_tools.count(tool, convref.torch.build(net), torch.rand(1, 3, 8))
    assert reported == analyze(net, (3, 8), convention=tool).macs


def test_an_embedding_is_parameters_to_torchinfo_and_nothing_to_others() -> None:
    net = Embedding(10, 4)
    counts = {tool: analyze(net, (3,), convention=tool).macs for tool in CONVENTIONS}
    assert {"torchvision": 0, "fvcore": 0, "ptflops": 0, "thop": 0, "torchinfo": 40} == counts


def test_an_unknown_convention_names_those_that_there_are() -> None:
    with pytest.raises(UnknownNameError, match="unknown convention 'fvcor'; the nearest is 'fvcore'"):
        analyze(Linear(3, 2), (3,), convention="fvcor")
