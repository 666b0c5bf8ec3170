"""one_hot and embedding agree with torch."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from convref import functional as F


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
@pytest.mark.parametrize("classes", [-1, 5])
def test_one_hot_matches_torch(
    agree: Callable[..., None], shape: tuple[int, ...], classes: int, rng: np.random.Generator
) -> None:
    agree("one_hot", np.asarray(rng.integers(0, 5, shape)), classes)


def test_one_hot_of_an_empty_array_needs_num_classes(agree: Callable[..., None]) -> None:
    agree("one_hot", np.zeros((0, 2), np.int64), 3)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_embedding_matches_torch(
    agree: Callable[..., None], dtype: type, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    agree("embedding", np.asarray(rng.integers(0, 4, shape)).astype(dtype), rng.normal(size=(4, 3)), -1)


def test_looked_up_rows_are_renormalized_in_place_as_in_torch(rng: np.random.Generator) -> None:
    weight, rows = rng.normal(size=(5, 3)) * 4, np.array([0, 2, 2])
    expected = torch.from_numpy(weight.copy())
    torch.nn.functional.embedding(torch.from_numpy(rows), expected, max_norm=1.0)
    F.embedding(rows, weight, max_norm=1.0)
    assert_allclose(weight, expected, atol=1e-6)
