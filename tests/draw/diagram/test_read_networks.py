"""What is read from a module is drawn: operations by their names, inputs by theirs, parameters not at all."""

import pytest
from read_networks import NETWORKS

from convref import draw
from convref.errors import ArgumentError
from convref.nn import Call, Graph, Identity, Parameter, Sum
from convref.torch import from_torch


@pytest.mark.parametrize("what", NETWORKS)
def test_every_network_is_drawn_in_both_layouts(what: str) -> None:
    network = NETWORKS[what]
    net = from_torch(network.module, network.shape)
    for figure in (draw.network(net, network.shape), draw.flow(net, network.shape)):
        assert figure.alt().startswith("From input ")
        assert figure.svg("zh", wide=True).startswith("<svg")


@pytest.mark.parametrize(
    ("what", "shown"),
    [
        ("a scale of shape (C, 1, 1)", "Conv2d 3×3, 8; mul"),
        ("LSTM behind a convolution", "Permute → lstm"),
        ("heads that share keys, causal", "scaled_dot_product_attention"),
        ("two inputs, one trunk", "[input0 → Conv2d 3×3, 8; ReLU → AdaptiveAvgPool2d; Flatten | input1 →"),
        ("two inputs, one trunk", "From input 3 × 8 × 8, 3 × 8 × 8 to output 1:"),
    ],
)
def test_operations_and_inputs_are_named(what: str, shown: str) -> None:
    assert shown in draw.network(NETWORKS[what].module, NETWORKS[what].shape).alt()  # type: ignore[arg-type]


def test_an_output_that_does_not_depend_on_the_input_is_refused() -> None:
    calls = (Call("gamma", ()), Call("twice", ("gamma", "gamma")))
    net = Graph(calls, gamma=Parameter((4, 1, 1)), twice=Sum(Identity(), Identity()))
    with pytest.raises(ArgumentError, match=r"^network: the output does not depend on the input"):
        draw.network(net, (4, 8, 8))
