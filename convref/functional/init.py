"""The parameters of a description: one flat dict of arrays, as the network's state_dict is in torch.

Weights are drawn as He et al. (2015, Delving deep into rectifiers) propose for networks of ReLUs, normal
with variance 2 / fan_in, so that signals keep their size through many layers; biases are uniform within
1 / sqrt(fan_in). Weights are drawn in single precision, in the same way for every dtype, since that is
three times as fast. Buffers (running statistics) are in the dict too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import singledispatch
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convref import nn
from convref.errors import ArgumentError
from convref.nn import Layer, Shape
from convref.nn.given import check_net

Array: TypeAlias = NDArray[Any]
Params: TypeAlias = dict[str, Array]


def init(net: Layer, seed: int = 0, dtype: DTypeLike = np.float32) -> Params:
    """Draw the parameters of a network.

    Args:
        net: the description.
        seed: equal seeds give equal parameters.
        dtype: a floating type.

    Returns:
        {"features.0.weight": array, …}, every parameter and buffer by its full name.

    Raises:
        ArgumentError: `net` is no description, or `dtype` no floating type.

    Example:
        >>> from convref.nn import Conv2d, Sequential
        >>> {name: array.shape for name, array in init(Sequential(Conv2d(3, 8, 3)), seed=0).items()}
        {'0.weight': (8, 3, 3, 3), '0.bias': (8,)}
    """
    check_net(net)
    kind = np.dtype(dtype)
    if kind.kind != "f":
        raise ArgumentError(f"init: dtype (={kind.name}) must be a floating type")
    params: Params = {}
    _fill(net, "", np.random.default_rng(seed), params)
    return {name: array.astype(kind, copy=False) for name, array in params.items()}


def _fill(layer: Layer, prefix: str, rng: np.random.Generator, params: Params) -> None:
    if layer.composite:
        for child in layer.children:
            _fill(child.layer, f"{prefix}{child.key}." if child.key else prefix, rng, params)
        return
    for name, array in draw(layer, rng).items():
        params[prefix + name] = array


@singledispatch
def draw(layer: Layer, rng: np.random.Generator) -> Params:
    """The parameters and buffers of one primitive, drawn from `rng`."""
    shapes = layer.parameters()
    if "weight" not in shapes:
        return {}
    return _drawn(shapes, math.prod(shapes["weight"][1:]), rng)


def _drawn(shapes: Mapping[str, Shape], fan_in: float, rng: np.random.Generator) -> Params:
    return {name: _weight_or_bias(shape, fan_in, rng) for name, shape in shapes.items()}


def _weight_or_bias(shape: Shape, fan_in: float, rng: np.random.Generator) -> Array:
    if len(shape) > 1:
        return rng.standard_normal(shape, dtype=np.float32) * np.float32(math.sqrt(2 / fan_in))
    return rng.uniform(-1, 1, shape) / math.sqrt(fan_in)


@draw.register(nn.ConvTranspose1d)
@draw.register(nn.ConvTranspose2d)
@draw.register(nn.ConvTranspose3d)
def _(
    layer: nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d, rng: np.random.Generator
) -> Params:
    shapes, strides = layer.parameters(), layer.window().stride
    taps = math.prod(shapes["weight"][2:]) * math.prod(strides)  # that meet in one output, on average
    return _drawn(shapes, float(layer.in_channels // layer.groups * taps), rng)


@draw.register
def _(layer: nn.DeformConv2d, rng: np.random.Generator) -> Params:
    still = {f"conv_offset.{name}": np.zeros(s) for name, s in layer.conv_offset.parameters().items()}
    return draw(layer.convolution, rng) | still


@draw.register(nn.BatchNorm1d)
@draw.register(nn.BatchNorm2d)
@draw.register(nn.BatchNorm3d)
@draw.register(nn.InstanceNorm1d)
@draw.register(nn.InstanceNorm2d)
@draw.register(nn.InstanceNorm3d)
@draw.register(nn.LayerNorm)
@draw.register(nn.RMSNorm)
@draw.register(nn.GroupNorm)
def _(layer: Layer, rng: np.random.Generator) -> Params:  # noqa: ARG001 - one signature for all
    ones = {"weight", "running_var"}
    shapes = layer.parameters() | layer.buffers()
    return {name: np.ones(shape) if name in ones else np.zeros(shape) for name, shape in shapes.items()}


@draw.register(nn.LayerScale)
@draw.register(nn.PReLU)
@draw.register(nn.Scale)
def _(layer: nn.LayerScale | nn.PReLU | nn.Scale, rng: np.random.Generator) -> Params:  # noqa: ARG001
    return {name: np.full(shape, layer.init) for name, shape in layer.parameters().items()}


@draw.register
def _(layer: nn.Embedding, rng: np.random.Generator) -> Params:
    weight = rng.standard_normal((layer.num_embeddings, layer.embedding_dim), dtype=np.float32)
    if layer.padding_idx is not None:
        weight[layer.padding_idx] = 0
    return {"weight": weight}


@draw.register(nn.AttentionHeads)
@draw.register(nn.MultiheadAttention)
@draw.register(nn.RestrictedSelfAttention)
def _(
    layer: nn.AttentionHeads | nn.MultiheadAttention | nn.RestrictedSelfAttention, rng: np.random.Generator
) -> Params:
    return {
        name: np.zeros(shape)
        if len(shape) == 1
        else rng.standard_normal(shape, dtype=np.float32) / np.float32(math.sqrt(layer.embed_dim))
        for name, shape in layer.parameters().items()
    }
