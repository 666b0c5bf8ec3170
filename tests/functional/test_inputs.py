"""All functions accept any memory layout, and write to an argument only where asked to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convref import functional as F

RNG = np.random.default_rng(0)
IMAGES, LINES, VOLUMES = (
    RNG.normal(size=(2, 4, 6, 6)),
    RNG.normal(size=(2, 4, 6)),
    RNG.normal(size=(2, 4, 6, 6, 6)),
)
INDICES = np.arange(36).reshape(6, 6).repeat(8).reshape(6, 6, 2, 4).transpose(2, 3, 0, 1)

CALLS: dict[str, tuple[Any, ...]] = {
    "conv1d": (LINES, RNG.normal(size=(4, 2, 3)), RNG.normal(size=4), 1, 1, 1, 2),
    "conv2d": (IMAGES, RNG.normal(size=(4, 2, 3, 3)), RNG.normal(size=4), 2, 0, 1, 2),
    "conv3d": (VOLUMES, RNG.normal(size=(4, 2, 1, 1, 1)), RNG.normal(size=4), 1, 0, 1, 2),
    "conv_transpose2d": (IMAGES, RNG.normal(size=(4, 2, 3, 3)), RNG.normal(size=4), 2, 1, 1, 2),
    "deform_conv2d": (
        IMAGES,
        RNG.normal(size=(2, 18, 4, 4)),
        RNG.normal(size=(4, 2, 3, 3)),
        RNG.normal(size=4),
    ),
    "linear": (IMAGES, RNG.normal(size=(5, 6)), RNG.normal(size=5)),
    "bilinear": (LINES, LINES, RNG.normal(size=(3, 6, 6))),
    "max_pool2d": (IMAGES, 3, 2, 1, 1, False, True),
    "avg_pool2d": (IMAGES, 3, 2, 1),
    "lp_pool2d": (np.abs(IMAGES), 2, 2),
    "max_unpool2d": (IMAGES, INDICES, 2),
    "adaptive_avg_pool2d": (IMAGES, 4),
    "adaptive_max_pool2d": (IMAGES, 4, True),
    "batch_norm": (IMAGES, RNG.normal(size=4), RNG.uniform(1, 2, 4), RNG.normal(size=4), RNG.normal(size=4)),
    "instance_norm": (IMAGES,),
    "group_norm": (IMAGES, 2, RNG.normal(size=4)),
    "layer_norm": (IMAGES, (6, 6), RNG.normal(size=(6, 6))),
    "rms_norm": (IMAGES, (6,), RNG.normal(size=6)),
    "local_response_norm": (IMAGES, 3),
    "normalize": (IMAGES,),
    "relu": (IMAGES,),
    "gelu": (IMAGES,),
    "prelu": (IMAGES, RNG.normal(size=4)),
    "softmax": (IMAGES, 1),
    "log_softmax": (IMAGES, 1),
    "glu": (IMAGES, 1),
    "scaled_dot_product_attention": (LINES, LINES, LINES, LINES @ LINES.swapaxes(1, 2)),
    "channel_shuffle": (IMAGES, 2),
    "pixel_shuffle": (IMAGES, 2),
    "pixel_unshuffle": (IMAGES, 2),
    "unfold": (IMAGES, 3),
    "fold": (LINES, (4, 4), 2, 1, 0, (2, 1)),
    "grid_sample": (IMAGES, RNG.uniform(-1.5, 1.5, (2, 3, 5, 2)), "bicubic"),
    "affine_grid": (RNG.normal(size=(2, 2, 3)), (2, 4, 3, 5)),
    "interpolate": (IMAGES, 9, None, "bicubic"),
    "pad": (IMAGES, (1, 2, 0, 1), "reflect"),
    "cosine_similarity": (LINES, LINES[::-1]),
    "embedding": (INDICES % 6, RNG.normal(size=(6, 3))),
}
"""A call of one function of each kind."""


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
