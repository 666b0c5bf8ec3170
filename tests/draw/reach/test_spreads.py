"""`spread`: the outputs that an input affects are those whose windows contain it."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from convref import draw
from convref.errors import ArgumentError
from convref.nn import Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, Flatten, Layer, UpsamplingNearest2d

FIGURES: dict[str, tuple[Layer, tuple[int, ...], tuple[int, ...] | None]] = {
    "transposed": (ConvTranspose2d(1, 1, 3, stride=2), (1, 3, 3), None),
    "trimmed": (ConvTranspose2d(1, 1, 4, stride=2, padding=1), (1, 4, 4), (1, 1)),
    "convolution": (Conv2d(1, 1, 3, padding=1), (1, 12, 12), (3, 3)),
    "sequence": (ConvTranspose1d(1, 1, 3, stride=2), (1, 5), (2,)),
    "volume": (Conv3d(1, 1, 2), (1, 3, 4, 4), (1, 1, 1)),
    "repeated": (UpsamplingNearest2d(scale_factor=2), (1, 3, 3), (1, 1)),
    "one input": (ConvTranspose2d(1, 1, 3), (1, 1, 1), None),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.spread(*FIGURES[name]))


def test_an_input_affects_a_kernel_of_outputs_at_its_stride(read: Any) -> None:
    figure = read(draw.spread(ConvTranspose2d(1, 1, 3, stride=2), (1, 3, 3), (1, 0)))
    assert [[0, r, c] for r, c in product((2, 3, 4), (0, 1, 2))] == figure.marks("A sees")
    assert [[0, r, c] for r, c in product((2, 3, 4), (2, 3, 4))] == figure.marks("B sees")


def test_a_transposed_convolution_spreads_what_the_convolution_gathers(read: Any) -> None:
    gathered = read(draw.window(Conv2d(1, 1, 3, stride=2), (1, 7, 7), (1, 1)))
    spread = read(draw.spread(ConvTranspose2d(1, 1, 3, stride=2), (1, 3, 3), (1, 1)))
    assert gathered.marks("A sees") == spread.marks("A sees")


def test_weights_are_in_the_order_of_the_kernel(read: Any) -> None:
    figure = read(draw.spread(*FIGURES["transposed"]))
    assert [str(number) for number in range(1, 10)] == [word for word in figure.words() if word.isdigit()]


def test_the_text_counts_outputs_and_shared_outputs() -> None:
    figure = draw.spread(*FIGURES["transposed"])
    assert (
        "Input 3 × 3, output 7 × 7. A: input (0, 0) reaches 9 outputs. B: input (0, 1) reaches 9 outputs. "
        "Both reach 3 outputs."
    ) == figure.alt("en")


def test_a_missing_input_is_refused_by_position() -> None:
    with pytest.raises(
        ArgumentError,
        match=r"source \(=\(3, 0\)\) must be a position, counted from 0, in the input of size \(3, 3\)",
    ):
        draw.spread(ConvTranspose2d(1, 1, 3), (1, 3, 3), (3, 0))


def test_a_vector_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"input_shape \(=\(2, 3, 3\)\) and the output must have a channel"
    ):
        draw.spread(Flatten(), (2, 3, 3))
