"""Transposed convolutions agree with torch, and are the adjoints of convolutions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from convref import functional as F


@st.composite
def cases(draw: Any) -> tuple[int, list[Any], dict[str, Any]]:
    """A rank, the arrays and the options of a transposed convolution."""
    rank = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    groups, depth, each = (draw(st.integers(1, 3)) for _ in range(3))
    kernel, size = ([draw(st.integers(1, 4)) for _ in range(rank)] for _ in range(2))
    stride, dilation = ([draw(st.integers(1, 3)) for _ in range(rank)] for _ in range(2))
    padding = [draw(st.integers(0, 2)) for _ in range(rank)]
    more = [draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)]
    ends = zip(size, kernel, stride, dilation, padding, more, strict=True)
    assume(all((n - 1) * s + d * (k - 1) + m + 1 > 2 * p for n, k, s, d, p, m in ends))
    batch = draw(st.sampled_from([[], [0], [2]]))
    dtype = draw(st.sampled_from([np.float32, np.float64, np.int64]))
    shapes = [[*batch, groups * depth, *size], [groups * depth, each, *kernel], [groups * each]]
    arrays = [(rng.normal(size=shape) * 4).astype(dtype) for shape in shapes]
    options: dict[str, Any] = {
        "stride": stride,
        "padding": padding,
        "output_padding": more,
        "dilation": dilation,
    }
    return rank, arrays, {**options, "groups": groups}


@settings(max_examples=40, deadline=None)
@given(cases())
def test_a_transposed_convolution_matches_torch(
    agree: Callable[..., None], case: tuple[int, list[Any], dict[str, Any]]
) -> None:
    rank, arrays, options = case
    agree(f"conv_transpose{rank}d", *arrays, **options)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_it_is_the_adjoint_of_the_convolution(groups: int, stride: int, rng: np.random.Generator) -> None:
    """<A x, y> = <x, Aᵀ y>."""
    x, weight = rng.normal(size=(2, 4, 10, 7)), rng.normal(size=(6, 4 // groups, 3, 2))
    options: dict[str, Any] = {"stride": stride, "padding": 1, "groups": groups}
    forward = F.conv2d(x, weight, **options)
    y = rng.normal(size=forward.shape)
    left = [(n + 2 - k) % stride for n, k in zip((10, 7), (3, 2), strict=True)]
    back = F.conv_transpose2d(y, weight, output_padding=left, **options)
    assert_allclose((forward * y).sum(), (x * back).sum(), rtol=1e-12)


def test_it_is_not_the_inverse() -> None:
    x, weight = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((1, 1, 2, 2))
    assert not np.allclose(x, F.conv_transpose2d(F.conv2d(x, weight), weight))


def test_computing_in_parts_gives_the_same_result(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, weight = rng.normal(size=(2, 4, 5, 5)), rng.normal(size=(4, 3, 3, 3))
    expected = F.conv_transpose2d(x, weight, stride=2)
    monkeypatch.setattr("convref.functional.conv_transpose.LIMIT", 1)
    assert_allclose(F.conv_transpose2d(x, weight, stride=2), expected, atol=1e-12)
