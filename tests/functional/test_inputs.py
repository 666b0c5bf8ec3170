"""All functions accept any memory layout, and write to an argument only where asked to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from functional_calls import CALLS

from convref import functional as F


def each_array(args: tuple[Any, ...], change: Callable[[np.ndarray], np.ndarray]) -> list[Any]:
    return [change(arg) if isinstance(arg, np.ndarray) else arg for arg in args]


def result(name: str, args: Any) -> list[np.ndarray]:
    y = getattr(F, name)(*args)
    return list(y) if isinstance(y, tuple) else [y]


def spread_out(x: np.ndarray) -> np.ndarray:
    """Return the same values with other strides in memory, some of them negative."""
    wide = np.zeros([2 * n for n in x.shape], x.dtype).T[tuple([slice(None, None, -2)] * x.ndim)].T
    wide[...] = x
    return wide


@pytest.mark.parametrize("name", CALLS)
def test_the_memory_layout_does_not_change_the_result(name: str) -> None:
    for actual, expected in zip(
        result(name, each_array(CALLS[name], spread_out)), result(name, CALLS[name]), strict=True
    ):
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", CALLS)
def test_the_byte_order_does_not_change_the_result(name: str) -> None:
    swapped = each_array(CALLS[name], lambda x: x.astype(x.dtype.newbyteorder()))
    for actual, expected in zip(result(name, swapped), result(name, CALLS[name]), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", CALLS)
def test_read_only_inputs_are_accepted_and_results_are_writeable(name: str) -> None:
    def frozen(x: np.ndarray) -> np.ndarray:
        x = x.copy()
        x.flags.writeable = False
        return x

    args = each_array(CALLS[name], frozen)
    for y in result(name, args):
        assert y.flags.writeable
        assert not any(np.may_share_memory(y, arg) for arg in args if isinstance(arg, np.ndarray))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", CALLS)
def test_nan_and_infinity_raise_no_warning(name: str, bad: float) -> None:
    """A warning would fail, as pytest turns warnings into errors."""

    def spoilt(x: np.ndarray) -> np.ndarray:
        y = x.copy()
        if y.dtype == np.float64:
            y.flat[::3] = bad
            y.flat[1::7] = -bad
        return y

    assert all(y.size for y in result(name, each_array(CALLS[name], spoilt)))
