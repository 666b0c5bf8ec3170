"""`matrix`, `product` and `im2col`: cells hold what NumPy and torch compute."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from convref import draw
from convref.errors import ArgumentError
from convref.nn import (
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    Layer,
    Linear,
    MultiheadAttention,
    RestrictedSelfAttention,
)

MATRICES: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "sequence": (Conv1d(1, 1, 3, padding=1), (1, 8)),
    "dilated": (Conv1d(1, 1, 3, dilation=2, padding=2), (1, 10)),
    "map": (Conv2d(1, 1, 3), (1, 5, 5)),
    "transposed": (ConvTranspose1d(1, 1, 3, stride=2), (1, 5)),
    "fully connected": (Linear(8, 4), (8,)),
    "attention": (MultiheadAttention(8, 2, batch_first=True), (10, 8)),
    "restricted": (RestrictedSelfAttention(8, 2, window_size=5), (14, 8)),
}


def cells(figure: Any) -> dict[tuple[int, int], int]:
    return {(row, col): number for number, row, col in figure.marks("cell")}


def entries(matrix: Any) -> dict[tuple[int, int], int]:
    return {(row, col): int(n) for (row, col), n in np.ndenumerate(np.asarray(matrix)) if n}


@pytest.mark.parametrize("name", MATRICES)
def test_every_matrix_is_well_formed(name: str, check: Callable[[Any], None]) -> None:
    check(draw.matrix(*MATRICES[name]))


def test_the_matrix_of_a_transposed_convolution_is_the_transpose(read: Any) -> None:
    forward = cells(read(draw.matrix(Conv1d(1, 1, 3, stride=2), (1, 11))))
    backward = cells(read(draw.matrix(ConvTranspose1d(1, 1, 3, stride=2), (1, 5))))
    assert forward == {(col, row): number for (row, col), number in backward.items()}


@pytest.mark.parametrize("name", ["sequence", "dilated"])
def test_cells_hold_the_index_of_the_weight_that_torch_uses(name: str, read: Any) -> None:
    layer: Any = MATRICES[name][0]
    length = MATRICES[name][1][1]
    ordinals = torch.arange(1.0, 4.0).reshape(1, 1, 3)
    eye = torch.eye(length).unsqueeze(1)
    columns = functional.conv1d(eye, ordinals, None, layer.stride, layer.padding, layer.dilation)[:, 0]
    assert entries(columns.T.numpy()) == cells(read(draw.matrix(*MATRICES[name])))


def test_a_fully_connected_layer_shares_no_weights(read: Any) -> None:
    assert list(range(1, 33)) == sorted(cells(read(draw.matrix(*MATRICES["fully connected"]))).values())


def test_attention_fills_all_cells_and_a_restricted_one_a_band(read: Any) -> None:
    assert 100 == len(cells(read(draw.matrix(*MATRICES["attention"]))))
    band = {(row, col) for row in range(14) for col in range(14) if abs(row - col) <= 2}
    assert band == set(cells(read(draw.matrix(*MATRICES["restricted"]))))


def test_channels_of_a_grouped_convolution_are_blocks_on_the_diagonal(read: Any) -> None:
    figure = read(draw.matrix(Conv2d(6, 9, 3, groups=3), (6, 5, 5), of="channels"))
    assert entries(np.kron(np.eye(3), np.ones((3, 2)))) == cells(figure)


def test_a_matrix_too_large_to_draw_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match="matrix: 98 rows and 100 columns are too many to draw; there is room for 79"
    ):
        draw.matrix(Conv1d(1, 1, 3), (1, 100))


def test_a_product_shows_the_product_that_numpy_computes(read: Any, check: Callable[[Any], None]) -> None:
    figure = draw.product([[1], [2], [1]], [[1, 0, -1]], titles=["a", "b", {"en": "kernel", "zh": "卷积核"}])
    check(figure)
    numbers = [int(word.replace("−", "-")) for word in read(figure).words() if word.lstrip("−").isdigit()]
    assert sorted([1, 2, 1, 1, 0, -1, *np.outer([1, 2, 1], [1, 0, -1]).ravel()]) == sorted(numbers)
    assert "gives 3 × 3 matrix: [1 0 -1], [2 0 -2], [1 0 -1]." in figure.alt()


def test_matrices_of_incompatible_shapes_are_refused() -> None:
    with pytest.raises(
        ArgumentError,
        match=r"left \(of shape \(1, 2\)\) must have as many columns as right \(of shape \(3, 1\)",
    ):
        draw.product([[1, 2]], [[1], [2], [3]])
    with pytest.raises(ArgumentError, match="61 columns are more than the"):
        draw.product(np.ones((2, 1)), np.ones((1, 30)))


PATCHES: dict[str, tuple[Conv2d, tuple[int, ...]]] = {
    "plain": (Conv2d(1, 1, 3), (1, 4, 4)),
    "padded": (Conv2d(2, 1, 3, padding=1, stride=2), (2, 5, 5)),
    "dilated": (Conv2d(1, 1, 2, dilation=2), (1, 5, 5)),
}


@pytest.mark.parametrize("name", PATCHES)
def test_the_columns_are_the_windows_that_torch_unfolds(
    name: str, read: Any, check: Callable[[Any], None]
) -> None:
    layer, shape = PATCHES[name]
    figure = draw.im2col(layer, shape)
    check(figure)
    count = int(np.prod(shape))
    numbers = torch.arange(1.0, count + 1).reshape(1, *shape)
    options: dict[str, Any] = {key: getattr(layer, key) for key in ("dilation", "padding", "stride")}
    columns = functional.unfold(numbers, layer.kernel_size, **options)[0].numpy()
    found = [tuple(mark) for mark in read(figure).marks("cell")]
    assert {(n, *at) for at, n in entries(columns).items()} <= set(found)
    assert count + np.count_nonzero(columns) == len(found)


def test_im2col_refuses_groups_asymmetric_padding_and_large_inputs() -> None:
    with pytest.raises(ArgumentError, match="must have groups 1 and the same padding on both sides"):
        draw.im2col(Conv2d(2, 2, 3, groups=2), (2, 4, 4))
    with pytest.raises(ArgumentError, match="25 windows are more than the 18 that the figure can show"):
        draw.im2col(Conv2d(1, 1, 3, padding=1), (1, 5, 5))
