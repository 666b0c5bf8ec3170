"""Errors name the location, the argument, its value and the rule."""

import pickle

import pytest

from convref.errors import (
    _FEW,
    ArgumentError,
    ConvrefError,
    MissingRuleError,
    PageError,
    ShapeError,
    UnknownNameError,
)


def test_a_shape_error_collects_the_path_as_it_propagates() -> None:
    error = ShapeError("in_channels (=64) must equal the 128 channels of the input")
    assert "features.3: in_channels (=64) must equal the 128 channels of the input" == str(
        error.inside("3").inside("features")
    )


def test_a_missing_rule_error_has_the_first_path_that_it_is_given() -> None:
    error = MissingRuleError("Square", "must define cost(input_shape)")
    assert "Square must define cost(input_shape)" == str(error)
    assert "act: Square must define cost(input_shape)" == str(error.at("act").at("features"))


def test_an_unknown_name_error_names_the_nearest_and_all() -> None:
    error = UnknownNameError("architecture", "vg16", ["alexnet", "vgg11", "vgg16"])
    assert (
        "unknown architecture 'vg16'; the nearest are 'vgg16', 'vgg11'; there are: alexnet, vgg11, vgg16"
        == str(error)
    )


def test_an_unknown_name_error_without_a_near_name_lists_the_known_ones() -> None:
    assert "unknown column 'qqq'; there are: params" == str(UnknownNameError("column", "qqq", ["params"]))


def test_an_unknown_name_error_lists_many_names_only_where_none_is_near() -> None:
    many = [f"vgg{depth}" for depth in range(11, 11 + _FEW)] + ["lenet"]
    assert "unknown column 'LeNet'; the nearest is 'lenet'" == str(UnknownNameError("column", "LeNet", many))
    assert str(UnknownNameError("column", "qqq", many)).endswith("vgg21, vgg22, lenet")
    told = UnknownNameError("net", "qqq", many, listing="`list` gives all")
    assert "unknown net 'qqq'; `list` gives all" == str(told)


def test_a_page_error_without_a_line_names_the_page() -> None:
    assert "docs/x.md: unreadable" == str(PageError("docs/x.md", 0, "unreadable"))


@pytest.mark.parametrize(
    "error",
    [
        ArgumentError("groups (=0) must be at least 1"),
        ShapeError("too small", "features.3"),
        MissingRuleError("Square", "must define cost(input_shape)", "features.3"),
        UnknownNameError("column", "parms", ["params", "macs"]),
        PageError("docs/en/index.md", 42, "the fence is not closed"),
    ],
)
def test_every_error_survives_pickling_and_is_a_convref_error(error: ConvrefError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (type(error), str(error), vars(error)) == (type(copy), str(copy), vars(copy))
    assert isinstance(copy, ConvrefError)
