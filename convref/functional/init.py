"""Draw random parameters for a network, as a flat dict of arrays, like torch's state_dict.

Weights are drawn as He et al. (2015, Delving deep into rectifiers) propose for networks of ReLUs: from a
normal distribution with variance 2 / fan_in, so that signals keep their size through many layers. Here fan_in
is the number of inputs that one output reads. Biases are drawn uniformly from -1 / sqrt(fan_in) to 1 /
sqrt(fan_in). Weights are always drawn in single precision, which is three times as fast as double precision,
and then converted to the requested type. Buffers (running statistics) are in the dict too.

The functions for each class of layers are in the table `convref.nn.rules.INIT`: `rule(layer, rng)` returns a
layer's parameters and buffers by name. A layer that has neither needs no rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convref import nn
from convref.arrays.arguments import integer
from convref.arrays.checks import data_type
from convref.nn import Layer, Shape
from convref.nn.attention import SelfAttention
from convref.nn.batch_norm import ChannelNorm
from convref.nn.conv import Convolution
from convref.nn.conv_transpose import TransposedConvolution
from convref.nn.given import check_net
from convref.nn.normalization import LastAxesNorm
from convref.nn.rules import INIT

Array: TypeAlias = NDArray[Any]
Params: TypeAlias = dict[str, Array]


def init(net: Layer, seed: int = 0, dtype: DTypeLike = np.float32) -> Params:
    """Draw the parameters of a network.

    Args:
        net: the network, described by layers of `convref.nn`.
        seed: the seed of the random numbers; equal seeds give equal parameters.
        dtype: the type of the parameters, a floating type.

    Returns:
        {"features.0.weight": array, …}, every parameter and buffer by its full name.

    Raises:
        ArgumentError: `net` is not a layer of `convref.nn`, or `dtype` is not a floating type.
        MissingRuleError: a layer has parameters, but the table has no function for its class; the error names
            the layer's path.

    Example:
        >>> from convref.nn import Conv2d, Sequential
        >>> {name: array.shape for name, array in init(Sequential(Conv2d(3, 8, 3)), seed=0).items()}
        {'0.weight': (8, 3, 3, 3), '0.bias': (8,)}
    """
    check_net(net)
    kind = data_type("init", dtype)
    checked = integer("init", "seed", seed, minimum=0)
    params: Params = {}
    _fill(net, "", "", np.random.default_rng(checked), params)
    # Drawn in one type and then converted, so that a seed gives the same numbers in every type.
    return {
        name: array.astype(kind, copy=False) if array.dtype.kind == "f" else array
        for name, array in params.items()
    }


def _fill(layer: Layer, prefix: str, name: str, rng: np.random.Generator, params: Params) -> None:
    """Draw the parameters of a layer and of the layers inside it, and add them to `params`.

    Args:
        layer: the layer.
        prefix: the text to put in front of the parameters' names, such as "features.0.".
        name: the path of the layer, for messages.
        rng: the source of random numbers.
        params: the dict that the parameters are added to.
    """
    if layer.composite:
        for child in layer.children:
            inner = f"{name}.{child.name}" if name else child.name
            _fill(child.layer, f"{prefix}{child.key}." if child.key else prefix, inner, rng, params)
        return
    if layer.parameters() or layer.buffers():
        drawn = INIT.rule(layer, name)(layer, rng)
        params.update({prefix + each if each else prefix[:-1]: array for each, array in drawn.items()})


@INIT.register(Convolution, nn.Linear)
def weight_and_bias(layer: Layer, rng: np.random.Generator) -> Params:
    """Draw normal weights and uniform biases; fan_in is the number of inputs that one output reads."""
    shapes = layer.parameters()
    return _drawn(shapes, math.prod(shapes["weight"][1:]), rng)


def _drawn(shapes: Mapping[str, Shape], fan_in: float, rng: np.random.Generator) -> Params:
    return {name: _weight_or_bias(shape, fan_in, rng) for name, shape in shapes.items()}


def _weight_or_bias(shape: Shape, fan_in: float, rng: np.random.Generator) -> Array:
    if len(shape) > 1:
        # He initialization: a variance of 2 / fan_in keeps that of values through a layer and its ReLU.
        return rng.standard_normal(shape, dtype=np.float32) * np.float32(math.sqrt(2 / fan_in))
    return rng.uniform(-1, 1, shape) / math.sqrt(fan_in)


@INIT.register(TransposedConvolution)
def transposed_convolution(layer: TransposedConvolution, rng: np.random.Generator) -> Params:
    """Draw normal weights and uniform biases; fan_in is the mean number of inputs that one output reads."""
    shapes, strides = layer.parameters(), layer.window().stride
    # The stride s of the layer is 1 / s in its window: an output reads every s-th kernel position of an axis.
    taps = math.prod(shapes["weight"][2:]) * math.prod(strides)
    return _drawn(shapes, float(layer.in_channels // layer.groups * taps), rng)


@INIT.register(nn.DeformConv2d)
def deformable_convolution(layer: nn.DeformConv2d, rng: np.random.Generator) -> Params:
    """Draw the parameters of the convolution, and return zeros for the one that computes the offsets.

    All offsets are therefore 0 at first, so the layer begins as an ordinary convolution.
    """
    still = {f"conv_offset.{name}": np.zeros(s) for name, s in layer.conv_offset.parameters().items()}
    return weight_and_bias(layer.convolution, rng) | still


@INIT.register(ChannelNorm, LastAxesNorm, nn.GroupNorm)
def identity_norm(layer: Layer, _rng: np.random.Generator) -> Params:
    """Return ones for the weight and the running variance, zeros for the bias and the running mean.

    With these values the layer normalizes and does nothing else.
    """
    ones = {"weight", "running_var"}
    shapes = layer.parameters() | layer.buffers()
    return {name: np.ones(shape) if name in ones else np.zeros(shape) for name, shape in shapes.items()}


@INIT.register(nn.LayerScale, nn.PReLU, nn.Scale)
def given_factor(layer: nn.LayerScale | nn.PReLU | nn.Scale, _rng: np.random.Generator) -> Params:
    """Return factors that all have the value of the layer's argument `init`."""
    return {name: np.full(shape, layer.init) for name, shape in layer.parameters().items()}


@INIT.register(nn.Parameter)
def small_or_zero(layer: nn.Parameter, rng: np.random.Generator) -> Params:
    """Draw small numbers for a learnt parameter of a `Graph`; return zeros for a buffer or a constant.

    Integer parameters are zeros too.
    """
    if layer.kind != "parameter" or layer.dtype:
        return {"": np.zeros(layer.shape, dtype=layer.dtype or np.float32)}
    # 0.02 is the standard deviation that vision transformers use for class tokens and position embeddings.
    return {"": rng.standard_normal(layer.shape, dtype=np.float32) * np.float32(0.02)}


@INIT.register(nn.Embedding)
def vectors(layer: nn.Embedding, rng: np.random.Generator) -> Params:
    """Draw the table of vectors from a standard normal distribution; the row `padding_idx` is zero."""
    weight = rng.standard_normal((layer.num_embeddings, layer.embedding_dim), dtype=np.float32)
    if layer.padding_idx is not None:
        weight[layer.padding_idx] = 0
    return {"weight": weight}


@INIT.register(SelfAttention)
def projections(layer: SelfAttention, rng: np.random.Generator) -> Params:
    """Draw projection weights with variance 1 / embed_dim; biases are zero."""
    return {
        name: np.zeros(shape)
        if len(shape) == 1
        else rng.standard_normal(shape, dtype=np.float32) / np.float32(math.sqrt(layer.embed_dim))
        for name, shape in layer.parameters().items()
    }
