"""`convolution_steps`: windows and sums of products are those of torch."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from convref import draw
from convref.draw.svg.canvas import text_width
from convref.errors import ArgumentError, ShapeError
from convref.nn import Conv2d

# The input, kernel and output of figure 1.1 of Dumoulin and Visin, A guide to convolution arithmetic, 2016.
X = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
KERNEL = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]
OUTPUT = [12, 12, 17, 10, 17, 19, 9, 6, 14]

LAYERS = {
    "plain": Conv2d(1, 1, 3, bias=False),
    "strided": Conv2d(1, 1, 3, stride=2, bias=False),
    "padded": Conv2d(1, 1, 3, stride=2, padding=1, bias=False),
    "dilated": Conv2d(1, 1, 3, padding=1, dilation=2, bias=False),
    "same": Conv2d(1, 1, 3, padding="same", bias=False),
}


def results(captions: list[str]) -> list[float]:
    return [float(caption.rpartition("= ")[2].rstrip(".。").replace("−", "-")) for caption in captions]


@pytest.mark.parametrize("name", LAYERS)
def test_every_figure_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.convolution_steps(LAYERS[name], X, KERNEL))


def test_the_sums_are_those_of_the_published_example() -> None:
    assert OUTPUT == results(draw.convolution_steps(LAYERS["plain"], X, KERNEL).captions())


@pytest.mark.parametrize("name", LAYERS)
def test_there_is_a_frame_for_each_output_with_its_sum(name: str) -> None:
    layer = LAYERS[name]
    x, kernel = (torch.tensor(each, dtype=torch.float64)[None, None] for each in (X, KERNEL))
    options: dict[str, Any] = {key: getattr(layer, key) for key in ("stride", "padding", "dilation")}
    expected = functional.conv2d(x, kernel, **options)
    figure = draw.convolution_steps(layer, X, KERNEL)
    assert expected.flatten().tolist() == results(figure.captions("en")) == results(figure.captions("zh"))


@pytest.mark.parametrize("name", ["plain", "strided", "padded", "dilated"])
def test_the_marked_window_is_the_one_that_the_sum_reads(name: str, read: Any) -> None:
    figure, padded = draw.convolution_steps(LAYERS[name], X, KERNEL), np.pad(np.array(X), 2)
    for at, caption in enumerate(figure.captions()):
        factors = [int(left) for left in re.findall(r"(\d+)×", caption)]
        cells = read(figure, frame=at).marks("reads")
        assert factors == [padded[row + 2, col + 2] for row, col in cells]


def test_outputs_of_earlier_frames_stay(read: Any) -> None:
    figure = draw.convolution_steps(LAYERS["plain"], X, KERNEL)
    last = read(figure, frame=8).words()
    assert [str(value) for value in OUTPUT] == last[-len(OUTPUT) :]


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d(2, 1, 3, bias=False),
        Conv2d(1, 2, 3, bias=False),
        Conv2d(1, 1, 3),
        Conv2d(1, 1, 3, padding=1, padding_mode="reflect", bias=False),
    ],
)
def test_several_channels_a_bias_and_mirrored_padding_are_refused(layer: Conv2d) -> None:
    with pytest.raises(ArgumentError, match="must have one input and one output channel, no bias, and zeros"):
        draw.convolution_steps(layer, X, KERNEL)


def test_a_kernel_of_another_size_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"weight \(of shape \(2, 2\)\) must have the kernel's shape, \(3, 3\)"
    ):
        draw.convolution_steps(LAYERS["plain"], X, [[1, 2], [3, 4]])


def test_an_input_that_is_not_a_matrix_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"x \(of shape \(3,\)\) must be a matrix"):
        draw.convolution_steps(LAYERS["plain"], [1, 2, 3], KERNEL)


def test_an_input_smaller_than_the_kernel_is_refused() -> None:
    with pytest.raises(ShapeError, match="spans 3 elements"):
        draw.convolution_steps(LAYERS["plain"], [[1, 2], [3, 4]], KERNEL)


def test_a_number_that_does_not_fit_into_a_cell_is_refused() -> None:
    with pytest.raises(ArgumentError, match="the number 12345 does not fit into a cell"):
        draw.convolution_steps(Conv2d(1, 1, 1, bias=False), [[12345] * 4], [[1]])


def test_cells_widen_for_long_numbers_so_that_neighbours_do_not_touch(read: Any) -> None:
    figures = [
        read(draw.convolution_steps(Conv2d(1, 1, 2, bias=False), np.ones((3, 3)), np.full((2, 2), weight)))
        for weight in (1, 0.25)
    ]
    short, long = ({width for _, _, width, _ in figure.boxes()} for figure in figures)
    assert 28 == min(short)
    assert text_width("0.25") + 6 == pytest.approx(min(long))


def test_an_input_with_too_many_columns_is_refused() -> None:
    with pytest.raises(ArgumentError, match="33 columns of cells are more than the"):
        draw.convolution_steps(LAYERS["plain"], np.ones((3, 16)), KERNEL)


def test_too_many_outputs_are_refused() -> None:
    with pytest.raises(ArgumentError, match="49 outputs are more than the limit of 36 frames"):
        draw.convolution_steps(Conv2d(1, 1, 1, bias=False), np.ones((7, 7)), [[1]])
