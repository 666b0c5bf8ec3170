"""Linear and bilinear layers agree with torch."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


@pytest.mark.parametrize("lead", [(), (0,), (2,), (2, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128, np.int64])
def test_linear_matches_torch(
    agree: Callable[..., None], lead: tuple[int, ...], dtype: Any, rng: np.random.Generator
) -> None:
    arrays = [(rng.normal(size=shape) * 4).astype(dtype) for shape in [(*lead, 5), (4, 5), (4,)]]
    agree("linear", *arrays)
    agree("linear", *arrays[:2])


def test_a_weight_of_one_axis_is_a_dot_product(agree: Callable[..., None], rng: np.random.Generator) -> None:
    agree("linear", rng.normal(size=(2, 5)), rng.normal(size=5))
    agree("linear", rng.normal(size=5), rng.normal(size=5))


@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
def test_bilinear_matches_torch(
    agree: Callable[..., None], lead: tuple[int, ...], rng: np.random.Generator
) -> None:
    arrays = [rng.normal(size=shape) for shape in [(*lead, 5), (*lead, 2), (4, 5, 2), (4,)]]
    agree("bilinear", *arrays)
