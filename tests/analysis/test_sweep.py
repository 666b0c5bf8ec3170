"""Sweeps build and measure every combination, and keep those that no other one beats."""

from itertools import product

import pytest

from convref import architectures
from convref.analysis import Candidate, analyze, sweep
from convref.architectures.mobilenet import mobilenet_v2
from convref.errors import ArgumentError, ShapeError, UnknownNameError
from convref.nn import Conv2d, Layer

WIDTHS, RESOLUTIONS = (0.5, 1.0, 1.4), (96, 160, 224)
FOUND = sweep(mobilenet_v2, (3, 224, 224), width_mult=WIDTHS, resolution=RESOLUTIONS)


def test_every_combination_is_measured_as_analyze_does() -> None:
    expected = [
        (width, size, report.params, report.macs)
        for width, size in product(WIDTHS, RESOLUTIONS)
        for report in [analyze(architectures.build("mobilenet_v2", width_mult=width), (3, size, size))]
    ]
    assert expected == list(FOUND.table("params", "macs").rows)
    assert len(WIDTHS) * len(RESOLUTIONS) == len(FOUND)


def test_a_candidate_is_named_by_its_choices() -> None:
    assert "width_mult=0.5, resolution=96" == next(iter(FOUND)).name


def test_without_a_resolution_the_input_is_taken_as_it_is() -> None:
    (candidate,) = sweep(lambda kernel: Conv2d(3, 8, kernel), (3, 30, 20), kernel=(3,))
    assert (8, 28, 18) == candidate.report.output_shape
    assert {"kernel": 3} == candidate.choices


def test_the_pareto_front_holds_what_no_other_candidate_beats() -> None:
    points = [(each.value("macs"), each.value("params")) for each in FOUND]
    expected = [
        each.name
        for each, (macs, params) in zip(FOUND, points, strict=True)
        if not any(m <= macs and p >= params and (m, p) != (macs, params) for m, p in points)
    ]
    assert expected == [each.name for each in FOUND.pareto(least="macs", most="params")]
    assert ["width_mult=0.5, resolution=96"] == [each.name for each in FOUND.pareto(least="macs")]


def test_goals_may_be_functions_such_as_a_trained_accuracy() -> None:
    def accuracy(candidate: Candidate) -> float:
        return -abs(candidate.choices["resolution"] - 160)

    front = FOUND.pareto(least="params", most_accurate=accuracy)
    assert ["width_mult=0.5, resolution=160"] == [each.name for each in front]


def test_points_are_measures_by_name() -> None:
    name, (macs, params) = next(iter(FOUND.points("macs", "params").items()))
    report = next(iter(FOUND)).report
    assert ("width_mult=0.5, resolution=96", report.macs, report.params) == (name, macs, params)


def build(kernel: int) -> Layer:
    return Conv2d(3, 8, kernel)


def test_a_choice_without_values_is_an_error() -> None:
    with pytest.raises(ArgumentError, match=r"sweep: kernel \(=\(\)\) must be a sequence of at least one"):
        sweep(build, (3, 8, 8), kernel=())


def test_an_input_that_does_not_fit_names_the_choices() -> None:
    with pytest.raises(ShapeError, match=r"sweep: kernel=9, resolution=8: "):
        sweep(build, (3, 8, 8), kernel=(3, 9), resolution=(8,))


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="measure"):
        FOUND.table("parms")


def test_a_front_needs_goals_that_are_numbers() -> None:
    with pytest.raises(ArgumentError, match="pareto: at least one goal must be given"):
        FOUND.pareto()
    with pytest.raises(ArgumentError, match="pareto: the keyword 'fewest' must begin with 'least' or 'most'"):
        FOUND.pareto(fewest="macs")
    with pytest.raises(ArgumentError, match=r"pareto: the value of least for .* \(=.*\) must be a number"):
        FOUND.pareto(least="input")
