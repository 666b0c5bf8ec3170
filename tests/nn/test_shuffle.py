"""Shuffles: which channels meet, that they undo each other, windows, errors."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convref import functional
from convref.errors import ArgumentError, ShapeError
from convref.nn import ChannelShuffle, Layer, PixelShuffle, PixelUnshuffle, Sequential, Window

SMALL = st.integers(1, 4)


@settings(deadline=None, max_examples=30)
@given(SMALL, SMALL)
def test_channel_i_of_group_g_becomes_channel_g_of_group_i(groups: int, size: int) -> None:
    x = np.arange(groups * size).reshape(1, -1, 1)
    shuffled = functional.run(ChannelShuffle(groups), {}, x)[0, :, 0]
    for g in range(groups):
        for i in range(size):
            assert g * size + i == shuffled[i * groups + g]


@settings(deadline=None, max_examples=30)
@given(SMALL, SMALL, SMALL, SMALL)
def test_pixel_unshuffle_is_the_inverse_of_pixel_shuffle(
    factor: int, channels: int, height: int, width: int
) -> None:
    x = np.random.default_rng(0).standard_normal((2, channels * factor**2, height, width))
    assert np.array_equal(x, functional.run(Sequential(PixelShuffle(factor), PixelUnshuffle(factor)), {}, x))


def test_the_windows_of_pixel_shuffle_and_unshuffle_are_one_element_and_a_square() -> None:
    assert Window((1, 1), (Fraction(1, 2),) * 2, (0, 0), (1, 1)) == PixelShuffle(2).window((4, 3, 3))
    assert Window((2, 2), (2, 2), (0, 0), (1, 1)) == PixelUnshuffle(2).window((4, 4, 4))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (ChannelShuffle, r"ChannelShuffle: groups \(=0\) must be at least 1"),
        (PixelShuffle, r"PixelShuffle: upscale_factor \(=0\) must be at least 1"),
        (PixelUnshuffle, r"PixelUnshuffle: downscale_factor \(=0\) must be at least 1"),
    ],
)
def test_wrong_arguments_are_refused(layer: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(0)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (ChannelShuffle(3), (8, 4), r"groups \(=3\) must divide the 8 channels of the input"),
        (ChannelShuffle(2), (8,), r"ChannelShuffle takes an input of shape \(C, \*\), but got \(8,\)"),
        (PixelShuffle(2), (6, 4, 4), r"upscale_factor \(=2\) squared must divide the 6 channels"),
        (PixelUnshuffle(3), (6, 6, 4), r"downscale_factor \(=3\) must divide the input's sizes \(6, 4\)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer: Layer, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)
