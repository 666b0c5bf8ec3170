"""`samples`: the marked inputs are those that bilinear interpolation reads."""

from collections.abc import Callable
from itertools import product
from math import floor
from typing import Any

import pytest

from convref import draw
from convref.errors import ArgumentError
from convref.nn import DeformConv2d

LAYER = DeformConv2d(1, 1, 3, padding=1)
STILL = [(0.0, 0.0)] * 9
SPREAD = [
    (0.25, -0.5),
    (1.5, 0.75),
    (-0.5, 0.0),
    (0.0, 0.0),
    (0.75, 1.25),
    (0.0, -1.5),
    (1.0, 1.0),
    (0.5, 0.5),
    (-2.0, 0.25),
]


@pytest.mark.parametrize("offsets", [STILL, SPREAD, [(-3.0, -3.0)] * 9])
def test_every_figure_is_well_formed(offsets: Any, check: Callable[[Any], None]) -> None:
    check(draw.samples(LAYER, (1, 7, 7), offsets))


def test_without_offsets_the_inputs_are_the_window(read: Any) -> None:
    figure = read(draw.samples(LAYER, (1, 7, 7), STILL, (3, 3)))
    assert [[100, row, col] for row, col in product((2, 3, 4), (2, 3, 4))] == figure.marks("counts")


def test_a_sample_between_cells_is_interpolated_from_the_four_around_it(read: Any) -> None:
    expected: dict[tuple[int, int], float] = {}
    for (row, col), (down, right) in zip(product((2, 3, 4), (2, 3, 4)), SPREAD, strict=True):
        y, x = row + down, col + right
        for near_y, near_x in product((floor(y), floor(y) + 1), (floor(x), floor(x) + 1)):
            weight = (1 - abs(y - near_y)) * (1 - abs(x - near_x))
            expected[near_y, near_x] = expected.get((near_y, near_x), 0) + weight
    found = {
        (row, col): n for n, row, col in read(draw.samples(LAYER, (1, 7, 7), SPREAD, (3, 3))).marks("counts")
    }
    assert {at: pytest.approx(100 * weight, abs=0.51) for at, weight in expected.items() if weight} == found


def test_samples_are_drawn_at_their_offset_positions(read: Any) -> None:
    positions = [[200 + 25, 200 - 50], [200 + 150, 300 + 75]]
    assert positions == read(draw.samples(LAYER, (1, 7, 7), SPREAD, (3, 3))).marks("sample")[:2]


def test_a_wrong_number_of_offsets_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"offsets \(=1 pairs\) must have 9 pairs, one per kernel element"
    ):
        draw.samples(LAYER, (1, 7, 7), [(0, 0)])


def test_a_missing_output_is_refused_by_position() -> None:
    with pytest.raises(
        ArgumentError,
        match=r"output \(=\(7, 0\)\) must be a position, counted from 0, in the output of size \(7, 7\)",
    ):
        draw.samples(LAYER, (1, 7, 7), STILL, (7, 0))
