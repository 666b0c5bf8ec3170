"""`pyramid_steps`: the field that grows ends as the receptive field that `analyze` computes."""

from collections.abc import Callable
from typing import Any

import pytest

from convref import analyze, draw
from convref.errors import ArgumentError
from convref.nn import Conv1d, Identity, Layer, Sequential, Sum

NETS: dict[str, Layer] = {
    "stacked": Sequential(*[Conv1d(1, 1, 3) for _ in range(3)]),
    "dilated": Sequential(*[Conv1d(1, 1, 3, dilation=2**n) for n in range(3)]),
    "gridding": Sequential(*[Conv1d(1, 1, 3, dilation=2) for _ in range(2)]),
    "strided": Sequential(Conv1d(1, 1, 3, stride=2), Conv1d(1, 1, 3)),
}


@pytest.mark.parametrize("name", NETS)
def test_every_figure_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.pyramid_steps(NETS[name], (1, 17)))


@pytest.mark.parametrize("name", ["stacked", "dilated", "strided"])
def test_the_last_frame_marks_the_receptive_field(name: str, read: Any) -> None:
    figure = draw.pyramid_steps(NETS[name], (1, 17))
    (field,) = analyze(NETS[name], (1, 17)).receptive_field
    marks = read(figure, frame=-1).marks("sees")
    assert field == len([mark for mark in marks if mark[0] == 0])
    assert figure.captions()[-1].endswith("this is the receptive field.")


def test_a_frame_adds_one_layer(read: Any) -> None:
    figure = draw.pyramid_steps(NETS["stacked"], (1, 17))
    depths = [{mark[0] for mark in read(figure, frame=at).marks("sees")} for at in range(len(figure))]
    assert [{3}, {2, 3}, {1, 2, 3}, {0, 1, 2, 3}] == depths


def test_the_caption_says_where_inputs_are_left_out() -> None:
    figure = draw.pyramid_steps(NETS["gridding"], (1, 9))
    expected = (
        "Layer 1 (Conv1d 3, dilation 2) reads 5 positions, 0 to 8, with gaps: this is the receptive field."
    )
    assert expected == figure.captions()[-1]
    assert "中间有空隙" in figure.captions("zh")[-1]


def test_branches_are_refused() -> None:
    with pytest.raises(
        ArgumentError, match="pyramid: net must be a chain of layers, but the network branches at"
    ):
        draw.pyramid_steps(Sum(Conv1d(1, 1, 1), Identity()), (1, 9))
