"""What callers give in the place of a description or of an input's shape is taken or named."""

import functools
import re
from collections.abc import Callable

import numpy as np
import pytest
import torch

import convref.torch
from convref import analyze, compare, draw, functional, init
from convref.errors import ArgumentError, ShapeError
from convref.nn import Conv2d, Layer, ReLU, Sequential

NET = Sequential(Conv2d(3, 8, 3), ReLU())
READINGS: dict[str, Callable[[Layer], object]] = {
    "build": convref.torch.build,
    "init": init,
    "run": lambda net: functional.run(net, {}, np.zeros((1, 3, 8, 8))),
}


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
def test_objects_other_than_descriptions_are_refused_with_what_converts_them(
    reading: Callable[[object], object],
) -> None:
    for given, rule in (
        (Conv2d, "net (=class Conv2d) must be a description; give an instance, Conv2d(…)"),
        (
            torch.nn.ReLU(),
            (
                "net (=ReLU()) must be a description; this is a torch.nn.Module; "
                "convref.torch.from_torch converts"
            ),
        ),
        (
            torch.nn.ReLU,
            "net (=class ReLU) must be a description; this is a class of torch.nn.Module; convref.torch",
        ),
        ("vgg16", "net (='vgg16') must be a description; architectures.build makes one from a name"),
    ):
        with pytest.raises(ArgumentError, match=f"^{re.escape(rule)}"):
            reading(given)


READERS: dict[str, Callable[[object], object]] = {
    "analyze": lambda net: analyze(net, (3, 8, 8)).output_shape,  # type: ignore[arg-type]
    "draw.network": lambda net: draw.network(net, (3, 8, 8)).alt(),  # type: ignore[arg-type]
    "draw.flow": lambda net: draw.flow(net, (3, 8, 8)).alt(),  # type: ignore[arg-type]
    "compare": lambda net: compare(own=(net, (3, 8, 8)), columns=("params",)).texts(),
}


def make(channels: int) -> torch.nn.Module:
    return torch.nn.Conv2d(channels, 4, 1)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_modules_classes_and_factories_are_read_as_their_description(
    reader: Callable[[object], object],
) -> None:
    for given, net in (
        (torch.nn.Conv2d(3, 4, 1), Conv2d(3, 4, 1)),
        (functools.partial(make, 3), Conv2d(3, 4, 1)),
        (lambda: Conv2d(3, 4, 1), Conv2d(3, 4, 1)),
        (torch.nn.ReLU, ReLU()),
        (ReLU, ReLU()),
    ):
        assert reader(net) == reader(given)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_what_makes_no_network_is_refused_with_the_way_out(reader: Callable[[object], object]) -> None:
    for given, rule in (
        (Conv2d, r"net \(=class Conv2d\) must be a description; give an instance, Conv2d\(…\): .*missing"),
        (
            make,
            (
                r"net \(=function make\) must be a description; pass its "
                r"arguments with functools.partial\(make, …\)"
            ),
        ),
        (lambda: 3, r"net \(=function <lambda>\) must return a description or a torch.nn.Module, not a int"),
        (str, r"net \(=class str\) must be a description; give an instance, str\(…\)"),
        ("vgg16", r"net \(='vgg16'\) must be a description; architectures.build makes one from a name"),
        (torch.nn.Conv2d(1, 1, 1), "from_torch: the module does not take an input of shape"),
    ):
        with pytest.raises(ArgumentError, match=f"^{rule}"):
            reader(given)


@pytest.mark.parametrize(
    "shape", [[3, 8, 8], np.array([3, 8, 8]), (np.int64(3), 8, np.int32(8)), torch.Size([3, 8, 8])]
)
def test_a_shape_may_be_any_sequence_of_integers(shape: tuple[int, ...]) -> None:
    report = analyze(NET, shape)
    assert (3, 8, 8) == report.input_shape
    assert {int} == {type(size) for size in (*report.input_shape, *report.output_shape)}


def test_a_number_as_a_shape_is_refused() -> None:
    rule = r"^input_shape \(=32\) must consist of positive integers, channels first, without the batch"
    with pytest.raises(ArgumentError, match=rule):
        analyze(NET, 32)  # type: ignore[arg-type]


@pytest.mark.parametrize("array", [np.zeros((3, 32, 32)), torch.zeros(3, 32, 32)], ids=["numpy", "torch"])
def test_an_array_as_a_shape_is_refused_without_printing_it(array: tuple[int, ...]) -> None:
    rule = r"^input_shape must be a shape, .* \(C, H, W\), not an array \(of shape \(3, 32, 32\)\)$"
    with pytest.raises(ArgumentError, match=rule):
        analyze(NET, array)
    with pytest.raises(ArgumentError, match=rule):
        convref.torch.from_torch(torch.nn.ReLU(), array)


def test_a_torch_module_as_a_child_is_refused_with_the_function_that_reads_it() -> None:
    rule = (
        r"^Sequential: child 1 \(=ReLU\(\)\) must be a layer; this is a torch\.nn\.Module; convref\.torch\."
    )
    with pytest.raises(ArgumentError, match=rule):
        Sequential(ReLU(), torch.nn.ReLU())  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"child 0 .* must be a layer; give an instance, ReLU\(…\)$"):
        Sequential(ReLU)  # type: ignore[arg-type]


def test_parameters_that_a_module_never_uses_are_refused_with_the_code_that_drops_them() -> None:
    params = {**init(NET), "unused.weight": np.zeros(1, dtype=np.float32)}
    rule = "missing: none; unknown: unused.weight; a description does not contain layers that the module's"
    with pytest.raises(ArgumentError, match=re.escape(rule)):
        functional.run(NET, params, np.zeros((1, 3, 8, 8), dtype=np.float32))
    own = {name: params[name] for name in NET.parameters() | NET.buffers()}
    assert (1, 8, 6, 6) == functional.run(NET, own, np.zeros((1, 3, 8, 8), dtype=np.float32)).shape


def test_a_shape_with_a_batch_axis_is_refused_with_a_hint() -> None:
    rule = r"^0: Conv2d takes .* \(C, H, W\), but got \(1, 3, 8, 8\); shapes are given without the batch$"
    with pytest.raises(ShapeError, match=rule):
        analyze(NET, (1, 3, 8, 8))


def test_parameters_that_are_not_a_mapping_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^params \(a list\) must be a dict from names to arrays$"):
        functional.run(NET, [], np.zeros((1, 3, 8, 8)))  # type: ignore[call-overload]
