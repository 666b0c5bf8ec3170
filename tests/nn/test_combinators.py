"""Combinators: names, shapes, costs and results of what they join; errors."""

import pickle
from typing import Any

import numpy as np
import pytest
import torch

from convref import functional, init, nn
from convref.errors import ArgumentError, ShapeError, UnknownNameError
from convref.nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Cost,
    Identity,
    Layer,
    Linear,
    Mean,
    MultiheadAttention,
    Product,
    ReLU,
    ResizeLike,
    Sequential,
    Shape,
    Split,
    Sum,
    Tap,
    Tapped,
    inline,
)
from convref.torch import build

CONV = Conv2d(4, 4, 3, padding=1)
THREE: Any = 3  # arguments of a wrong type
LETTER: Any = "C"
CLASS: Any = ReLU
NETS: list[tuple[Layer, Shape]] = [
    (Sequential(), (4, 5, 5)),
    (Sequential(CONV, ReLU(), norm=BatchNorm2d(4)), (4, 5, 5)),
    (Sequential(Sequential(inline(Sequential(a=CONV))), b=Sequential(c=CONV)), (4, 5, 5)),
    (Sum(body=inline(Sequential(conv=CONV)), shortcut=Identity()), (4, 5, 5)),
    (Sum(Identity(), CONV, AdaptiveAvgPool2d(1)), (4, 5, 5)),
    (Mean(Identity(), CONV, Conv2d(4, 1, 1)), (4, 5, 5)),
    (Product(Identity(), gate=Sequential(AdaptiveAvgPool2d(1), fc=Conv2d(4, 4, 1))), (4, 5, 5)),
    (Concat(Identity(), CONV, Conv2d(4, 2, 1)), (4, 5, 5)),
    (Concat(Linear(6, 2), Linear(6, 3), dim=-1), (5, 6)),
    (Split(Identity(), Conv2d(2, 3, 1)), (4, 5, 5)),
    (Split(Linear(2, 3), Linear(2, 1), Linear(2, 2), dim=2), (5, 6)),
    (Sum(inline(MultiheadAttention(4, 2, batch_first=True)), Identity()), (5, 4)),
    (ResizeLike(inline(Sequential(a=Conv2d(4, 3, 3, stride=2)))), (4, 9, 8)),
    (ResizeLike(Conv2d(4, 3, 3, stride=2), mode="nearest"), (4, 9, 8)),
    (Sequential(**{"0": CONV, "with-dash": CONV}), (4, 5, 5)),
    (Tapped(inline(Sequential(a=CONV, b=CONV)), aux=Tap("a", Conv2d(4, 2, 1))), (4, 5, 5)),
    (Tapped(Sequential(a=CONV, b=CONV), aux=Tap("b", Conv2d(4, 2, 1), when="training")), (4, 5, 5)),
]


def name(value: object) -> str:
    return "".join(repr(value).split())


@pytest.mark.parametrize(("net", "shape"), NETS, ids=name)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-10)])
def test_numpy_and_torch_agree_and_the_shape_is_as_described(
    net: Layer, shape: Shape, dtype: str, tolerance: float
) -> None:
    rng = np.random.default_rng(0)
    params = {name: rng.uniform(0.1, 1, each.shape).astype(dtype) for name, each in init(net).items()}
    x = rng.standard_normal((2, *shape)).astype(dtype)
    with torch.no_grad():
        expected, taps = build(Sequential(inline(net)), params)(torch.from_numpy(x), taps=True)
    result, ours = functional.run(net, params, x, taps=True)
    assert tuple(expected.shape) == (2, *net.output_shape(shape))
    np.testing.assert_allclose(result, expected.numpy(), rtol=tolerance, atol=tolerance)
    assert taps.keys() == ours.keys()
    for key, value in taps.items():
        np.testing.assert_allclose(ours[key], value.numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("net", "_shape"), NETS, ids=name)
def test_a_network_has_torch_s_names_prints_as_its_calls_and_survives_pickling(
    net: Layer, _shape: Shape
) -> None:
    state = build(net).state_dict()
    named = {name: tuple(each.shape) for name, each in state.items() if "num_batches" not in name}
    assert named == net.parameters() | net.buffers()
    again = eval(repr(net), dict(vars(nn)))
    assert net == again == pickle.loads(pickle.dumps(net))
    assert hash(net) == hash(again)


def test_a_keyword_names_a_child_a_position_numbers_it_and_inline_adds_nothing() -> None:
    net = Sequential(
        Linear(1, 1, bias=False), inline(Sequential(a=Linear(1, 1, False))), b=Linear(1, 1, False)
    )
    assert ["0.weight", "a.weight", "b.weight"] == list(net.parameters())
    assert ["0", "1", "b"] == [child.name for child in net.children]
    assert ["0", "", "b"] == [child.key for child in net.children]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Sequential(a=inline(Linear(1, 1)), b=inline(Linear(1, 1))),
            r"Sequential: child b adds the name 'weight' to the paths of parameters, and so does child a",
        ),
        (
            lambda: Sequential(fc=ReLU(), body=inline(Sequential(fc=ReLU()))),
            r"Sequential: child body adds the name 'fc' to the paths of parameters, and so does child fc",
        ),
        (
            lambda: Sequential(inline(MultiheadAttention(2, 1, batch_first=True)), out_proj=Linear(1, 1)),
            r"child out_proj adds the name 'out_proj' to the paths of parameters, and so does child 0",
        ),
        (
            lambda: Sequential(ReLU(), **{"0": ReLU()}),
            r"child 0 adds the name '0' to the paths of parameters",
        ),
        (lambda: Sequential(a=THREE), r"Sequential: child a \(=3\) must be a layer"),
        (lambda: Sequential(CLASS), r"Sequential: child 0 \(=<class .*ReLU'>\) must be a layer"),
        (
            lambda: Sequential(**{"a.b": ReLU()}),
            r"Sequential: child \(='a.b'\) must be a name without dots",
        ),
        (lambda: Sequential(**{"": ReLU()}), r"Sequential: child \(=''\) must be a name without dots"),
        (Sum, r"Sum: needs at least one child"),
        (Mean, r"Mean: needs at least one child"),
        (Product, r"Product: needs at least one child"),
        (Concat, r"Concat: needs at least one child"),
        (
            lambda: Concat(ReLU(), dim=0),
            r"Concat: dim \(=0\) must be an integer other than 0; axis 0 is the batch",
        ),
        (
            lambda: Split(ReLU(), dim=LETTER),
            r"Split: dim \(='C'\) must be an integer other than 0; axis 0 is the batch",
        ),
    ],
)
def test_wrong_children_are_refused(call: type[Layer], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()


@pytest.mark.parametrize(
    ("net", "shape", "message"),
    [
        (
            Sum(Identity(), Conv2d(4, 2, 1)),
            (4, 5, 5),
            r"Sum must join values of equal sizes \(or of size 1\), not",
        ),
        (Product(Identity(), nn.Flatten()), (4, 5), r"Product must join values of equal sizes"),
        (
            Concat(Identity(), Conv2d(4, 2, 3)),
            (4, 5, 5),
            r"branches must give shapes that differ only in the first size, not",
        ),
        (Concat(Identity(), dim=3), (4, 5), r"dim \(=3\) must be an axis of the input \(4, 5\)"),
        (Split(ReLU(), ReLU(), dim=-3), (4, 5), r"dim \(=-3\) must be an axis of the input \(4, 5\)"),
        (
            Split(ReLU(), ReLU()),
            (5, 5),
            r"the first size of \(5, 5\) must be divisible by the number of branches, 2",
        ),
        (Sequential(a=Sum(b=Conv2d(3, 3, 1))), (4, 5, 5), r"^a\.b: in_channels \(=3\) must equal the 4"),
        (Sequential(a=Sum(ReLU(), nn.Flatten())), (4, 5), r"^a: Sum must join values of equal sizes"),
    ],
)
def test_shapes_that_cannot_be_joined_are_refused(net: Layer, shape: Shape, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        net.output_shape(shape)


def test_joining_costs_one_operation_less_than_there_are_branches() -> None:
    three = [Identity()] * 3
    assert Cost(adds=2 * 100) == Sum(*three).cost((4, 5, 5))
    assert Cost(adds=2 * 100, functions=100) == Mean(*three).cost((4, 5, 5))
    assert Cost(muls=2 * 100) == Product(*three).cost((4, 5, 5))
    assert Cost() == Concat(*three).cost((4, 5, 5))


def test_a_concatenation_makes_a_feature_map_and_a_sum_does_not() -> None:
    assert [True, True, False, False, False] == [
        each(Identity()).joins_to_map() for each in (Concat, Split, Sum, Mean, Product)
    ]


def test_a_sequential_gives_its_layers_as_torch_s_does() -> None:
    net = Sequential(Conv2d(3, 4, 1), ReLU(), Conv2d(4, 5, 1), head=inline(Sequential(last=ReLU())))
    theirs = torch.nn.Sequential(*[torch.nn.Conv2d(3, 4, 1), torch.nn.ReLU(), torch.nn.Conv2d(4, 5, 1)])
    assert [child.layer for child in net.children] == list(net) == [net[place] for place in range(len(net))]
    assert (net[3], net[2], net[0]) == (net[-1], net["2"], net[-4])
    assert net["head"] == net[-1]
    for part in (slice(2), slice(1, 3), slice(-1), slice(5, 9)):
        ours = {key: tuple(value.shape) for key, value in theirs[part].state_dict().items()}
        assert ours == net[:3][part].parameters()
    assert net == net[:]
    net = Sequential(ReLU(), body=inline(Sequential(fc=Linear(2, 3))))
    assert net.parameters() == net[1:].parameters()
    assert [] == list(Sequential())
    assert Sequential()


@pytest.mark.parametrize("index", [2, -3, "relu", 1.5])
def test_an_unknown_layer_of_a_sequential_is_refused(index: int) -> None:
    with pytest.raises(UnknownNameError, match=rf"^unknown layer {index!r}; .*there are: 0, rely$"):
        Sequential(Conv2d(3, 4, 1), rely=ReLU())[index]
