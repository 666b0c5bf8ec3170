"""Shuffles agree with torch and invert each other."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from convref import functional as F


@pytest.mark.parametrize("shape", [(2, 6, 3), (2, 6, 3, 2), (0, 6, 2)])
@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_channel_shuffle_matches_torch(
    agree: Callable[..., None], shape: tuple[int, ...], groups: int
) -> None:
    agree("channel_shuffle", np.arange(np.prod(shape)).reshape(shape), groups)


def test_a_shuffle_with_one_group_still_copies() -> None:
    x = np.zeros((1, 4, 2, 2))
    for y in (F.channel_shuffle(x, 1), F.pixel_shuffle(x, 1), F.pixel_unshuffle(x, 1)):
        assert not np.may_share_memory(x, y)


@pytest.mark.parametrize("shape", [(8, 2, 3), (2, 8, 2, 3), (2, 1, 8, 4, 2)])
def test_pixel_shuffle_matches_torch_and_unshuffle_inverts_it(
    agree: Callable[..., None], shape: tuple[int, ...]
) -> None:
    x = np.arange(np.prod(shape)).reshape(shape)
    agree("pixel_shuffle", x, 2)
    agree("pixel_unshuffle", F.pixel_shuffle(x, 2), 2)
    assert_array_equal(x, F.pixel_unshuffle(F.pixel_shuffle(x, 2), 2))
