"""Convolutions and fully connected layers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from convref import nn
from convref.functional.activation import sigmoid
from convref.functional.conv import conv1d, conv2d, conv3d
from convref.functional.conv_transpose import conv_transpose1d, conv_transpose2d, conv_transpose3d
from convref.functional.deform import deform_conv2d
from convref.functional.forward.dispatch import forward
from convref.functional.init import Array
from convref.functional.linear import linear
from convref.functional.padding import pad

CONVOLUTIONS = {1: conv1d, 2: conv2d, 3: conv3d}
TRANSPOSED = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}


@forward.register(nn.Conv1d)
@forward.register(nn.Conv2d)
@forward.register(nn.Conv3d)
def _(layer: nn.Conv1d | nn.Conv2d | nn.Conv3d, params: Mapping[str, Array], x: Array) -> Array:
    padding = layer.padding
    if layer.padding_mode != "zeros":
        sides = [each for pair in reversed(layer.padding_per_side) for each in pair]
        x, padding = pad(x, sides, mode=layer.padding_mode), 0
    conv = CONVOLUTIONS[x.ndim - 2]
    return conv(x, params["weight"], params.get("bias"), layer.stride, padding, layer.dilation, layer.groups)


@forward.register(nn.ConvTranspose1d)
@forward.register(nn.ConvTranspose2d)
@forward.register(nn.ConvTranspose3d)
def _(
    layer: nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d,
    params: Mapping[str, Array],
    x: Array,
) -> Array:
    return TRANSPOSED[x.ndim - 2](
        x,
        params["weight"],
        params.get("bias"),
        layer.stride,
        layer.padding,
        layer.output_padding,
        layer.groups,
        layer.dilation,
    )


@forward.register
def _(layer: nn.DeformConv2d, params: Mapping[str, Array], x: Array) -> Array:
    geometry = (layer.stride, layer.padding, layer.dilation)
    moves = conv2d(x, params["conv_offset.weight"], params["conv_offset.bias"], *geometry)
    mask = None
    if layer.modulated:
        moves, weights = np.split(moves, [moves.shape[1] // 3 * 2], axis=1)
        mask = sigmoid(weights)
    return deform_conv2d(x, moves, params["weight"], params.get("bias"), *geometry, mask)


@forward.register
def _(layer: nn.Linear, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return linear(x, params["weight"], params.get("bias"))
