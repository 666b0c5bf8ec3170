"""`wiring`: the figure has the connections and weights of the layer."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from convref import draw
from convref.errors import ArgumentError
from convref.nn import Conv2d, Identity, Layer, Linear, ReLU, Sequential, Sum

FIGURES: dict[str, Layer] = {
    "standard": Conv2d(4, 4, 3),
    "grouped": Conv2d(8, 8, 3, groups=2),
    "depthwise": Conv2d(8, 8, 3, groups=8),
    "multiplied": Conv2d(4, 8, 3, groups=4),
    "many": Conv2d(16, 16, 1, groups=4),
    "separable": Sequential(Conv2d(6, 6, 3, groups=6), ReLU(), Conv2d(6, 8, 1)),
    "fully connected": Linear(8, 3),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.wiring(FIGURES[name]))


@pytest.mark.parametrize("name", ["standard", "grouped", "depthwise", "multiplied", "many"])
def test_a_grouped_convolution_has_in_times_out_over_groups_connections(name: str, read: Any) -> None:
    layer: Any = FIGURES[name]
    lines = read(draw.wiring(layer)).marks("edge")
    assert layer.in_channels * layer.out_channels // layer.groups == len(lines)
    width, height = layer.in_channels // layer.groups, layer.out_channels // layer.groups
    assert [] == [(source, target) for source, target in lines if source // width != target // height]


@pytest.mark.parametrize("name", ["standard", "grouped", "depthwise", "many"])
def test_the_weights_of_the_connections_are_all_the_weights(name: str, read: Any) -> None:
    layer = FIGURES[name]
    weights = math.prod(layer.parameters()["weight"])
    assert f"{weights:,} weights in all" in " ".join(read(draw.wiring(layer)).words())


def test_bold_connections_lead_to_every_channel_that_the_output_reads(read: Any) -> None:
    net = Sequential(Conv2d(9, 9, 1, groups=3), Conv2d(9, 9, 1, groups=3))
    figure = draw.wiring(net, output=4)
    bold = [each.get("data-mark") for each in read(figure).root if each.get("stroke-width") == "2.6"]
    assert 9 + 3 == len(bold)
    assert "output channel 4 sees 3 of the 9 input channels" in figure.alt()


def test_activations_are_left_out_and_kernels_are_kept(read: Any) -> None:
    rows = {row for row, _ in read(draw.wiring(FIGURES["separable"])).marks("channel")}
    assert {0, 1, 2} == rows


def test_groups_differ_in_hue_and_in_dash_pattern(read: Any) -> None:
    lines = [
        each for each in read(draw.wiring(FIGURES["grouped"])).root if "edge" in each.get("data-mark", "")
    ]
    assert (
        2
        == len({each.get("stroke") for each in lines})
        == len({each.get("stroke-dasharray") for each in lines})
    )


def test_too_many_channels_are_refused() -> None:
    with pytest.raises(ArgumentError, match="64 channels are more than the 16 that the figure can show"):
        draw.wiring(Conv2d(3, 64, 3))


def test_a_missing_output_channel_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"output \(=4\) must be the index of an output channel, from 0 to 3"
    ):
        draw.wiring(Conv2d(4, 4, 1), output=4)


def test_branches_are_refused_by_name() -> None:
    with pytest.raises(ArgumentError, match=r"the network branches at .*Use draw\.flow"):
        draw.wiring(Sum(Identity(), Conv2d(4, 4, 1)), (4, 3, 3))


def test_a_layer_without_a_fixed_number_of_channels_needs_a_shape() -> None:
    with pytest.raises(
        ArgumentError, match="input_shape must be given, because ReLU takes any number of channels"
    ):
        draw.wiring(ReLU())


def test_a_network_that_connects_no_channels_is_refused() -> None:
    with pytest.raises(ArgumentError, match="net has no layer that connects channels"):
        draw.wiring(ReLU(), (4, 3, 3))
