"""`scatter`: points are placed by their values, and names do not overlap."""

import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from convref import analyze, architectures, draw
from convref.draw.svg.canvas import text_width
from convref.errors import ArgumentError

NAMES = ["lenet5", "alexnet", "vgg11", "vgg16", "vgg19", "resnet18", "resnet50", "resnet152", "squeezenet1_0"]


@pytest.fixture(scope="module")
def points() -> dict[str, tuple[float, float]]:
    found = [analyze(architectures.build(name), architectures.find(name).input_shape) for name in NAMES]
    return {name: (report.params, report.macs) for name, report in zip(NAMES, found, strict=True)}


def test_the_figure_is_well_formed(
    points: dict[str, tuple[float, float]], check: Callable[[Any], None]
) -> None:
    check(draw.scatter(points, "params", "macs"))


def test_points_are_placed_by_their_logarithms(points: dict[str, tuple[float, float]], read: Any) -> None:
    root = read(draw.scatter(points, "params", "macs")).root
    marks = [each for each in root if each.get("data-mark", "").startswith("point")]
    across = {each.get("data-mark").split()[1]: float(each.get("cx")) for each in marks}
    up = {each.get("data-mark").split()[1]: -float(each.get("cy")) for each in marks}
    assert sorted(points, key=lambda name: points[name][0]) == sorted(across, key=across.__getitem__)
    assert sorted(points, key=lambda name: points[name][1]) == sorted(up, key=up.__getitem__)


@pytest.mark.parametrize("wide", [False, True])
def test_names_do_not_overlap(wide: bool, points: dict[str, tuple[float, float]], read: Any) -> None:
    crowd = points | {f"{name}_bn": (a * 1.01, b * 1.01) for name, (a, b) in points.items()}
    root = read(draw.scatter(crowd, "params", "macs"), wide=wide).root
    labels = [each for each in root if each.get("data-mark", "").startswith("label")]
    assert len(crowd) == len(labels)
    frames = [(float(e.get("x")), float(e.get("y")), text_width(e.text or "")) for e in labels]
    for (x, y, w), (left, base, width) in combinations(frames, 2):
        assert x + w <= left + 0.02 or left + width <= x + 0.02 or abs(y - base) >= 12.9


@pytest.mark.parametrize("wide", [False, True])
def test_numbers_are_apart_so_that_two_do_not_read_as_one(wide: bool, read: Any) -> None:
    image = (3, 224, 224)
    names = [name for name in architectures.names() if architectures.find(name).input_shape == image]
    reports = {name: analyze(architectures.build(name), image) for name in names}
    crowd = {name: (report.params, report.macs) for name, report in reports.items()}
    root = read(draw.scatter(crowd, "params", "macs"), wide=wide).root
    labels = [each for each in root if each.get("data-mark", "").startswith("label")]
    frames = [(float(e.get("x")), float(e.get("y")), text_width(e.text or "")) for e in labels]
    assert len(names) == len(frames)
    for (x, y, w), (left, base, width) in combinations(frames, 2):
        assert x + w + 2.9 <= left or left + width + 2.9 <= x or abs(y - base) >= 12.9


def test_more_points_than_can_be_named_are_refused() -> None:
    crowd = {f"network_{index}": (1e6 + index, 1e9 + index) for index in range(2000)}
    with pytest.raises(
        ArgumentError, match=r"scatter: points \(=2000 points\) are so many that there is no room"
    ):
        draw.scatter(crowd, "params", "macs")


def test_a_name_without_room_is_explained_below(read: Any) -> None:
    crowd = {f"network_{index}": (1e6 + index, 1e9 + index) for index in range(12)}
    words = read(draw.scatter(crowd, "params", "macs")).words()
    below = " ".join(words)
    for name in crowd:
        assert name in words or f"\N{NO-BREAK SPACE}{name}" in below


def test_axes_are_titled_in_the_language_of_the_page(
    points: dict[str, tuple[float, float]], read: Any
) -> None:
    figure = draw.scatter(points, "params", {"en": "top-1 error", "zh": "top-1 错误率"})
    assert {"Parameters", "top-1 error"} <= set(read(figure).words())
    assert {"参数量", "top-1 错误率"} <= set(read(figure, "zh").words())


def test_a_chart_without_points_is_refused() -> None:
    with pytest.raises(ArgumentError, match="axis x must have at least one value"):
        draw.scatter({}, "params", "macs")


def test_a_guide_is_drawn_on_the_axes_of_the_points(read: Any) -> None:
    figure = read(draw.scatter({"a": (1, 1), "b": (4, 9)}, "x", "y", log="", guide=[(1, 1), (4, 9), (8, 4)]))
    (guide,) = [each for each in figure.root if each.get("data-mark") == "guide"]
    numbers = [float(each) for each in re.findall(r"[\d.]+", guide.get("d"))]
    circles = [each for each in figure.root if each.get("data-mark", "").startswith("point")]
    centres = [float(each.get(key)) for each in circles for key in ("cx", "cy")]
    assert numbers[:4] == pytest.approx(centres)
    assert numbers[4] > numbers[2]
    assert numbers[3] < numbers[5] < numbers[1]
