"""The registry: every name builds, and every network that a family's file has stands in it."""

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
    assert len({net, architectures.build(name)}) == 1


@pytest.mark.parametrize("family", FAMILIES)
def test_the_public_functions_of_a_family_are_its_registered_names(family: str) -> None:
    module = importlib.import_module(f"convref.architectures.{family}")
    public = {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert set(FAMILIES[family]) == public


def test_every_family_s_file_is_registered() -> None:
    folder = importlib.resources.files("convref.architectures")
    files = {path.name.removesuffix(".py") for path in folder.iterdir() if path.name.endswith(".py")}
    assert set(FAMILIES) == files - {"__init__", "parts", "registry"}


def classifies(name: str) -> bool:
    """Whether the network's function takes `num_classes`."""
    module = importlib.import_module(f"convref.architectures.{architectures.find(name).family}")
    return "num_classes" in inspect.signature(getattr(module, name)).parameters


@pytest.mark.parametrize("name", [*filter(classifies, architectures.names())])
def test_the_number_of_classes_is_an_argument(name: str) -> None:
    net = architectures.build(name, num_classes=10)
    assert 10 == net.output_shape(architectures.find(name).input_shape)[0]


def test_shufflenet_v1_knows_the_numbers_of_groups_of_its_paper_alone() -> None:
    rule = re.escape("shufflenet_v1: groups (=5) must be one of [1, 2, 3, 4, 8]")
    with pytest.raises(ArgumentError, match=f"^{rule}$"):
        architectures.build("shufflenet_v1", groups=5)


def test_slicenet_s_kernels_dilations_and_groups_must_be_as_many() -> None:
    with pytest.raises(ArgumentError, match=r"slicenet_encoder: kernels .* and groups .* must be as many"):
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
def test_case_and_hyphens_do_not_keep_a_name_from_being_the_nearest(given: str, meant: str) -> None:
    with pytest.raises(
        UnknownNameError, match=f"unknown architecture '{given}'; the nearest (is|are) '{meant}'"
    ):
        architectures.build(given)


def test_names_that_are_many_are_not_all_listed() -> None:
    with pytest.raises(
        UnknownNameError, match=rf"^unknown .*; `convref list` and .* all {len(architectures.names())}$"
    ):
        architectures.build("yolo")


def test_an_unknown_argument_names_the_nearest_and_all() -> None:
    rule = "unknown argument 'num_class'; the nearest is 'num_classes'; it takes num_classes, stride_first"
    with pytest.raises(ArgumentError, match=f"^resnet50: {rule}$"):
        architectures.build("resnet50", num_class=10)
