"""Convolutions agree with torch, and have the properties of any convolution."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from convref import functional as F
from convref.factorization import block_diagonal

CONVS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


@st.composite
def convolutions(draw: Any) -> tuple[int, list[Any], dict[str, Any]]:
    """A rank, the arrays and the options of a convolution whose kernel fits."""
    rank = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    groups, depth, each = (draw(st.integers(1, 3)) for _ in range(3))
    kernel = [draw(st.integers(1, 3)) for _ in range(rank)]
    dilation = [draw(st.integers(1, 2)) for _ in range(rank)]
    size = [d * (k - 1) + draw(st.integers(1, 4)) for k, d in zip(kernel, dilation, strict=True)]
    batch = draw(st.sampled_from([[], [0], [1], [3]]))
    dtype = draw(st.sampled_from([np.float32, np.float64, np.complex128, np.int64]))
    shapes = [[*batch, groups * depth, *size], [groups * each, depth, *kernel], [groups * each]]
    arrays = [(rng.normal(size=shape) * 4).astype(dtype) for shape in shapes]
    padding: Any = [draw(st.integers(0, 2)) for _ in range(rank)]
    options = {
        "stride": [draw(st.integers(1, 3)) for _ in range(rank)],
        "dilation": dilation,
        "groups": groups,
    }
    if draw(st.booleans()):
        padding = draw(st.sampled_from(["same", "valid"]))
        options["stride"] = 1
    return rank, arrays, {**options, "padding": padding}


@settings(max_examples=40, deadline=None)
@given(convolutions())
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_a_convolution_matches_torch(
    agree: Callable[..., None], case: tuple[int, list[Any], dict[str, Any]]
) -> None:
    rank, arrays, options = case
    agree(f"conv{rank}d", *arrays, **options)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_it_is_linear_in_its_input(rank: int, rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(2, 1, 2, *[5] * rank))
    weight = rng.normal(size=(3, 2, *[3] * rank))
    conv = CONVS[rank]
    assert_allclose(conv(2 * x - y, weight), 2 * conv(x, weight) - conv(y, weight), atol=1e-12)


def test_a_shifted_input_gives_a_shifted_output(rng: np.random.Generator) -> None:
    x, weight = rng.normal(size=(1, 2, 9, 9)), rng.normal(size=(3, 2, 3, 3))
    assert_allclose(F.conv2d(x, weight)[..., 2:, 1:], F.conv2d(x[..., 2:, 1:], weight), atol=1e-12)


def test_a_kernel_as_large_as_the_input_is_a_fully_connected_layer(rng: np.random.Generator) -> None:
    x, weight, bias = rng.normal(size=(2, 3, 5, 4)), rng.normal(size=(7, 3, 5, 4)), rng.normal(size=7)
    expected = F.linear(x.reshape(2, -1), weight.reshape(7, -1), bias)
    assert_allclose(F.conv2d(x, weight, bias)[..., 0, 0], expected, atol=1e-12)


def test_groups_are_a_block_diagonal_kernel(rng: np.random.Generator) -> None:
    x, weight = rng.normal(size=(2, 6, 7, 7)), rng.normal(size=(12, 2, 3, 3))
    expected = F.conv2d(x, block_diagonal(weight, 3), padding=1)
    assert_allclose(F.conv2d(x, weight, padding=1, groups=3), expected, atol=1e-12)


def test_a_following_batch_norm_folds_into_weight_and_bias(rng: np.random.Generator) -> None:
    x, weight, bias = rng.normal(size=(2, 3, 6, 6)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
    mean, var, gamma, beta = rng.normal(size=4), rng.uniform(1, 2, 4), rng.normal(size=4), rng.normal(size=4)
    factor = gamma / np.sqrt(var + 1e-5)
    expected = F.batch_norm(F.conv2d(x, weight, bias), mean, var, gamma, beta)
    folded = F.conv2d(x, weight * factor[:, None, None, None], (bias - mean) * factor + beta)
    assert_allclose(folded, expected, atol=1e-12)


@pytest.mark.parametrize(("shuffled", "reached"), [(False, 2), (True, 4)])
def test_a_shuffle_between_grouped_layers_lets_every_input_reach_an_output(
    shuffled: bool, reached: int
) -> None:
    """Four channels in two groups; how many inputs change the first output of the second layer."""
    weight, count = np.ones((4, 2, 1)), 0
    for channel in range(4):
        x = np.zeros((1, 4, 1))
        x[0, channel] = 1
        y = F.conv1d(x, weight, groups=2)
        y = F.channel_shuffle(y, 2) if shuffled else y
        count += F.conv1d(y, weight, groups=2)[0, 0, 0] != 0
    assert reached == count


def test_a_large_kernel_is_computed_by_fft_and_matches_torch(
    agree: Callable[..., None], rng: np.random.Generator
) -> None:
    agree("conv2d", rng.normal(size=(1, 1, 64, 64)), rng.normal(size=(1, 1, 31, 31)))
    agree("conv1d", rng.normal(size=(1, 500)).astype("f"), rng.normal(size=(1, 1, 200)).astype("f"), stride=2)


def test_a_nan_reaches_only_the_windows_that_read_it(agree: Callable[..., None]) -> None:
    x = np.ones((1, 1, 64, 64))
    x[0, 0, 40, 40] = np.nan
    agree("conv2d", x, np.ones((1, 1, 20, 20)))


def test_half_precision_is_summed_in_single_precision(rng: np.random.Generator) -> None:
    x, weight = (rng.normal(size=shape).astype(np.float16) for shape in [(1, 64, 5, 5), (2, 64, 3, 3)])
    y = F.conv2d(x, weight)
    expected = F.conv2d(x.astype(np.float64), weight.astype(np.float64)).astype(np.float16)
    assert np.float16 == y.dtype
    assert_allclose(y, expected, rtol=2e-3)
