"""`hits` and `paths`: the numbers in cells are what torch computes for inputs and weights of 1."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from convref import draw
from convref.errors import ArgumentError
from convref.nn import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, Layer, Sequential

HITS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "checkerboard": (ConvTranspose2d(1, 1, 3, stride=2), (1, 4, 4)),
    "even": (ConvTranspose2d(1, 1, 4, stride=2, padding=1), (1, 4, 4)),
    "output padding": (ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1), (1, 3, 4)),
    "sequence": (ConvTranspose1d(1, 1, 3, stride=2), (1, 5)),
}


def chain(*dilations: int) -> Layer:
    return Sequential(*[Conv2d(1, 1, 3, dilation=each) for each in dilations])


PATHS: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "gridding": (chain(2, 2, 2), (1, 13, 13)),
    "hybrid": (chain(1, 2, 3), (1, 13, 13)),
    "stacked": (chain(1, 1), (1, 7, 7)),
    "sequence": (Sequential(Conv1d(1, 1, 3), Conv1d(1, 1, 3, stride=2)), (1, 9)),
}


@pytest.mark.parametrize("name", HITS)
def test_every_figure_of_hits_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.hits(*HITS[name]))


@pytest.mark.parametrize("name", PATHS)
def test_every_figure_of_paths_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.paths(*PATHS[name]))


@pytest.mark.parametrize("name", ["checkerboard", "even", "output padding"])
def test_hits_equal_a_transposed_convolution_of_ones(name: str, read: Any) -> None:
    layer, shape = HITS[name]
    ones = functional.conv_transpose2d(
        torch.ones(1, *shape), torch.ones(1, 1, *layer.kernel_size), None, layer.stride, layer.padding,
        layer.output_padding,
    )[0, 0]  # fmt: skip
    expected = {(row, col): int(ones[row, col]) for row, col in np.argwhere(ones.numpy()).tolist()}
    assert expected == {(row, col): count for count, row, col in read(draw.hits(layer, shape)).marks("hits")}


def test_the_number_in_a_cell_is_the_number_of_hits(read: Any) -> None:
    figure = read(draw.hits(*HITS["checkerboard"]))
    marks = sorted(mark[0] for mark in figure.marks("hits"))
    assert marks == sorted(int(word) for word in figure.words() if word.isdigit())


def test_paths_of_stacked_kernels_equal_the_product_of_polynomials(read: Any) -> None:
    row = np.polymul(np.ones(3), np.ones(3))
    expected = {(r + 1, c + 1): int(n) for (r, c), n in np.ndenumerate(np.outer(row, row))}
    figure = read(draw.paths(chain(1, 1), (1, 7, 7), (1, 1)))
    assert expected == {(r, c): n for n, r, c in figure.marks("paths")}


def test_dilations_with_a_common_factor_leave_out_inputs() -> None:
    alt = draw.paths(*PATHS["gridding"]).alt()
    assert "sees 49 of the 169 inputs in its field of 13 × 13" in alt
    assert "sees 169 of the 169 inputs" in draw.paths(*PATHS["hybrid"]).alt()


def test_a_kernel_that_the_stride_divides_hits_the_inner_outputs_equally(read: Any) -> None:
    inner = {n for n, r, c in read(draw.hits(*HITS["even"])).marks("hits") if 0 < r < 7 and 0 < c < 7}
    assert {4} == inner


def test_a_missing_position_is_refused() -> None:
    with pytest.raises(
        ArgumentError,
        match=r"source \(=\(4, 0\)\) must be a position, counted from 0, in a feature map of size \(4, 4\)",
    ):
        draw.hits(ConvTranspose2d(1, 1, 3), (1, 4, 4), (4, 0))
    with pytest.raises(
        ArgumentError,
        match=r"output \(=\(1,\)\) must be a position, counted from 0, in a feature map of size \(2, 2\)",
    ):
        draw.paths(Conv2d(1, 1, 3), (1, 4, 4), (1,))


def test_volumes_are_refused() -> None:
    with pytest.raises(ArgumentError, match="must have one or two axes after the channel"):
        draw.hits(Conv3d(1, 1, 3), (1, 4, 4, 4))
