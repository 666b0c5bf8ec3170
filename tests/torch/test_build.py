"""A description becomes an ordinary torch module: names, parts, gradients, taps, and errors."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import torch

from convref import functional, init
from convref.errors import ArgumentError
from convref.nn import (
    Conv2d,
    Flatten,
    Identity,
    Layer,
    Linear,
    Product,
    ReLU,
    ResizeLike,
    Sequential,
    Split,
    Sum,
    Tap,
    Tapped,
    inline,
)
from convref.torch import build

RESIDUAL = Sequential(
    sum=inline(Sum(body=inline(Sequential(conv1=Conv2d(4, 4, 3, padding=1), relu1=ReLU())), skip=Identity())),
    split=Split(Identity(), Conv2d(2, 3, 1)),
    gate=Product(Identity(), Conv2d(5, 1, 1)),
)
DENSE = ResizeLike(
    inline(
        Tapped(
            inline(Sequential(stem=Conv2d(3, 8, 3, stride=2), top=Sequential(Conv2d(8, 4, 3), ReLU()))),
            aux=Tap(at="stem", head=Conv2d(8, 2, 1)),
            deep=Tap(at="top.0", head=Conv2d(4, 2, 1), when="training"),
        )
    )
)


@pytest.mark.parametrize("net", [Conv2d(3, 4, 3), RESIDUAL, DENSE])
def test_the_state_dict_has_the_parameters_names_and_shapes(net: Layer) -> None:
    assert net.parameters() == {name: tuple(value.shape) for name, value in build(net).state_dict().items()}


def test_given_parameters_are_loaded_and_the_module_is_in_evaluation_mode() -> None:
    params = init(RESIDUAL, seed=3, dtype="float64")
    model = build(RESIDUAL, params)
    assert not model.training
    for name, value in model.state_dict().items():
        assert torch.equal(torch.from_numpy(params[name]), value)


def test_children_are_modules_that_can_be_called() -> None:
    model: Any = build(Sequential(features=Sequential(Conv2d(3, 8, 3), ReLU()), flatten=Flatten()))
    x = torch.randn(1, 3, 5, 5)
    assert torch.equal(model(x), model.flatten(model.features(x)))


def test_inlined_layers_keep_names_through_copying_casting_and_training() -> None:
    net = Sequential(layer=inline(Linear(3, 2)), act=ReLU())
    model = build(net)
    assert ["weight", "bias"] == list(model.state_dict())
    x = torch.ones(1, 3, dtype=torch.float64)
    other: Any = copy.deepcopy(model).to(torch.float64)
    with torch.no_grad():
        other.weight.fill_(1.0)
        other.bias.fill_(1.0)
    assert [[4.0, 4.0]] == other(x).tolist()
    other(x).sum().backward()
    assert [[1.0] * 3] * 2 == other.weight.grad.tolist()
    assert other(x).tolist() == pickle.loads(pickle.dumps(other))(x).tolist()


@pytest.mark.filterwarnings("ignore:Complex modules are a new feature")
def test_complex_parameters_stay_complex() -> None:
    net = Sequential(Conv2d(4, 4, 1), Linear(3, 2))
    params = {name: array * (1 + 2j) for name, array in init(net, dtype="float64").items()}
    x = np.random.default_rng(0).standard_normal((1, 4, 3, 3)) + 1j
    with torch.no_grad():
        y = build(net, params)(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(functional.run(net, params, x), y, rtol=1e-12)


@pytest.mark.parametrize("net", [RESIDUAL])
def test_gradients_flow_through_every_combinator(net: Layer) -> None:
    model = build(net, init(net, dtype="float64"))
    x = torch.randn(1, 4, 3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(model, (x,))


def test_taps_are_returned_on_request_and_training_taps_in_training_only() -> None:
    model, x = build(DENSE), torch.randn(2, 3, 17, 17)
    output, taps = model.train()(x, taps=True)
    assert (2, 4, 17, 17) == output.shape
    assert {"aux": (2, 2, 17, 17), "deep": (2, 2, 17, 17)} == {k: tuple(v.shape) for k, v in taps.items()}
    assert ["aux"] == list(model.eval()(x, taps=True)[1])
    assert (2, 4, 17, 17) == model(x).shape


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"weight": None},
            r"params must have the names of the network's parameters; missing: weight; unknown: none",
        ),
        ({"gain": torch.ones(2)}, r"missing: none; unknown: gain"),
        ({"bias": torch.ones(3)}, r"params: bias \(of shape \(3,\)\) must have shape \(2,\)"),
    ],
)
def test_wrong_parameters_are_refused(change: dict[str, torch.Tensor], message: str) -> None:
    net = Linear(3, 2)
    params = {name: value for name, value in (init(net) | change).items() if value is not None}
    with pytest.raises(ArgumentError, match=message):
        build(net, params)
