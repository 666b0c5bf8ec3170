"""Padding agrees with torch in all modes, cropping too."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-1, 3), min_size=2, max_size=6), st.floats(-9, 9))
def test_constant_padding_matches_torch(agree: Callable[..., None], pad: list[int], value: float) -> None:
    pad = pad[: len(pad) // 2 * 2]
    agree("pad", np.arange(2 * 3 * 4.0).reshape(2, 3, 4), pad, "constant", value)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@settings(max_examples=40, deadline=None)
@given(rank=st.integers(1, 3), batch=st.booleans(), data=st.data())
def test_other_modes_match_torch(
    agree: Callable[..., None], mode: str, rank: int, batch: bool, data: st.DataObject
) -> None:
    pad = data.draw(st.lists(st.integers(-1, 2), min_size=2 * rank, max_size=2 * rank))
    size = [2, 3, *[4] * rank][not batch :]
    agree("pad", np.random.default_rng(0).normal(size=size), pad, mode)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.complex128, np.float16])
def test_every_type_can_be_padded(agree: Callable[..., None], dtype: type) -> None:
    agree("pad", np.ones((1, 3), dtype), (1, 2))


def test_an_empty_pad_copies(agree: Callable[..., None]) -> None:
    agree("pad", np.ones((1, 3)), ())
