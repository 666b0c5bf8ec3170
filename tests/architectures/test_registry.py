"""Every registered name builds a network, and every network of a family's file is registered."""

import importlib.resources
import inspect
import pickle
import re

import pytest

from convref import architectures, nn
from convref.architectures.registry import FAMILIES
from convref.errors import ArgumentError, UnknownNameError


@pytest.mark.parametrize("name", architectures.names())
def test_a_description_is_rebuilt_by_its_text_by_pickle_and_by_its_name(name: str) -> None:
    net = architectures.build(name)
    assert net == eval(repr(net), vars(nn)) == pickle.loads(pickle.dumps(net)) == architectures.build(name)
    assert 1 == len({net, architectures.build(name)})


@pytest.mark.parametrize("family", FAMILIES)
def test_the_public_functions_of_a_family_are_its_registered_names(family: str) -> None:
    module = importlib.import_module(f"convref.architectures.{family}")
    public = {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert set(FAMILIES[family]) == public


def test_every_file_of_a_family_is_registered() -> None:
    folder = importlib.resources.files("convref.architectures")
    files = {path.name.removesuffix(".py") for path in folder.iterdir() if path.name.endswith(".py")}
    assert set(FAMILIES) == files - {"__init__", "parts", "registry"}


def classifies(name: str) -> bool:
    """Return whether the network's function accepts `num_classes`."""
    module = importlib.import_module(f"convref.architectures.{architectures.find(name).family}")
    return "num_classes" in inspect.signature(getattr(module, name)).parameters


@pytest.mark.parametrize("name", [*filter(classifies, architectures.names())])
def test_the_number_of_classes_is_an_argument(name: str) -> None:
    net = architectures.build(name, num_classes=10)
    assert 10 == net.output_shape(architectures.find(name).input_shape)[0]


def test_shufflenet_v1_accepts_only_the_numbers_of_groups_in_its_paper() -> None:
    rule = re.escape("shufflenet_v1: groups (=5) must be one of [1, 2, 3, 4, 8]")
    with pytest.raises(ArgumentError, match=f"^{rule}$"):
        architectures.build("shufflenet_v1", groups=5)


def test_kernels_dilations_and_groups_of_slicenet_must_have_equal_lengths() -> None:
    with pytest.raises(
        ArgumentError, match=r"slicenet_encoder: kernels .* and groups .* must have equal lengths"
    ):
        architectures.build("slicenet_encoder", kernels=(3, 7))


def test_an_unknown_name_names_the_nearest() -> None:
    message = "unknown architecture 'alexnet_orignal'; the nearest are 'alexnet_original', 'alexnet'"
    with pytest.raises(UnknownNameError, match=f"^{re.escape(message)}"):
        architectures.build("alexnet_orignal")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("ResNet50", "resnet50"),
        ("resnet-50", "resnet50"),
        ("vgg_16", "vgg16"),
        ("MobileNetV2", "mobilenet_v2"),
    ],
)
def test_the_nearest_name_ignores_case_and_hyphens(given: str, meant: str) -> None:
    with pytest.raises(
        UnknownNameError, match=f"unknown architecture '{given}'; the nearest (is|are) '{meant}'"
    ):
        architectures.build(given)


def test_an_error_does_not_list_all_names() -> None:
    with pytest.raises(
        UnknownNameError, match=rf"^unknown .*; `convref list` and .* all {len(architectures.names())}$"
    ):
        architectures.build("yolo")


def test_an_unknown_argument_names_the_nearest_and_all() -> None:
    rule = "unknown argument 'num_class'; the nearest is 'num_classes'; it takes num_classes, stride_first"
    with pytest.raises(ArgumentError, match=f"^resnet50: {rule}$"):
        architectures.build("resnet50", num_class=10)
