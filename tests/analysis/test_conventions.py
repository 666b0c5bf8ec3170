"""Each convention gives what its tool reports for the network as a torch module."""

import counting_tools
import pytest
import torch
import torchvision_models
from layer_cases import COMBINATORS, PRIMITIVES
from torch.nn import functional as F

import convref.torch
from convref import analyze, architectures
from convref.analysis.conventions import CONVENTIONS
from convref.errors import MissingRuleError, UnknownNameError
from convref.nn import (
    GELU,
    AdaptiveAvgPool2d,
    AttentionHeads,
    AvgPool1d,
    BatchNorm2d,
    Call,
    Conv1d,
    Conv2d,
    DeformConv2d,
    Embedding,
    Graph,
    GroupNorm,
    Identity,
    Layer,
    LeakyReLU,
    Linear,
    LocalResponseNorm,
    LPPool2d,
    MaxPool2d,
    MultiheadAttention,
    N,
    Operation,
    ReLU,
    Sequential,
    Shape,
    SiLU,
    Softmax,
    Sum,
    Upsample,
    Value,
    inline,
)

ATTENTION = (AttentionHeads, MultiheadAttention)
"""Layers that run as one operation, which not even the counter of torchvision sees whole."""
IMAGE, SEQUENCE = (4, 6, 6), (3, 5)
FORMS: list[tuple[Layer, Shape]] = [
    (Conv2d(4, 6, 3, padding="same"), IMAGE),
    (Conv1d(3, 6, 3, padding="valid"), SEQUENCE),
    (Conv2d(4, 6, 3, padding="same", padding_mode="reflect"), IMAGE),
    (DeformConv2d(4, 6, 3, stride=2, groups=2, offset_groups=2, modulated=True), IMAGE),
    (Linear(5, 7), (5,)),
    (LocalResponseNorm(4), IMAGE),
    (AdaptiveAvgPool2d(4), IMAGE),
    (AvgPool1d(2), SEQUENCE),
    (LPPool2d(3, 3, stride=1), IMAGE),
    (Upsample(scale_factor=2), IMAGE),
    (Upsample(size=(7, 7), mode="bicubic"), IMAGE),
    (Upsample(scale_factor=2, mode="linear"), SEQUENCE),
    (Upsample(scale_factor=(2.0, 1.5), mode="bilinear"), IMAGE),
    (Sum(Conv2d(4, 4, 1), ReLU(), Identity()), IMAGE),
]
LAYERS = [
    *(case for case in (*PRIMITIVES, *COMBINATORS) if not isinstance(case[0], (*ATTENTION, DeformConv2d))),
    *FORMS,
]
NETWORKS = [
    *(("resnet18", (3, 32, 32)), ("mobilenet_v2", (3, 32, 32)), ("googlenet_paper", (3, 64, 64))),
    *(("shufflenet_v2_x0_5", (3, 32, 32)), ("gated_inpainting", (5, 32, 32)), ("lenet5", (1, 32, 32))),
    *(("se_resnet50", (3, 32, 32)), ("wavenet", (256, 40))),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: repr(value)[:40])
def test_a_layer_counts_as_every_tool_counts_it(layer: Layer, shape: Shape) -> None:
    net = Sequential(layer)
    model = convref.torch.build(net)
    reported = {tool: counting_tools.count(tool, model, torch.rand(1, *shape)) for tool in CONVENTIONS}
    counted = {tool: analyze(net, shape, convention=tool).macs for tool in CONVENTIONS}
    hint = f"a tool counts {type(layer).__name__} otherwise than its rule in convref/analysis/tools"
    assert reported == counted, hint


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
        MultiheadAttention(9, 3, batch_first=True),
        MultiheadAttention(8, 2, add_bias_kv=True, batch_first=True),
        MultiheadAttention(8, 2, add_zero_attn=True, batch_first=True),
        AttentionHeads(8, 2),
    ],
)
def test_tools_count_the_projections_of_an_attention_unless_it_runs_as_one_operation(
    layer: MultiheadAttention | AttentionHeads, tool: str
) -> None:
    net, shape = Sequential(layer), (3, layer.embed_dim)
    reported = counting_tools.count(tool, convref.torch.build(net), torch.rand(1, *shape))
    assert reported == analyze(net, shape, convention=tool).macs


def test_only_torchinfo_counts_an_embedding_by_its_parameters() -> None:
    net = Embedding(10, 4)
    counts = {tool: analyze(net, (3,), convention=tool).macs for tool in CONVENTIONS}
    assert {"torchvision": 0, "fvcore": 0, "ptflops": 0, "thop": 0, "torchinfo": 40} == counts


def test_an_unknown_convention_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="unknown convention 'fvcor'; the nearest is 'fvcore'"):
        analyze(Linear(3, 2), (3,), convention="fvcor")


def operation(name: str) -> Graph:
    """A graph of one operation on a map."""
    whole = (N, 3, 8, 8)
    return Graph((Call("done", "input"),), done=Operation(name, (Value(0),), (whole,), (whole,)))


@pytest.mark.parametrize("tool", ["thop", "torchinfo"])
def test_tools_that_see_modules_count_no_operation_between_them(tool: str) -> None:
    assert 0 == analyze(operation("matmul"), (3, 8, 8), convention=tool).macs


@pytest.mark.parametrize("tool", ["thop", "torchinfo"])
def test_an_operation_of_a_changed_module_is_refused(tool: str) -> None:
    rule = "done: conv2d is done by a module that was changed; whether the tool counts that is not known here"
    with pytest.raises(MissingRuleError, match=f"^{rule}$"):
        _ = analyze(operation("conv2d"), (3, 8, 8), convention=tool).macs


@pytest.mark.parametrize("tool", ["torchvision", "fvcore", "thop", "torchinfo"])
def test_convnext_counts_alike_as_convref_and_as_torchvision_build_it(tool: str) -> None:
    net, x = architectures.build("convnext_tiny"), torch.zeros(1, 3, 64, 64)
    theirs, ours = torchvision_models.build("convnext_tiny", device="cpu"), convref.torch.build(net).eval()
    counts = {counting_tools.count(tool, module, x) for module in (theirs, ours)}
    assert {analyze(net, (3, 64, 64), convention=tool).macs} == counts


INLINED = [
    Sequential(conv=Conv2d(3, 4, 3), act=inline(layer))
    for layer in (ReLU(), GELU(), LeakyReLU(), SiLU(), MaxPool2d(2), AdaptiveAvgPool2d(1))
] + [
    Sequential(norm=inline(GroupNorm(1, 3)), act=inline(ReLU())),
    Sequential(conv=Conv2d(3, 4, 3), norm=inline(BatchNorm2d(4)), resized=inline(Upsample(scale_factor=2))),
    Sequential(linear=inline(Linear(8, 5)), probability=inline(Softmax(dim=1))),
]


@pytest.mark.parametrize("net", INLINED, ids=lambda net: repr(net)[:60])
def test_inlined_layers_count_as_the_functions_that_the_module_around_them_calls(net: Layer) -> None:
    model, x = convref.torch.build(net), torch.rand(1, 3, 8, 8)
    reported = {tool: counting_tools.count(tool, model, x) for tool in CONVENTIONS}
    assert reported == {tool: analyze(net, (3, 8, 8), convention=tool).macs for tool in CONVENTIONS}


class Functional(torch.nn.Module):
    """A module that calls functions where others call modules, and one linear layer by its parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3)
        self.fc = torch.nn.Linear(16, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        x = F.adaptive_avg_pool2d(x, 2).flatten(1)
        return F.softmax(F.linear(x, self.fc.weight, self.fc.bias), 1)


@pytest.mark.parametrize("tool", CONVENTIONS)
def test_functions_of_a_module_count_as_the_tool_counts_them_in_that_module(tool: str) -> None:
    model = Functional().eval()
    net = convref.torch.from_torch(model, (3, 10, 10))
    expected = counting_tools.count(tool, model, torch.rand(1, 3, 10, 10))
    if tool == "torchinfo":  # which takes the module `fc`, whose call it does not see, for part of none
        expected += 16 * 5 + 5
    assert expected == analyze(net, (3, 10, 10), convention=tool).macs


@pytest.mark.parametrize("tool", ["torchvision", "fvcore", "thop"])
@pytest.mark.parametrize("name", ["convnext_tiny", "swin_t", "densenet121", "shufflenet_v2_x0_5"])
def test_a_module_that_was_read_counts_as_the_tool_counts_it(name: str, tool: str) -> None:
    model = torchvision_models.build(name, "cpu").eval()
    net = convref.torch.from_torch(model, (3, 64, 64))
    reported = counting_tools.count(tool, model, torch.zeros(1, 3, 64, 64))
    assert reported == analyze(net, (3, 64, 64), convention=tool).macs


@pytest.mark.parametrize("name", ["vgg11", "densenet121", "squeezenet1_1"])
def test_a_module_without_operators_counts_as_ptflops_counts_it(name: str) -> None:
    model = torchvision_models.build(name, "cpu").eval()
    net = convref.torch.from_torch(model, (3, 64, 64))
    reported = counting_tools.count("ptflops", model, torch.zeros(1, 3, 64, 64))
    assert reported == analyze(net, (3, 64, 64), convention="ptflops").macs


def test_ptflops_leaves_out_the_sums_that_a_module_writes_as_operators() -> None:
    model = torchvision_models.build("resnet18", "cpu").eval()
    net = convref.torch.from_torch(model, (3, 64, 64))
    reported = counting_tools.count("ptflops", model, torch.zeros(1, 3, 64, 64))
    sums = 2 * (64 * 16**2 + 128 * 8**2 + 256 * 4**2 + 512 * 2**2)  # `out += identity` in eight blocks
    assert reported + sums == analyze(net, (3, 64, 64), convention="ptflops").macs


def test_torchinfo_leaves_out_the_weights_of_modules_that_a_function_reads() -> None:
    model = torchvision_models.build("swin_t", "cpu").eval()
    net = convref.torch.from_torch(model, (3, 64, 64))
    reported = counting_tools.count("torchinfo", model, torch.zeros(1, 3, 64, 64))
    # 4 d^2 weights and 4 d biases of `qkv` and `proj` in each block, once for each window in the batch
    stages = ((2, 9, 96), (2, 4, 192), (6, 1, 384), (2, 1, 768))
    unseen = sum(blocks * windows * (4 * d * d + 4 * d) for blocks, windows, d in stages)
    assert reported + unseen == analyze(net, (3, 64, 64), convention="torchinfo").macs


class Spelled(torch.nn.Module):
    """The module of the page on conventions."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.fc = torch.nn.Conv2d(8, 8, 3, padding=1), torch.nn.Linear(8, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.conv(x)
        y += x
        return F.linear(y.mean((2, 3)), self.fc.weight, self.fc.bias)


@pytest.mark.parametrize(
    ("tool", "unseen"), [("ptflops", 8 * 16 * 16), ("torchinfo", 8 * 5 + 5), ("thop", 0)]
)
def test_tools_that_count_the_spelling_report_what_the_page_says(tool: str, unseen: int) -> None:
    model = Spelled().eval()
    net = convref.torch.from_torch(model, (8, 16, 16))
    reported = counting_tools.count(tool, model, torch.zeros(1, 8, 16, 16))
    assert reported + unseen == analyze(net, (8, 16, 16), convention=tool).macs


def test_an_operation_that_ptflops_counts_by_its_spelling_is_refused() -> None:
    rule = "done: matmul may or may not be counted by this tool, which depends on how the forward calls it"
    with pytest.raises(MissingRuleError, match=f"^{rule}$"):
        _ = analyze(operation("matmul"), (3, 8, 8), convention="ptflops").macs


@pytest.mark.parametrize("tool", ["fvcore", "ptflops"])
def test_views_count_nothing_in_the_tools_that_count_by_operation(tool: str) -> None:
    assert 0 == analyze(operation("expand"), (3, 8, 8), convention=tool).macs
