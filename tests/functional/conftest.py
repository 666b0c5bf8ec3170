"""Fixtures that compare the functions with torch.nn.functional."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from convref import functional as F

TOLERANCE = {"float16": 2e-3, "float32": 2e-5, "float64": 1e-10, "complex64": 2e-5, "complex128": 1e-10}


def to_torch(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return torch.from_numpy(value.copy())
    return torch.float64 if value is np.float64 else value


@pytest.fixture(scope="session")
def agree() -> Callable[..., None]:
    """Return a function that calls a function of convref and torch's, and compares results and inputs."""

    def check(name: str, *args: Any, oracle: Callable[..., Any] | None = None, **kwargs: Any) -> None:
        given = [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args]
        actual = getattr(F, name)(*args, **kwargs)
        kwargs = {key: to_torch(value) for key, value in kwargs.items()}
        expected = (oracle or getattr(torch.nn.functional, name))(*map(to_torch, given), **kwargs)
        pairs = zip(actual, expected, strict=True) if isinstance(actual, tuple) else [(actual, expected)]
        for got, tensor in pairs:
            wanted = tensor.numpy()
            assert (wanted.shape, wanted.dtype) == (got.shape, got.dtype)
            tolerance = TOLERANCE.get(str(wanted.dtype), 0)
            np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance)
        for arg, before in zip(args, given, strict=True):
            if isinstance(arg, np.ndarray):
                np.testing.assert_array_equal(arg, before)

    return check


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
