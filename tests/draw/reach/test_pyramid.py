"""`pyramid`: the receptive field in the figure is the one that `analyze` computes."""

from collections.abc import Callable
from typing import Any

import pytest

from convref import draw
from convref.analysis import receptive_fields
from convref.errors import ArgumentError
from convref.nn import Conv1d, Conv2d, Identity, Layer, MaxPool1d, ReLU, Sequential, Sum, ZeroPad1d, trace

FIGURES: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "stacked": (Sequential(Conv1d(1, 1, 3), ReLU(), Conv1d(1, 1, 3), Conv1d(1, 1, 3)), (1, 11)),
    "dilated": (Sequential(*[Conv1d(1, 1, 2, dilation=2**n) for n in range(4)]), (1, 20)),
    "causal": (
        Sequential(ZeroPad1d((1, 0)), Conv1d(1, 1, 2), ZeroPad1d((2, 0)), Conv1d(1, 1, 2, dilation=2)),
        (1, 8),
    ),
    "strided": (Sequential(Conv1d(2, 4, 3, 2), MaxPool1d(2), Conv1d(4, 1, 3)), (2, 15)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.pyramid(*FIGURES[name]))


@pytest.mark.parametrize("name", ["stacked", "strided"])
def test_the_marked_inputs_are_the_receptive_field(name: str, read: Any) -> None:
    net, shape = FIGURES[name]
    plan = trace(net, shape)
    (field,) = receptive_fields(plan)[-1]
    figure = read(draw.pyramid(net, shape, 0))
    assert list(range(field.size)) == [col for depth, _, col in figure.marks("sees") if depth == 0]


def test_doubling_dilations_reach_every_input_once(read: Any) -> None:
    figure = read(draw.pyramid(*FIGURES["dilated"]))
    rows = [sum(depth == row for depth, _, _ in figure.marks("sees")) for row in range(5)]
    assert [2**4, 2**3, 2**2, 2, 1] == rows
    assert sum(rows[:-1]) == len(figure.marks("edge"))


def test_an_activation_has_no_row(read: Any) -> None:
    assert {0, 1, 2, 3} == {depth for depth, _, _ in read(draw.pyramid(*FIGURES["stacked"])).marks("sees")}


def test_a_padding_layer_shares_the_row_of_the_convolution_after_it(read: Any) -> None:
    figure = read(draw.pyramid(*FIGURES["causal"], 7))
    seen = [(depth, position) for depth, _, position in figure.marks("sees")]
    assert [(0, 4), (0, 5), (0, 6), (0, 7), (1, 5), (1, 7), (2, 7)] == seen
    assert "ZeroPad1d · Conv1d 2, dilation 2: 8 positions" in " ".join(figure.words())


def test_a_padding_layer_at_the_end_has_a_row(read: Any) -> None:
    figure = read(draw.pyramid(Sequential(Conv1d(1, 1, 3), ZeroPad1d((2, 0))), (1, 5), 3))
    assert [(0, 1), (0, 2), (0, 3), (1, 1), (2, 3)] == [(row, col) for row, _, col in figure.marks("sees")]


def test_a_missing_output_is_refused_by_position() -> None:
    with pytest.raises(
        ArgumentError, match=r"output \(=5\) must be the index of an output position, from 0 to 4"
    ):
        draw.pyramid(*FIGURES["stacked"], 5)


def test_inputs_with_two_axes_are_refused() -> None:
    with pytest.raises(
        ArgumentError,
        match=r"input_shape \(=\(1, 5, 5\)\) and the outputs of all layers must be \(channels, length\)",
    ):
        draw.pyramid(Conv2d(1, 1, 3), (1, 5, 5))


def test_branches_are_refused_by_name() -> None:
    with pytest.raises(ArgumentError, match="the network branches at"):
        draw.pyramid(Sum(Identity(), ReLU()), (1, 5))


def test_a_sequence_too_long_to_draw_is_refused() -> None:
    with pytest.raises(ArgumentError, match="50 positions are more than the 33 that the figure can show"):
        draw.pyramid(Conv1d(1, 1, 3), (1, 50))
