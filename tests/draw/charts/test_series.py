"""`lines` and `curves`: the drawn points are the given or computed values."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from convref import draw
from convref.draw.svg.axes import scale
from convref.errors import ArgumentError
from convref.nn import GELU, Hardswish, PReLU, ReLU, ReLU6, Sigmoid, Tanh

TIMES = {
    "direct": [(3, 0.2), (5, 0.5), (11, 2.0)],
    "fft": [(3, 0.9), (5, 0.9), (11, 0.95)],
}


def numbers(path: str) -> list[tuple[float, float]]:
    """Return the points of a line, whose horizontal and vertical steps give one coordinate alone."""
    points: list[tuple[float, float]] = []
    for command, given in re.findall(r"([MLHV])([^MLHV]+)", path):
        values = [float(each) for each in given.split()]
        x, y = points[-1] if points else (0.0, 0.0)
        points.append({"H": (values[0], y), "V": (x, values[0])}.get(command) or (values[0], values[-1]))
    return points


def paths(figure: Any, kind: str) -> list[list[tuple[float, float]]]:
    marked = [each for each in figure.root if each.get("data-mark", "").startswith(kind)]
    return [numbers(each.get("d")) for each in marked]


@pytest.mark.parametrize("log", ["", "x", "y", "xy"])
def test_every_figure_of_lines_is_well_formed(log: str, check: Callable[[Any], None]) -> None:
    check(draw.lines(TIMES, {"en": "kernel", "zh": "卷积核"}, {"en": "ms", "zh": "毫秒"}, log=log))


def test_lines_go_through_the_points_that_were_given(read: Any) -> None:
    drawn = paths(read(draw.lines(TIMES, "k", "t", log="y")), "line")
    values = [y for each in TIMES.values() for _, y in each]
    up = scale(values, 220, 20, log=True, axis="y")
    expected = [[up.at(y) for _, y in each] for each in TIMES.values()]
    assert expected == [pytest.approx([y for _, y in line], abs=0.01) for line in drawn]


def test_series_differ_in_hue_dash_pattern_and_marker(read: Any) -> None:
    lines = [each for each in read(draw.lines(TIMES, "k", "t")).root if "line" in each.get("data-mark", "")]
    assert (
        2
        == len({each.get("stroke") for each in lines})
        == len({each.get("stroke-dasharray") for each in lines})
    )


def test_series_are_named_in_the_language_of_the_page(read: Any) -> None:
    figure = draw.lines(TIMES, "k", "t", names={"direct": {"en": "direct", "zh": "直接计算"}})
    assert {"direct", "fft"} <= set(read(figure).words())
    assert {"直接计算", "fft"} <= set(read(figure, "zh").words())


def test_too_many_series_are_refused() -> None:
    with pytest.raises(ArgumentError, match="6 series are more than the 5"):
        draw.lines({str(index): [(1, 1)] for index in range(6)}, "x", "y")


LAYERS = [ReLU(), ReLU6(), PReLU(), Sigmoid(), Tanh(), GELU(), Hardswish()]


def test_every_figure_of_curves_is_well_formed(check: Callable[[Any], None]) -> None:
    check(draw.curves(*LAYERS, domain=(-4, 8)))


def test_markers_that_would_overlap_are_left_out(read: Any) -> None:
    def drawn(count: int) -> int:
        points = [(x, x) for x in range(count)]
        return sum(element.tag.endswith("path") for element in read(draw.lines({"a": points}, "x", "y")).root)

    assert 1 == drawn(10) - drawn(9)
    assert drawn(200) < drawn(40)


def test_curves_are_the_functions_of_torch(read: Any) -> None:
    drawn = paths(read(draw.curves(*LAYERS, domain=(-4, 4))), "curve")
    x = torch.linspace(-4, 4, 161, dtype=torch.float64)
    modules = [getattr(torch.nn, type(layer).__name__)() for layer in LAYERS]
    values = [module.double()(x.reshape(1, 1, -1)).detach().numpy().ravel() for module in modules]
    low, high = min(v.min() for v in values), max(v.max() for v in values)
    for curve, expected in zip(drawn, values, strict=True):
        heights = np.array([-y for _, y in curve])
        scaled = (expected - low) / (high - low)
        slope = np.polyfit(scaled, heights, 1)
        assert np.allclose(heights, np.polyval(slope, scaled), atol=0.02)


def test_a_curve_is_titled_with_the_repr_of_its_layer(read: Any) -> None:
    assert "GELU(approximate='tanh')" in read(draw.curves(GELU("tanh"))).words()


def test_curves_of_no_layers_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^curves: at least one layer must be given$"):
        draw.curves()


def test_curves_over_an_empty_domain_are_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"^curves: domain \(=\(1, 1\)\) must be a pair \(smallest, largest\)$"
    ):
        draw.curves(ReLU(), domain=(1, 1))
