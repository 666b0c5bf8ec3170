"""Dropout has torch's distribution in training, and returns its input otherwise."""

from collections.abc import Callable

import numpy as np
import pytest

from convref import functional as F

NAMES = ["dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"]
SHAPES = {"dropout1d": (50, 40, 3), "dropout3d": (50, 40, 3, 2, 2)}


@pytest.mark.parametrize("name", NAMES)
def test_the_input_is_returned_outside_of_training(
    agree: Callable[..., None], name: str, rng: np.random.Generator
) -> None:
    agree(name, rng.normal(size=SHAPES.get(name, (3, 4, 2, 2))), training=False)


@pytest.mark.parametrize("name", NAMES)
def test_the_share_p_of_the_values_is_dropped(name: str, rng: np.random.Generator) -> None:
    x = np.ones(SHAPES.get(name, (50, 40, 3, 2)))
    y = getattr(F, name)(x, 0.25, training=True, generator=rng)
    assert 2 == len(np.unique(y))
    assert (y == y.min()).mean() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("name", ["dropout", "dropout1d", "dropout2d", "dropout3d"])
def test_kept_values_are_scaled_to_keep_the_mean(name: str, rng: np.random.Generator) -> None:
    y = getattr(F, name)(np.ones(SHAPES.get(name, (50, 40, 3, 2)), np.float32), 0.2, generator=rng)
    assert [0.0, 1.25] == np.unique(y).tolist()
    assert np.float32 == y.dtype


@pytest.mark.parametrize("name", ["dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout"])
def test_channels_are_dropped_as_a_whole(name: str, rng: np.random.Generator) -> None:
    y = getattr(F, name)(np.ones(SHAPES.get(name, (50, 40, 3, 2))), 0.5, training=True, generator=rng)
    np.testing.assert_array_equal(y, np.broadcast_to(y[(..., *[slice(1)] * (y.ndim - 2))], y.shape))


@pytest.mark.parametrize(("name", "shape"), [("dropout1d", (40, 3)), ("dropout3d", (40, 3, 2, 2))])
def test_without_a_batch_channels_are_the_first_axis(
    name: str, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    y = getattr(F, name)(np.ones(shape), generator=rng)
    np.testing.assert_array_equal(y, np.broadcast_to(y[(slice(None), *[slice(1)] * (y.ndim - 1))], shape))


@pytest.mark.parametrize("name", ["alpha_dropout", "feature_alpha_dropout"])
def test_alpha_dropout_keeps_mean_and_variance(name: str, rng: np.random.Generator) -> None:
    y = getattr(F, name)(rng.normal(size=(400, 500)), 0.3, training=True, generator=rng)
    assert (y.mean(), y.var()) == (pytest.approx(0, abs=0.02), pytest.approx(1, abs=0.02))


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_dropped_with_p_one(name: str, rng: np.random.Generator) -> None:
    x = rng.normal(size=SHAPES.get(name, (3, 4, 2, 2)))
    assert 0 == abs(getattr(F, name)(x, 1.0, training=True, generator=rng)).max()


def test_inplace_writes_into_the_input(rng: np.random.Generator) -> None:
    x = np.ones(99)
    assert F.dropout(x, inplace=True, generator=rng) is x
    assert {0.0, 2.0} == set(x.tolist())
