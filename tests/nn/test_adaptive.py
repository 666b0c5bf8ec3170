"""Adaptive pools: their windows are those that torch averages over; costs and errors."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convref.errors import ArgumentError, ShapeError
from convref.nn import AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool1d, AdaptiveMaxPool2d


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 20), st.integers(1, 20))
def test_the_window_is_the_largest_that_torch_uses(size: int, out: int) -> None:
    eye = torch.eye(size, dtype=torch.float64)
    weights = torch.nn.functional.adaptive_avg_pool1d(eye[None], out)[0]  # column i: what output i sees
    used = (weights > 0).sum(0)
    layer = AdaptiveAvgPool1d(out)
    assert int(used.max()) == layer.window((1, size)).kernel[0]
    assert int(used.sum()) == layer.pooled((1, size))
    assert (int(used.sum()) - out, out) == (layer.cost((1, size)).adds, layer.cost((1, size)).functions)
    assert int(used.sum()) - out == AdaptiveMaxPool1d(out).cost((1, size)).comparisons


def test_none_keeps_a_size_and_a_pool_that_keeps_all_sizes_makes_no_feature_map() -> None:
    layer = AdaptiveMaxPool2d((None, 3))
    assert (8, 7, 3) == layer.output_shape((8, 7, 9))
    assert [False, True] == [layer.makes_map(shape) for shape in ((8, 7, 3), (8, 7, 9))]


@pytest.mark.parametrize("size", [0, (3,), (3, -1), "3", (2.0, 2), np.float32(2)])
def test_wrong_sizes_are_refused(size: Any) -> None:
    message = (
        r"AdaptiveAvgPool2d: output_size \(=.*\) must be an integer or a tuple of 2 integers of at least 1"
    )
    with pytest.raises(ArgumentError, match=message):
        AdaptiveAvgPool2d(size)


def test_returning_indices_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"return_indices \(=True\) must be False: a layer"):
        AdaptiveMaxPool1d(2, return_indices=True)


def test_an_input_of_another_rank_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"AdaptiveAvgPool2d takes an input of shape \(C, H, W\)"):
        AdaptiveAvgPool2d(1).output_shape((8, 7))


@pytest.mark.parametrize("size", range(1, 25))
def test_the_windows_have_the_sizes_that_their_definition_gives(size: int) -> None:
    for out in range(1, 40):
        sizes = [-(-(index + 1) * size // out) - index * size // out for index in range(out)]
        pool = AdaptiveAvgPool1d(out)
        assert ((max(sizes),), sum(sizes)) == (pool.window((1, size)).kernel, pool.pooled((1, size)))


def test_the_windows_of_a_huge_output_are_counted_without_visiting_them() -> None:
    pool = AdaptiveAvgPool2d(10**15)
    assert 3 * (10**15) ** 2 == pool.pooled((3, 8, 8))
    assert (1, 1) == pool.window((3, 8, 8)).kernel
