"""The contract: costs add up, descriptions print as their calls, arguments are checked alike."""

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convref import nn
from convref.errors import ArgumentError, ShapeError
from convref.nn import Conv2d, Cost, Layer, Linear, MaxPool2d, ReLU, Sequential, Shape, Window, inline, trace
from convref.nn.base import call_repr, numel

CALLED: Any = nn  # with wrong arguments


def test_costs_add_and_multiply_kind_by_kind() -> None:
    one = Cost(1, 2, 3, 4, 5, 6)
    assert one + one == one * 2 == Cost(2, 4, 6, 8, 10, 12)
    assert Cost() == one * 0


def test_a_call_is_printed_in_one_line_or_an_argument_a_line() -> None:
    assert "Conv2d(3, 64, 3, padding=1)" == repr(Conv2d(3, 64, (3, 3), 1, (1, 1)))
    assert "Conv2d(3, 64, (3, 5))" == repr(Conv2d(3, 64, (3, 5)))
    long = Sequential(**{f"layer{index}": Conv2d(64, 64, 3, padding=1) for index in range(3)})
    assert ["Sequential(", "    layer0=Conv2d(64, 64, 3, padding=1),"] == repr(long).splitlines()[:2]
    assert "f(\n    a,\n    b\n    c,\n)" == call_repr("f", ["a", "b\nc"])


def test_layers_of_equal_fields_but_other_types_differ() -> None:
    assert Linear(3, 3) != Conv2d(3, 3, 1)
    assert Linear(3, 3) == Linear(3, 3, bias=True)
    assert 1 == len({MaxPool2d(2), MaxPool2d((2, 2)), MaxPool2d(2, 2)})


def test_a_description_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot assign to field 'in_features'"):
        Linear(3, 3).in_features = 4  # type: ignore[misc]


def test_the_extent_of_a_window_counts_its_gaps() -> None:
    assert (5, 1) == Window((3, 1), (1, 1), (0, 0), (2, 9)).extent


def test_integers_of_numpy_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"Conv2d: in_channels \(=np.int64\(3\)\) must be an integer"):
        Conv2d(np.int64(3), 4, 3)  # type: ignore[arg-type]


def test_a_layer_has_no_parameters_children_or_window_unless_it_defines_them() -> None:
    class Unknown(Layer):
        pass

    layer = Unknown()
    assert ({}, {}, (), None) == (layer.parameters(), layer.buffers(), layer.children, layer.window((3,)))
    assert not layer.shares_memory(training=True)
    assert 2 == layer.join_reads(2)


def test_an_empty_shape_has_one_element() -> None:
    assert [1, 24] == [numel(()), numel((2, 3, 4))]


def test_an_error_names_the_path_once() -> None:
    net = Sequential(features=Sequential(Conv2d(3, 8, 3), ReLU(), inline(Sequential(last=Conv2d(9, 8, 3)))))
    with pytest.raises(
        ShapeError, match=r"^features\.last: in_channels \(=9\) must equal the 8 channels of the input$"
    ) as caught:
        trace(net, (3, 9, 9))
    assert "features.last" == caught.value.path


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Linear(4, 4), (4,)),
        (nn.Conv1d(4, 4, 1), (4, 5)),
        (nn.ConvTranspose1d(4, 4, 1), (4, 5)),
        (nn.DeformConv2d(4, 4, 1), (4, 5, 5)),
        (nn.MultiheadAttention(4, 2, batch_first=True), (5, 4)),
        (nn.RestrictedSelfAttention(4, 2, 3), (5, 4)),
        (nn.Unfold(1), (4, 5, 5)),
        (nn.Fold(5, 1), (4, 25)),
    ],
)
def test_layers_that_compute_make_a_new_feature_map_even_of_the_same_shape(
    layer: Layer, shape: Shape
) -> None:
    assert layer.makes_map(shape)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: CALLED.Conv2d(3, 4),
            "Conv2d.__init__() missing 1 required positional argument: 'kernel_size'",
        ),
        (
            lambda: CALLED.Conv3d(3, 4, 3, pading=1),
            "Conv3d.__init__() got an unexpected keyword argument 'pading'",
        ),
        (lambda: CALLED.AvgPool2d(stride=2), "AvgPool2d.__init__() missing 1 required positional argument"),
    ],
)
def test_wrong_arguments_name_the_layer_that_was_called(make: Callable[[], Layer], message: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        make()


def test_every_layer_s_constructor_has_its_name() -> None:
    layers = {name: each for name, each in vars(nn).items() if isinstance(each, type)}
    named = {name: each for name, each in layers.items() if issubclass(each, Layer) and each is not Layer}
    assert [f"{name}.__init__" for name in named] == [each.__init__.__qualname__ for each in named.values()]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Conv2D", "convref.nn has no 'Conv2D'; the nearest are 'Conv2d', 'Conv3d', 'Conv1d'"),
        ("relu", "convref.nn has no 'relu'; the nearest are 'ReLU', 'RReLU', 'ReLU6'"),
        ("Module", "convref.nn has no 'Module'"),
        ("_private", "convref.nn has no '_private'"),
    ],
)
def test_an_unknown_layer_is_refused_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(AttributeError, match=f"^{re.escape(message)}$"):
        getattr(nn, name)


def test_importing_layers_does_not_import_difflib() -> None:
    code = "import sys, convref.nn; sys.exit('difflib' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
