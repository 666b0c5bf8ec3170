"""Dropout in its kinds: the identity at inference, random in training, errors."""

from typing import Any

import pytest
import torch

from convref.errors import ArgumentError, ShapeError
from convref.nn import AlphaDropout, Dropout, Dropout2d, StochasticDepth
from convref.torch import build


@pytest.mark.parametrize("mode", ["row", "batch"])
def test_stochastic_depth_drops_a_row_or_all_and_keeps_the_mean(mode: str) -> None:
    torch.manual_seed(0)
    module, x = build(StochasticDepth(0.25, mode)).train(), torch.ones(400, 2, 3)
    factors = torch.stack([module(x)[:, 0, 0] for _ in range(200)])
    assert [0.0, pytest.approx(4 / 3)] == factors.unique().tolist()
    assert (mode == "batch") == bool((factors == factors[:, :1]).all())
    assert abs(factors.mean().item() - 1) < 0.1


@pytest.mark.parametrize(("p", "factor"), [(0.0, 1.0), (1.0, 0.0)])
def test_stochastic_depth_keeps_everything_at_p_0_and_nothing_at_p_1(p: float, factor: float) -> None:
    x = torch.randn(4, 2, 3)
    assert torch.equal(factor * x, build(StochasticDepth(p, "row")).train()(x))


@pytest.mark.parametrize("layer", [Dropout, Dropout2d, AlphaDropout])
@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
def test_p_must_be_a_probability(layer: Any, p: float) -> None:
    with pytest.raises(
        ArgumentError, match=rf"{layer.__name__}: p \(={p}\) must be a probability from 0 to 1"
    ):
        layer(p)


def test_the_mode_must_be_known() -> None:
    with pytest.raises(ArgumentError, match=r"StochasticDepth: mode \(='all'\) must be 'row' or 'batch'"):
        StochasticDepth(0.5, "all")


def test_dropping_channels_needs_spatial_axes() -> None:
    with pytest.raises(ShapeError, match=r"Dropout2d takes an input of shape \(C, H, W\), but got \(8, 7\)"):
        Dropout2d().output_shape((8, 7))
