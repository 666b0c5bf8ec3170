"""The stand-in has torch's names, with torch's arguments and defaults."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch

from convref.standin import activations, functional, names, pooling, surface
from convref.standin.dtypes import NAMES
from convref.standin.layers import classes
from convref.standin.module import Module

OWN = surface.modules()
LAYERS = {
    name: kind
    for name, kind in vars(OWN["torch.nn"]).items()
    if isinstance(kind, type) and issubclass(kind, Module) and name not in names.OTHER_MODULES + names.LOSSES
}
FUNCTIONS = [
    name
    for name in surface.FUNCTIONS
    if inspect.isfunction(getattr(torch.nn.functional, name)) and "pool" not in name
]
CONTAINERS = {"Module", "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}
VARIADIC = {"RNN", "GRU", "LSTM", "Identity"}  # torch's own signatures take anything
BY_HAND = {  # functions of torch that Python cannot inspect, by torch's documentation
    "conv2d": (functional.conv2d, "input weight bias=None stride=1 padding=0 dilation=1 groups=1"),
    "conv_transpose2d": (
        functional.conv_transpose2d,
        "input weight bias=None stride=1 padding=0 output_padding=0 groups=1 dilation=1",
    ),
    "linear": (functional.linear, "input weight bias=None"),
    "max_pool2d": (
        pooling.max_pool2d,
        "input kernel_size stride=None padding=0 dilation=1 ceil_mode=False return_indices=False",
    ),
    "avg_pool2d": (
        pooling.avg_pool2d,
        (
            "input kernel_size stride=None padding=0 ceil_mode=False count_include_pad=True "
            "divisor_override=None"
        ),
    ),
    "adaptive_avg_pool2d": (pooling.adaptive_avg_pool2d, "input output_size"),
    "softplus": (activations.softplus, "input beta=1 threshold=20"),
}


def signature(function: Any) -> list[tuple[str, object]]:
    found = inspect.signature(function).parameters.values()
    parameters = [each for each in found if each.kind not in {each.VAR_POSITIONAL, each.VAR_KEYWORD}]
    return [
        (each.name, each.default)
        for each in parameters
        if each.name != "self" and not each.name.startswith("_")
    ]


@pytest.mark.parametrize("name", sorted(LAYERS.keys() - CONTAINERS - VARIADIC))
def test_a_module_has_torch_s_arguments_and_defaults(name: str) -> None:
    assert hasattr(torch.nn, name), f"torch.nn has no {name}: OURS in convref/standin/layers.py must name it"
    assert signature(getattr(torch.nn, name).__init__) == signature(LAYERS[name].__init__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_torch_s_arguments_and_defaults(name: str) -> None:
    assert signature(getattr(torch.nn.functional, name)) == signature(surface.FUNCTIONS[name])


@pytest.mark.parametrize("name", BY_HAND)
def test_a_function_that_python_cannot_inspect_has_the_documented_arguments(name: str) -> None:
    function, documented = BY_HAND[name]
    found = [
        key if default is inspect.Parameter.empty else f"{key}={default!r}"
        for key, default in signature(function)
    ]
    assert documented.split(" ") == found


def test_every_name_of_the_stand_in_is_one_of_torch() -> None:
    modules = {"torch": torch, "torch.nn": torch.nn, "torch.nn.functional": torch.nn.functional}
    extra = {
        f"{name}.{each}"
        for name, module in modules.items()
        for each in vars(OWN[name])
        if not each.startswith("__") and not hasattr(module, each)
    }
    tensors_alone = {"torch.expm1_"}
    assert set() == extra - tensors_alone


def test_every_method_of_the_stand_in_s_tensors_is_one_of_torch_s() -> None:
    kind = OWN["torch"].Tensor
    internal = {"numbers", "storage", "strides", "seen", "tape", "value", "known", "missing"}
    extra = {each for each in dir(kind) if not each.startswith("__") and not hasattr(torch.Tensor, each)}
    assert set() == extra - internal


def test_every_module_of_torch_is_followed_or_refused_by_name() -> None:
    theirs = {
        name
        for name, each in vars(torch.nn).items()
        if inspect.isclass(each) and issubclass(each, torch.nn.Module) and name != "Container"
    }
    assert set() == theirs - vars(OWN["torch.nn"]).keys()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_dtypes_have_torch_s_names_and_sizes(name: str) -> None:
    dtype = getattr(torch, name)
    assert (str(dtype), dtype.itemsize) == (repr(NAMES[name]), NAMES[name].itemsize)


ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "Conv2d": (4, 8, 3),
    "ConvTranspose2d": (4, 8, 3),
    "Conv1d": (4, 8, 3, 2),
    "MaxPool2d": (2,),
    "AvgPool2d": (2,),
    "AdaptiveAvgPool2d": (1,),
    "BatchNorm2d": (8,),
    "Linear": (4, 8),
    "LayerNorm": (8,),
    "GroupNorm": (2, 8),
    "Dropout": (0.2,),
    "Embedding": (10, 4),
    "PReLU": (),
    "LeakyReLU": (0.1,),
    "ZeroPad2d": (1,),
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_module_has_torch_s_attributes_and_tensors(name: str) -> None:
    theirs, ours = (kinds[name](*ATTRIBUTES[name]) for kinds in (vars(torch.nn), classes()))
    plain = (int, float, str, bool, tuple)
    attributes = {
        key: value
        for key, value in vars(theirs).items()
        if isinstance(value, plain) and not key.startswith("_")
    }
    own = {key: getattr(ours, key) for key in attributes if hasattr(ours, key)}
    missing = attributes.keys() - own.keys()
    assert {"transposed", "output_padding", "value"} >= missing or name == "AdaptiveAvgPool2d"
    assert {key: value for key, value in attributes.items() if key in own} == own
    shapes = [{key: tuple(each.shape) for key, each in kind.state_dict().items()} for kind in (theirs, ours)]
    assert shapes[0] == shapes[1]
