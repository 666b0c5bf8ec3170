"""`bars`: the numbers in the figure add up to the report's."""

from collections.abc import Callable
from typing import Any

import pytest

from convref import analyze, architectures, draw
from convref.analysis import Device, Report
from convref.errors import ArgumentError, UnknownNameError
from convref.nn import Conv2d, Sequential


@pytest.fixture(scope="module")
def report() -> Report:
    return analyze(architectures.build("resnet50"), (3, 224, 224))


COLUMNS = ["params", "macs", "activations", "activation_bytes", "weight_bytes"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_figure_is_well_formed(report: Report, column: str, check: Callable[[Any], None]) -> None:
    check(draw.bars(report, column))


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("depth", [None, 1, 2, 3])
def test_the_bars_add_up_to_the_total(report: Report, column: str, depth: int | None, read: Any) -> None:
    figure = read(draw.bars(report, column, depth=depth))
    assert getattr(report, column) == sum(value for (value,) in figure.marks("bar"))


def test_the_step_of_the_network_itself_is_named_by_its_type() -> None:
    network = analyze(architectures.build("deeplabv3_resnet50"), (3, 520, 520))
    assert "ResizeLike: 43.32 MiB" in draw.bars(network, "activation_bytes").alt()
    assert "ResizeLike" == network.table("name", depth=2).rows[-1][0]


def test_a_bar_is_as_long_as_its_share_of_the_longest(report: Report, read: Any) -> None:
    root = read(draw.bars(report, "params", depth=1)).root
    bars = [each for each in root if each.get("data-mark", "").startswith("bar")]
    values = [int(each.get("data-mark").split()[1]) for each in bars]
    longest = max(float(each.get("width")) for each in bars)
    widths = [float(each.get("width")) for each in bars]
    assert [max(longest * value / max(values), 1) for value in values] == pytest.approx(widths, abs=0.01)


@pytest.mark.parametrize(("name", "count"), [("resnet50", 6), ("vgg16", 16), ("mobilenet_v2", 20)])
def test_a_network_is_shown_by_stage_or_by_layer_if_it_has_few_stages(
    name: str, count: int, read: Any
) -> None:
    report = analyze(architectures.build(name), (3, 224, 224))
    assert count == len(read(draw.bars(report, "macs")).marks("bar"))


@pytest.mark.parametrize("wide", [False, True])
def test_both_layouts_have_the_same_bars(report: Report, wide: bool, read: Any) -> None:
    figure = read(draw.bars(report, "macs"), wide=wide)
    assert report.macs == sum(value for (value,) in figure.marks("bar"))


def test_depth_is_the_number_of_names_in_a_path(report: Report) -> None:
    alt = draw.bars(report, "macs", depth=1).alt()
    assert "MACs, total 4,089,184,256. conv1: 118,013,952 (2.9%); layer1:" in alt


def test_the_input_is_named_in_each_language(report: Report) -> None:
    figure = draw.bars(report, "activation_bytes", depth=1)
    assert "input: 588 KiB" in figure.alt("en")
    assert "输入：588 KiB" in figure.alt("zh")


def test_a_layer_named_input_has_a_bar_apart_from_the_input() -> None:
    net = Sequential(input=Conv2d(3, 4, 3), total=Conv2d(4, 2, 1))
    alt = draw.bars(analyze(net, (3, 8, 8)), "activations", depth=1).alt("zh")
    assert "输入：192（" in alt
    assert "；input：144（" in alt


@pytest.mark.parametrize("column", ["output", "name", "parms"])
def test_a_column_without_a_total_is_refused(report: Report, column: str) -> None:
    with pytest.raises(UnknownNameError, match=f"unknown column '{column}'"):
        draw.bars(report, column)


def test_a_depth_below_one_is_refused(report: Report) -> None:
    with pytest.raises(ArgumentError, match=r"bars: depth \(=0\) must be an integer of at least 1"):
        draw.bars(report, "params", depth=0)
    with pytest.raises(ArgumentError, match=r"bars: depth \(='1'\) must be an integer of at least 1"):
        draw.bars(report, "params", depth="1")  # type: ignore[arg-type]


def test_times_have_bars_if_the_report_has_a_device() -> None:
    net, shape = architectures.build("alexnet"), (3, 224, 224)
    figure = draw.bars(analyze(net, shape, device=Device(90e9, 20e9)), "time", depth=1)
    assert figure.alt().startswith("Predicted time, total 26.6 ms. features: ")
    with pytest.raises(ArgumentError, match="times need a device"):
        draw.bars(analyze(net, shape), "time")
