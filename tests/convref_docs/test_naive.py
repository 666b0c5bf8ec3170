"""The loops that pages show compute what the package computes."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convref_docs
from convref import functional

NAIVE = Path(convref_docs.__file__).parent / "naive"
X = (6, 9, 10)

# The shapes of the arguments after the input, the keywords, and the function of the package.
CASES: dict[str, tuple[str, tuple[int, ...], tuple[tuple[int, ...], ...], dict[str, int]]] = {
    "channel_shuffle": ("channel_shuffle", X, (), {"groups": 3}),
    "conv1d": ("conv1d", (6, 11), ((4, 6, 3), (4,)), {"stride": 2, "padding": 1}),
    "conv2d": ("conv2d", X, ((4, 6, 3, 3), (4,)), {"stride": 2, "padding": 1}),
    "conv3d": ("conv3d", (3, 4, 6, 7), ((4, 3, 2, 3, 4),), {}),
    "depthwise_conv": ("depthwise_conv2d", X, ((6, 3, 3),), {"stride": 2}),
    "dilated_conv": ("dilated_conv2d", X, ((4, 6, 3, 3),), {"dilation": 2}),
    "fully_connected": ("linear", (6,), ((4, 6), (4,)), {}),
    "global_conv": ("global_conv2d", X, ((4, *X), (4,)), {}),
    "group_conv": ("group_conv2d", X, ((4, 3, 3, 3),), {"groups": 2}),
    "pointwise_conv": ("pointwise_conv2d", X, ((4, 6), (4,)), {}),
    "pointwise_group_conv": ("pointwise_group_conv2d", X, ((4, 3),), {"groups": 2}),
    "transposed_conv": ("conv_transpose2d", X, ((6, 4, 3, 3),), {"stride": 2, "padding": 1}),
}


def reference(key: str, x: Any, given: list[Any], arguments: dict[str, Any]) -> Any:
    """Compute an operator with the package, for one input without a batch."""
    weight, bias = (*given, None, None)[:2]
    if key == "channel_shuffle":
        return functional.channel_shuffle(x[None], **arguments)[0]
    if key == "fully_connected":
        return functional.linear(x, weight, bias)
    if key == "transposed_conv":
        return functional.conv_transpose2d(x[None], weight, **arguments)[0]
    if key == "depthwise_conv":
        return functional.conv2d(x[None], weight[:, None], groups=len(x), **arguments)[0]
    if key.startswith("pointwise"):
        return functional.conv2d(x[None], weight[:, :, None, None], bias, **arguments)[0]
    convolve = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}[x.ndim - 1]
    return convolve(x[None], weight, bias, **arguments)[0]


def test_every_loop_has_a_case() -> None:
    assert {path.stem for path in NAIVE.glob("*.py")} - {"__init__"} == set(CASES)


@pytest.mark.parametrize("key", CASES)
def test_a_loop_gives_what_the_package_gives(key: str) -> None:
    name, shape, shapes, arguments = CASES[key]
    rng = np.random.default_rng(0)
    x, *given = (rng.standard_normal(each) for each in (shape, *shapes))
    loop = getattr(importlib.import_module(f"convref_docs.naive.{key}"), name)
    np.testing.assert_allclose(loop(x, *given, **arguments), reference(key, x, given, arguments), atol=1e-12)
