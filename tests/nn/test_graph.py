"""`Graph`: layers by name and the calls that connect them, in every reading."""

import pickle
import re

import pytest
import torch

import convref.torch
from convref import analyze, functional, init, nn
from convref.errors import ArgumentError
from convref.nn import (
    Call,
    Concat,
    Conv2d,
    Graph,
    Identity,
    Layer,
    ReLU,
    ResizeLike,
    Sequential,
    Split,
    Sum,
    Tap,
    Tapped,
    inline,
)

RESIDUAL = Graph(
    (
        Call("layer1.conv", "input"),
        Call("layer1.act", "layer1.conv"),
        Call("layer1.conv", "layer1.act", name="again"),
        Call("add", ("again", "input")),
    ),
    **{
        "layer1.conv": Conv2d(4, 4, 3, padding=1),
        "layer1.act": ReLU(),
        "add": Sum(Identity(), Identity()),
    },
)
SPLIT = Graph(
    (
        Call("halves", "input", name="first", part=0),
        Call("halves", "input", name="second", part=1),
        Call("conv", "second"),
        Call("concat", ("conv", "first")),
        Call("down", "concat"),
    ),
    "concat",
    {"aux": "down"},
    halves=Split(Identity(), Identity()),
    conv=Conv2d(2, 3, 1),
    concat=Concat(Identity(), Identity()),
    down=Conv2d(5, 4, 3, stride=2),
)


@pytest.mark.parametrize("net", [RESIDUAL, SPLIT])
def test_a_graph_is_rebuilt_by_its_text_and_by_pickle(net: Layer) -> None:
    assert net == eval(repr(net), vars(nn)) == pickle.loads(pickle.dumps(net))
    assert 1 == len({net, pickle.loads(pickle.dumps(net))})


def test_a_layer_that_is_called_twice_counts_once_in_parameters_and_twice_in_operations() -> None:
    report = analyze(RESIDUAL, (4, 8, 8))
    conv = Conv2d(4, 4, 3, padding=1)
    assert {
        f"layer1.conv.{name}": shape for name, shape in conv.parameters().items()
    } == RESIDUAL.parameters()
    assert report.params == sum(row.params for row in report.rows) == 4 * 4 * 9 + 4
    assert report.macs == 2 * conv.cost((4, 8, 8)).macs


@pytest.mark.parametrize("net", [RESIDUAL, SPLIT])
def test_numpy_and_torch_run_the_same_calls(net: Layer) -> None:
    params = init(net, dtype="float64")
    x = torch.randn(2, 4, 8, 8, dtype=torch.float64)
    expected, expected_taps = convref.torch.build(net, params)(x, taps=True)
    output, taps = functional.run(net, params, x.numpy(), taps=True)
    torch.testing.assert_close(torch.from_numpy(output), expected)
    assert taps.keys() == expected_taps.keys()
    for name, value in taps.items():
        torch.testing.assert_close(torch.from_numpy(value), expected_taps[name])


def test_a_graph_computes_what_its_calls_say() -> None:
    model = convref.torch.build(RESIDUAL)
    conv = model.get_submodule("layer1.conv")
    x = torch.randn(1, 4, 6, 6)
    assert torch.equal(conv(torch.relu(conv(x))) + x, model(x))
    assert ["layer1.conv.weight", "layer1.conv.bias"] == list(model.state_dict())


def test_a_value_is_resized_like_another() -> None:
    calls = (Call("down", "input"), Call("up", ("down", "input")))
    net = Graph(calls, down=Conv2d(4, 5, 3, stride=2), up=ResizeLike(Identity()))
    assert (5, 9, 11) == net.output_shape((4, 9, 11))
    assert (1, 5, 9, 11) == tuple(convref.torch.build(net)(torch.randn(1, 4, 9, 11)).shape)


def test_a_tap_finds_a_layer_of_a_graph_by_its_dotted_name() -> None:
    net = Tapped(inline(RESIDUAL), aux=Tap("layer1.act", Sequential(ReLU())))
    assert (4, 8, 8) == net.output_shape((4, 8, 8))
    x = torch.randn(1, 4, 6, 6)
    model = convref.torch.build(net)
    assert torch.equal(torch.relu(model.get_submodule("layer1.conv")(x)), model(x, taps=True)[1]["aux"])


RELU = {"relu": ReLU()}
MEAN = {"mean": nn.Operation("mean.dim", (nn.Value(0), (2, 3)), ((nn.N, 8, 4, 4),), ((nn.N, 8),))}
WRONG = [
    ((), RELU, "calls (=()) must contain at least one call"),
    ((Call("tanh", "input"),), RELU, "must name a layer of the graph"),
    ((Call("relu", "later"),), RELU, "must take results of earlier calls, not ['later']"),
    ((Call("relu", ()),), RELU, "must take results of earlier calls, but it takes none"),
    ((Call("relu", "input", name="input"),), RELU, "must have a new name for its result: 'input' is taken"),
    ((Call("relu", "input", part=0),), RELU, "must have no part: only a Split and an Operation have parts"),
    ((Call("relu", ("input", "input")),), RELU, "must pass one value, because relu does not join 2 values"),
    (
        (Call("relu", "input"),),
        RELU | {"rest": ReLU()},
        "layers (=['rest']) must each be used by a call, or be",
    ),
    ((Call("relu", "input"),), RELU | {"": ReLU()}, "child (='') must have a name"),
    ((Call("mean", ("input", "input")),), MEAN, "must have 1 input, as the operation 'mean' has"),
    ((Call("mean", "input", part=1),), MEAN, "the index of an output of 'mean', which has 1 output"),
]


@pytest.mark.parametrize(("calls", "layers", "rule"), WRONG)
def test_what_is_wrong_with_a_graph_is_said(
    calls: tuple[Call, ...], layers: dict[str, Layer], rule: str
) -> None:
    with pytest.raises(ArgumentError, match=re.escape(rule)):
        Graph(calls, **layers)


def test_an_output_that_no_call_makes_is_refused() -> None:
    with pytest.raises(ArgumentError, match="must be the name of an input or of a call's result"):
        Graph((Call("relu", "input"),), "sum", relu=ReLU())
