"""Convolutions agree with torch, and with what is true of any convolution."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.nn import functional as T

from convref import functional as F
from convref.errors import ArgumentError, ShapeError


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("batch", [(), (0,), (2,)])
def test_a_convolution_is_torchs(rank: int, batch: tuple[int, ...]) -> None:
    rng = np.random.default_rng(rank)
    x = rng.normal(size=(*batch, 4, 9, 8, 7)[: len(batch) + 1 + rank])
    weight = rng.normal(size=(6, 2, 3, 2, 1)[: 2 + rank])
    bias = rng.normal(size=6)
    options = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2}
    expected = getattr(T, f"conv{rank}d")(*map(torch.from_numpy, (x, weight, bias)), **options)
    assert_allclose(getattr(F, f"conv{rank}d")(x, weight, bias, **options), expected, rtol=1e-12, atol=1e-12)


def test_channels_that_do_not_fit_are_named() -> None:
    with pytest.raises(ShapeError, match=r"conv2d: input has 3 channels, but weight .* must get 4"):
        F.conv2d(np.ones((1, 3, 5, 5)), np.ones((8, 4, 3, 3)))


def test_a_stride_of_zero_is_named() -> None:
    with pytest.raises(ArgumentError, match=r"conv2d: stride \(=0\) must be at least 1"):
        F.conv2d(np.ones((1, 3, 5, 5)), np.ones((8, 3, 3, 3)), stride=0)
