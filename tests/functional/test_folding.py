"""unfold and fold agree with torch, and are adjoint."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from convref import functional as F

OPTIONS = st.fixed_dictionaries(
    {
        "kernel_size": st.tuples(st.integers(1, 3), st.integers(1, 2)),
        "dilation": st.integers(1, 2),
        "padding": st.tuples(st.integers(0, 2), st.integers(0, 1)),
        "stride": st.integers(1, 3),
    }
)


@settings(max_examples=40, deadline=None)
@given(OPTIONS, st.sampled_from([(), (0,), (2,)]))
def test_unfold_and_fold_match_torch(
    agree: Callable[..., None], options: dict[str, Any], batch: tuple[int, ...]
) -> None:
    x = np.random.default_rng(0).normal(size=(*batch, 3, 6, 5))
    agree("unfold", x, **options)
    agree("fold", F.unfold(x, **options), (6, 5), **options)


@settings(max_examples=40, deadline=None)
@given(OPTIONS)
def test_fold_is_the_adjoint_of_unfold(options: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 6, 5))
    columns = F.unfold(x, **options)
    y = rng.normal(size=columns.shape)
    assert_allclose((columns * y).sum(), (x * F.fold(y, (6, 5), **options)).sum(), rtol=1e-9, atol=1e-12)


def test_a_convolution_is_a_product_with_the_columns(rng: np.random.Generator) -> None:
    x, weight = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, 3, 2))
    y = weight.reshape(4, -1) @ F.unfold(x, (3, 2), padding=1)
    assert_allclose(y.reshape(2, 4, 6, 6), F.conv2d(x, weight, padding=1), atol=1e-12)


@pytest.mark.parametrize("kernel", [1, 2])
def test_columns_are_never_a_view_of_the_input(kernel: int) -> None:
    x = np.zeros((1, 1, 4, 4))
    F.unfold(x, kernel)[...] = 1
    assert 0 == x.sum()
