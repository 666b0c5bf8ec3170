"""Time and memory depend on the size of inputs and results, not on paddings, dilations and kernels."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from convref import functional as F
from convref.errors import ShapeError

GAP = 10**7
LINE = np.arange(8.0).reshape(1, 1, 8)
IMAGE = np.arange(64.0).reshape(1, 1, 8, 8)

# Each padding is chosen so that the result has about the size of the input.
CALLS: list[tuple[str, Callable[[], Any]]] = [
    ("a convolution with a huge dilation", lambda: F.conv1d(LINE, np.ones((1, 1, 3)), None, 1, GAP, GAP)),
    ("a convolution with a huge stride", lambda: F.conv1d(LINE, np.ones((1, 1, 1)), None, GAP, GAP)),
    ("an unfolding with a huge dilation", lambda: F.unfold(IMAGE, (1, 3), (1, GAP), (0, GAP))),
    ("a folding with a huge dilation", lambda: F.fold(np.ones((1, 3, 64)), 8, (1, 3), (1, GAP), (0, GAP))),
    ("a transposed convolution with a huge dilation",
     lambda: F.conv_transpose1d(LINE, np.ones((1, 1, 3)), None, 1, GAP, 0, 1, GAP)),
    ("a max pool with a huge window", lambda: F.max_pool1d(LINE, 2 * GAP, 1, GAP)),
    ("a max pool with indices and a huge window",
     lambda: F.max_pool1d(LINE, 2 * GAP, 1, GAP, 1, False, True)),
    ("an average pool with a huge window", lambda: F.avg_pool1d(LINE, 2 * GAP, 1, GAP)),
    ("a local response norm over more channels than there are",
     lambda: F.local_response_norm(LINE, 10**12)),
    ("the one-hot vectors of no numbers", lambda: F.one_hot(np.zeros(0, np.int64), 10**9)),
]  # fmt: skip


@pytest.mark.parametrize("call", [call for _, call in CALLS], ids=[name for name, _ in CALLS])
def test_memory_does_not_grow_with_what_no_window_reads(call: Callable[[], Any]) -> None:
    call()
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize("method", [torch.nn.functional.max_pool1d, torch.nn.functional.avg_pool1d])
def test_a_pool_with_a_window_larger_than_its_input_matches_torch(method: Any) -> None:
    expected = method(torch.from_numpy(LINE), 30, 2, 15).numpy()
    np.testing.assert_allclose(getattr(F, method.__name__)(LINE, 30, 2, 15), expected)


@pytest.mark.parametrize(
    ("padding", "dilation", "stride"), [(50, 50, 1), (60, 50, 3), (100, 95, 30), (49, 25, 2)]
)
def test_a_convolution_with_gaps_matches_torch(padding: int, dilation: int, stride: int) -> None:
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(2, 4, 8, 9)), rng.normal(size=(6, 2, 3, 3))
    expected = torch.nn.functional.conv2d(
        torch.from_numpy(x), torch.from_numpy(weight), None, stride, padding, dilation, 2
    )
    np.testing.assert_allclose(F.conv2d(x, weight, None, stride, padding, dilation, 2), expected, atol=1e-12)


HUGE = 10**18
TOO_LARGE: list[Callable[[], Any]] = [
    lambda: F.conv2d(IMAGE, np.ones((1, 1, 1, 1)), None, 1, HUGE),
    lambda: F.pad(LINE, (HUGE, 0)),
    lambda: F.interpolate(IMAGE, HUGE),
    lambda: F.adaptive_avg_pool2d(IMAGE, HUGE),
    lambda: F.one_hot(np.zeros(3, np.int64), HUGE),
    lambda: F.conv_transpose2d(IMAGE, np.ones((1, 1, 2, 2)), None, HUGE),
    lambda: F.fold(LINE, 10**30, 1),
]


@pytest.mark.parametrize("call", TOO_LARGE)
def test_a_result_that_fits_into_no_memory_is_an_error(call: Callable[[], Any]) -> None:
    with pytest.raises(ShapeError):
        call()


def test_the_error_of_a_result_too_large_names_the_function_and_the_rule() -> None:
    with pytest.raises(ShapeError, match=r"pad: the sizes must give a result that fits into memory \("):
        F.pad(LINE, (HUGE, 0))
