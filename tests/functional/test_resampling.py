"""interpolate agrees with torch in all modes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convref import functional as F

MODES = ["nearest", "nearest-exact", "area", "linear", "bilinear", "bicubic", "trilinear"]
RANKS = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_resizing_to_a_size_matches_torch(agree: Callable[..., None], mode: str, data: st.DataObject) -> None:
    rank = RANKS.get(mode) or data.draw(st.integers(1, 3))
    sizes = st.lists(st.integers(1, 9), min_size=rank, max_size=rank)
    x = np.random.default_rng(0).normal(size=(2, 3, *data.draw(sizes)))
    corners = data.draw(st.sampled_from([None, False, True])) if mode in RANKS else None
    agree("interpolate", x, data.draw(sizes), mode=mode, align_corners=corners)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("recompute", [None, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("factor", [0.6, 1.0, 1.7, 2.0, 3.3])
def test_resizing_by_a_factor_matches_torch(
    agree: Callable[..., None], mode: str, recompute: bool | None, dtype: Any, factor: float
) -> None:
    x = np.random.default_rng(0).normal(size=(1, 2, *[7] * RANKS.get(mode, 2))).astype(dtype)
    agree("interpolate", x, scale_factor=factor, mode=mode, recompute_scale_factor=recompute)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("size", [(3, 4), (5, 20), (13, 11)])
def test_antialiasing_matches_torch(agree: Callable[..., None], mode: str, size: tuple[int, int]) -> None:
    x = np.random.default_rng(0).normal(size=(1, 2, 13, 11))
    agree("interpolate", x, size, mode=mode, antialias=True)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "bilinear", "bicubic"])
def test_resizing_uint8_matches_torch(
    agree: Callable[..., None], mode: str, rng: np.random.Generator
) -> None:
    x = rng.integers(0, 256, (2, 3, 9, 12), dtype=np.uint8)
    agree("interpolate", x, (5, 20), mode=mode)


def test_an_empty_batch_stays_empty(agree: Callable[..., None]) -> None:
    agree("interpolate", np.zeros((0, 2, 3)), 6)


@pytest.mark.filterwarnings("ignore:.*upsample.* is deprecated")
def test_upsample_functions_match_torch(agree: Callable[..., None], rng: np.random.Generator) -> None:
    x = rng.normal(size=(1, 2, 4, 5))
    agree("upsample", x, 7, mode="bilinear", align_corners=True)
    agree("upsample_nearest", x, (3, 9))
    agree("upsample_bilinear", x, scale_factor=2)


def test_aligned_corners_keep_their_values(rng: np.random.Generator) -> None:
    x = rng.normal(size=(1, 1, 4, 5))
    y = F.interpolate(x, (9, 7), mode="bicubic", align_corners=True)
    np.testing.assert_allclose(y[..., ::8, ::6], x[..., ::3, ::4], atol=1e-12)
