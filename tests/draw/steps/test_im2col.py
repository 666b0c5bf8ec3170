"""`im2col_steps`: the columns are filled in the order in which torch unfolds windows."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn import functional

from convref import draw
from convref.errors import ArgumentError
from convref.nn import Conv2d

LAYERS: dict[str, tuple[Conv2d, tuple[int, int, int]]] = {
    "plain": (Conv2d(1, 1, 3), (1, 4, 4)),
    "channels": (Conv2d(2, 1, 2), (2, 3, 3)),
    "padded": (Conv2d(1, 1, 3, padding=1, stride=2), (1, 5, 5)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_every_figure_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.im2col_steps(*LAYERS[name]))


@pytest.mark.parametrize("name", LAYERS)
def test_there_is_a_frame_for_each_window_with_its_numbers(name: str) -> None:
    layer, shape = LAYERS[name]
    count = int(torch.tensor(shape).prod())
    numbers = torch.arange(1.0, count + 1).reshape(1, *shape)
    options: dict[str, Any] = {key: getattr(layer, key) for key in ("kernel_size", "padding", "stride")}
    columns = functional.unfold(numbers, **options)[0]
    captions = draw.im2col_steps(layer, shape).captions()
    found = [[int(n) for n in re.findall(r"\d+", caption.rpartition(":")[2])] for caption in captions]
    assert columns.T.int().tolist() == found


def test_a_frame_keeps_the_columns_before_it(read: Any) -> None:
    figure = draw.im2col_steps(*LAYERS["plain"])
    filled = [len(read(figure, frame=at).marks("cell")) for at in range(4)]
    assert [9, 18, 27, 36] == filled


def test_the_window_is_marked_in_the_input(read: Any) -> None:
    figure = draw.im2col_steps(*LAYERS["plain"])
    window = read(figure, frame=3).marks("window")
    assert [[row, col] for row in (1, 2, 3) for col in (1, 2, 3)] == window


def test_groups_are_refused() -> None:
    with pytest.raises(ArgumentError, match="must have groups 1 and the same padding on both sides"):
        draw.im2col_steps(Conv2d(2, 2, 3, groups=2), (2, 4, 4))
