"""`sample_steps`: each sample is the bilinear interpolation of the inputs around it."""

from collections.abc import Callable
from itertools import product
from math import floor
from typing import Any

import pytest

from convref import draw
from convref.errors import ArgumentError
from convref.nn import DeformConv2d

LAYER = DeformConv2d(1, 1, 3, padding=1)
X = [[1, 2, 0, 3, 1], [0, 1, 4, 2, 1], [2, 3, 1, 0, 2], [1, 0, 2, 3, 4], [2, 1, 0, 1, 3]]
OFFSETS = [(-0.5, -0.5), (-1, 0), (-0.5, 0.5), (0, -0.75), (0, 0), (0.25, 0.75), (0.5, -0.5), (1, 0), (9, 9)]


def interpolated(row: float, col: float) -> float:
    """The value between the cells of X, which has zeros around it, by the definition."""
    total = 0.0
    for y, x in product((floor(row), floor(row) + 1), (floor(col), floor(col) + 1)):
        if 0 <= y < 5 and 0 <= x < 5:
            total += (1 - abs(row - y)) * (1 - abs(col - x)) * X[y][x]
    return total


def test_every_figure_is_well_formed(check: Callable[[Any], None]) -> None:
    check(draw.sample_steps(LAYER, X, OFFSETS))


def test_there_is_a_frame_for_each_tap_with_its_interpolation() -> None:
    captions = draw.sample_steps(LAYER, X, OFFSETS).captions()
    expected = [
        interpolated(2 + row + down, 2 + col + right)
        for (row, col), (down, right) in zip(product((-1, 0, 1), (-1, 0, 1)), OFFSETS, strict=True)
    ]
    found = [float(caption.rstrip(".").rpartition(" ")[2]) for caption in captions]
    assert expected == pytest.approx(found, abs=0.005)
    assert "Tap 9 of 9: (3, 3) moves by (9, 9) to (12, 12): outside of the input, 0." == captions[-1]


def test_the_marked_inputs_have_their_weights(read: Any) -> None:
    frame = read(draw.sample_steps(LAYER, X, OFFSETS), frame=5)  # (2, 3) moved to (2.25, 3.75)
    assert [[19, 2, 3], [56, 2, 4], [6, 3, 3], [19, 3, 4]] == frame.marks("weight")


def test_several_channels_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"sample_steps: .* must have one input channel"):
        draw.sample_steps(DeformConv2d(2, 1, 3), X, OFFSETS)


def test_a_wrong_number_of_offsets_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"offsets \(=1 pairs\) must have 9 pairs, one per kernel element"
    ):
        draw.sample_steps(LAYER, X, [(0, 0)])
