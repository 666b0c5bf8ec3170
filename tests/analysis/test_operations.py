"""Layers side by side by kinds of operations."""

from __future__ import annotations

import pytest

from convref.analysis import operations
from convref.errors import ShapeError
from convref.nn import BatchNorm2d, Conv2d, MaxPool2d, ReLU, Sequential


def test_the_operations_of_a_composition_add_up_by_kind() -> None:
    net = Sequential(Conv2d(2, 4, 3), BatchNorm2d(4), ReLU(), MaxPool2d(2))
    (row,) = operations({"net": net}, (2, 6, 6)).rows
    convolved, pooled = 4 * 4 * 4, 4 * 2 * 2
    params = 4 * 2 * 9 + 4 + 2 * 4
    assert ("net", params, convolved * 2 * 9, convolved + convolved, convolved, convolved + pooled * 3) == row


def test_kinds_of_operations_that_no_layer_has_get_no_column() -> None:
    assert ["变化", "参数量", "比较"] == operations({"ReLU": ReLU()}, (8,)).in_language("zh").titles()


def test_an_input_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ShapeError, match="in_channels"):
        operations({"conv": Conv2d(3, 8, 3)}, (4, 9, 9))
