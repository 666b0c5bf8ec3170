"""Pools agree with torch: values, indices, windows past the end, NaN."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convref import functional as F


@st.composite
def pools(draw: Any) -> tuple[int, np.ndarray, dict[str, Any]]:
    """A rank, an input with ties, and a window that fits it."""
    rank = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    kernel = [draw(st.integers(1, 3)) for _ in range(rank)]
    size = [k + draw(st.integers(0, 5)) for k in kernel]
    shape = [*draw(st.sampled_from([[], [0], [2]])), 2, *size]
    x = rng.integers(-4, 4, shape).astype(draw(st.sampled_from([np.float32, np.float64])))
    options = {
        "kernel_size": kernel,
        "stride": draw(st.sampled_from([None, 1, 2, 3])),
        "padding": [draw(st.integers(0, k // 2)) for k in kernel],
        "ceil_mode": draw(st.booleans()),
    }
    return rank, x, options


@settings(max_examples=40, deadline=None)
@given(pools(), st.booleans())
def test_a_max_pool_matches_torch(
    agree: Callable[..., None], case: tuple[int, np.ndarray, dict[str, Any]], indices: bool
) -> None:
    rank, x, options = case
    agree(f"max_pool{rank}d", x, **options, return_indices=indices)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.booleans())
def test_a_dilated_max_pool_matches_torch(agree: Callable[..., None], seed: int, indices: bool) -> None:
    x = np.random.default_rng(seed).normal(size=(2, 2, 9, 8))
    agree("max_pool2d", x, (3, 2), 2, 1, (2, 3), return_indices=indices)


@settings(max_examples=40, deadline=None)
@given(pools(), st.booleans(), st.sampled_from([None, -3, 5]))
def test_an_average_pool_matches_torch(
    agree: Callable[..., None],
    case: tuple[int, np.ndarray, dict[str, Any]],
    count_include_pad: bool,
    divisor: int | None,
) -> None:
    rank, x, options = case
    options["count_include_pad"] = count_include_pad
    if rank > 1:
        options["divisor_override"] = divisor
    agree(f"avg_pool{rank}d", x, **options)


@pytest.mark.parametrize("name", ["max_pool2d", "adaptive_max_pool2d"])
def test_nan_wins_and_the_index_is_that_of_the_last_nan(agree: Callable[..., None], name: str) -> None:
    x = np.zeros((1, 4, 4))
    x[0, 0, 1] = x[0, 1, 0] = np.nan
    agree(name, x, 2, return_indices=True)
    agree(name, x, 2)


def test_the_index_of_a_window_of_minus_infinities_is_its_first_entry(agree: Callable[..., None]) -> None:
    agree("max_pool2d", np.full((1, 3, 3), -np.inf), 2, 1, 1, return_indices=True)


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_integers_pool_as_integers(agree: Callable[..., None], name: str, rng: np.random.Generator) -> None:
    agree(name, rng.integers(-9, 9, (2, 5, 5)), 3, 2, 1)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.integers(1, 3), st.data())
def test_adaptive_pools_match_torch(
    agree: Callable[..., None], seed: int, rank: int, data: st.DataObject
) -> None:
    size = [data.draw(st.integers(1, 7)) for _ in range(rank)]
    output = [data.draw(st.one_of(st.integers(0, 7), st.none() if rank > 1 else st.just(1))) for _ in size]
    x = np.random.default_rng(seed).normal(size=(data.draw(st.integers(0, 2)), 3, *size))
    agree(f"adaptive_avg_pool{rank}d", x, output)
    if 0 not in output:
        agree(f"adaptive_max_pool{rank}d", x, output, return_indices=True)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("p", [1, 2, 3.5])
def test_a_power_average_pool_matches_torch(
    agree: Callable[..., None], rank: int, p: float, rng: np.random.Generator
) -> None:
    agree(f"lp_pool{rank}d", rng.uniform(size=(2, 3, *[7] * rank)), p, 3, 2, ceil_mode=True)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_unpooling_matches_torch(agree: Callable[..., None], rank: int, rng: np.random.Generator) -> None:
    pool = getattr(F, f"max_pool{rank}d")
    agree(f"max_unpool{rank}d", *pool(rng.normal(size=(3, *[6] * rank)), 2, return_indices=True), 2)
    maxima, indices = pool(rng.normal(size=(2, 3, *[7] * rank)), 2, return_indices=True)
    agree(f"max_unpool{rank}d", maxima[:0], indices[:0], 2)
    agree(f"max_unpool{rank}d", maxima, indices, 2, output_size=[2, 3, *[7] * rank])


def test_unpooling_undoes_pooling_of_separate_windows(rng: np.random.Generator) -> None:
    maxima, indices = F.max_pool2d(rng.uniform(1, 2, (2, 6, 6)), 2, return_indices=True)
    np.testing.assert_array_equal(maxima, F.max_pool2d(F.max_unpool2d(maxima, indices, 2), 2))
