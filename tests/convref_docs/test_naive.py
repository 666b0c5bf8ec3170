"""The loops that pages show compute what the package computes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convref_docs
from convref import functional
from convref.nn import MultiheadAttention, RestrictedSelfAttention
from convref.nn.blocks import squeeze_excitation

NAIVE = Path(convref_docs.__file__).parent / "naive"
X = (6, 9, 10)

# The shapes of the arguments after the input, the keywords, and the function of the package.
CASES: dict[str, tuple[str, tuple[int, ...], tuple[tuple[int, ...], ...], dict[str, Any]]] = {
    "activations": ("softmax", (6,), (), {}),
    "average_pool": ("avg_pool2d", X, (), {"kernel_size": 3, "stride": 2, "padding": 1}),
    "batch_norm": ("batch_norm", (4, 6, 5, 7), ((6,), (6,), (6,), (6,)), {"training": True}),
    "channel_shuffle": ("channel_shuffle", X, (), {"groups": 3}),
    "conv1d": ("conv1d", (6, 11), ((4, 6, 3), (4,)), {"stride": 2, "padding": 1}),
    "conv2d": ("conv2d", X, ((4, 6, 3, 3), (4,)), {"stride": 2, "padding": 1}),
    "conv3d": ("conv3d", (3, 4, 6, 7), ((4, 3, 2, 3, 4),), {}),
    "deformable_conv": ("deform_conv2d", X, ((18, 7, 8), (4, 6, 3, 3)), {}),
    "depthwise_conv": ("depthwise_conv2d", X, ((6, 3, 3),), {"stride": 2}),
    "dilated_conv": ("dilated_conv2d", X, ((4, 6, 3, 3),), {"dilation": 2}),
    "dropout": ("dropout", X, (), {"p": 0.4, "training": True, "seed": 3}),
    "fully_connected": ("linear", (6,), ((4, 6), (4,)), {}),
    "global_average_pool": ("global_avg_pool2d", X, (), {}),
    "global_conv": ("global_conv2d", X, ((4, *X), (4,)), {}),
    "global_depthwise_conv": ("global_depthwise_conv2d", X, (X,), {}),
    "group_conv": ("group_conv2d", X, ((4, 3, 3, 3),), {"groups": 2}),
    "local_response_norm": (
        "local_response_norm",
        X,
        (),
        {"size": 4, "alpha": 0.7, "beta": 0.75, "k": 2.0},
    ),
    "max_pool": ("max_pool2d", X, (), {"kernel_size": 3, "stride": 2, "padding": 1}),
    "pointwise_conv": ("pointwise_conv2d", X, ((4, 6), (4,)), {}),
    "pointwise_group_conv": ("pointwise_group_conv2d", X, ((4, 3),), {"groups": 2}),
    "restricted_self_attention": (
        "restricted_self_attention",
        (7, 6),
        ((18, 6), (6, 6)),
        {"heads": 2, "window_size": 5},
    ),
    "self_attention": ("self_attention", (7, 6), ((18, 6), (6, 6)), {"heads": 2}),
    "squeeze_excitation": ("squeeze_excitation", X, ((2, 6), (2,), (6, 2), (6,)), {}),
    "transposed_conv": ("conv_transpose2d", X, ((6, 4, 3, 3),), {"stride": 2, "padding": 1}),
}


def attend(x: Any, *weights: Any, heads: int, window_size: int | None = None) -> Any:
    """Compute self-attention with the package, from the weights of its two projections."""
    width = x.shape[1]
    layer = (
        MultiheadAttention(width, heads, bias=False, batch_first=True)
        if window_size is None
        else RestrictedSelfAttention(width, heads, window_size, bias=False)
    )
    params = dict(zip(("in_proj_weight", "out_proj.weight"), weights, strict=True))
    return functional.run(layer, params, x[None])[0]


def dropout(x: Any, p: float, seed: int, training: bool) -> Any:
    return functional.dropout(x, p, training, generator=np.random.default_rng(seed))


def gate(x: Any, *given: Any) -> Any:
    layer = squeeze_excitation(6, 2)
    shapes = layer.parameters()
    params = {name: each.reshape(shapes[name]) for name, each in zip(shapes, given, strict=True)}
    return functional.run(layer, params, x[None])[0]


# What the package computes for operators other than convolutions.
OTHERS: dict[str, Callable[..., Any]] = {
    "activations": lambda x: functional.softmax(x, 0),
    "average_pool": functional.avg_pool2d,
    "batch_norm": functional.batch_norm,
    "deformable_conv": lambda x, offset, weight: functional.deform_conv2d(x[None], offset[None], weight)[0],
    "dropout": dropout,
    "global_average_pool": lambda x: functional.adaptive_avg_pool2d(x, 1),
    "local_response_norm": lambda x, **given: functional.local_response_norm(x[None], **given)[0],
    "max_pool": functional.max_pool2d,
    "restricted_self_attention": attend,
    "self_attention": attend,
    "squeeze_excitation": gate,
}


def reference(key: str, x: Any, given: list[Any], arguments: dict[str, Any]) -> Any:
    """Compute an operator with the package, for one input without a batch."""
    weight, bias = (*given, None, None)[:2]
    if key in OTHERS:
        return OTHERS[key](x, *given, **arguments)
    if key == "channel_shuffle":
        return functional.channel_shuffle(x[None], **arguments)[0]
    if key == "fully_connected":
        return functional.linear(x, weight, bias)
    if key == "transposed_conv":
        return functional.conv_transpose2d(x[None], weight, **arguments)[0]
    if key.endswith("depthwise_conv"):
        return functional.conv2d(x[None], weight[:, None], groups=len(x), **arguments)[0]
    if key.startswith("pointwise"):
        return functional.conv2d(x[None], weight[:, :, None, None], bias, **arguments)[0]
    assert "conv" in key, f"OTHERS must have the function of the package that computes {key}"
    convolve = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}[x.ndim - 1]
    return convolve(x[None], weight, bias, **arguments)[0]


@pytest.mark.parametrize("name", ["relu", "relu6", "sigmoid", "tanh", "silu", "hardswish", "gelu"])
def test_an_activation_of_one_number_gives_what_the_package_gives(name: str) -> None:
    function = getattr(importlib.import_module("convref_docs.naive.activations"), name)
    xs = np.linspace(-8, 8, 33)
    np.testing.assert_allclose([function(x) for x in xs], getattr(functional, name)(xs), atol=1e-12)


def test_the_sloped_activation_gives_what_the_package_gives() -> None:
    prelu = importlib.import_module("convref_docs.naive.activations").prelu
    xs = np.linspace(-8, 8, 33)
    expected = functional.prelu(xs[None], np.array([0.25]))[0]
    np.testing.assert_allclose([prelu(x, 0.25) for x in xs], expected, atol=1e-12)


@pytest.mark.parametrize("training", [True, False])
def test_the_loop_of_batch_normalization_keeps_the_running_statistics_of_the_package(training: bool) -> None:
    batch_norm = importlib.import_module("convref_docs.naive.batch_norm").batch_norm
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.standard_normal(shape) for shape in ((4, 6, 5, 7), (6,), (6,)))
    mean, var = rng.standard_normal(6), rng.uniform(0.5, 2.0, 6)
    expected_mean, expected_var = mean.copy(), var.copy()
    expected = functional.batch_norm(x, expected_mean, expected_var, weight, bias, training=training)
    np.testing.assert_allclose(
        batch_norm(x, mean, var, weight, bias, training=training), expected, atol=1e-12
    )
    np.testing.assert_allclose([mean, var], [expected_mean, expected_var], atol=1e-12)


def test_the_loop_of_dropout_returns_its_input_at_inference() -> None:
    dropout = importlib.import_module("convref_docs.naive.dropout").dropout
    x = np.arange(6.0)
    assert x is dropout(x, 0.4, training=False)


def test_every_loop_has_a_case() -> None:
    assert {path.stem for path in NAIVE.glob("*.py")} - {"__init__"} == set(CASES)


@pytest.mark.parametrize("key", CASES)
def test_a_loop_gives_what_the_package_gives(key: str) -> None:
    name, shape, shapes, arguments = CASES[key]
    rng = np.random.default_rng(0)
    x, *given = (rng.standard_normal(each) for each in (shape, *shapes))
    loop = getattr(importlib.import_module(f"convref_docs.naive.{key}"), name)
    np.testing.assert_allclose(loop(x, *given, **arguments), reference(key, x, given, arguments), atol=1e-12)
