"""Compute convolutions and fully connected layers in NumPy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from convref import nn
from convref.functional.activation import sigmoid
from convref.functional.conv import conv1d, conv2d, conv3d
from convref.functional.conv_transpose import conv_transpose1d, conv_transpose2d, conv_transpose3d
from convref.functional.deform import deform_conv2d
from convref.functional.init import Array
from convref.functional.linear import linear
from convref.functional.padding import pad
from convref.nn.conv import Convolution
from convref.nn.conv_transpose import TransposedConvolution
from convref.nn.rules import NUMPY

CONVOLUTIONS = {1: conv1d, 2: conv2d, 3: conv3d}
TRANSPOSED = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}


@NUMPY.register(Convolution)
def convolution(layer: Convolution, params: Mapping[str, Array], x: Array) -> Array:
    """Pad the input as the layer's `padding_mode` says, then convolve it."""
    padding = layer.padding
    if layer.padding_mode != "zeros":
        sides = [each for pair in reversed(layer.padding_per_side) for each in pair]
        x, padding = pad(x, sides, mode=layer.padding_mode), 0
    conv = CONVOLUTIONS[x.ndim - 2]
    return conv(x, params["weight"], params.get("bias"), layer.stride, padding, layer.dilation, layer.groups)


@NUMPY.register(TransposedConvolution)
def transposed_convolution(layer: TransposedConvolution, params: Mapping[str, Array], x: Array) -> Array:
    """Apply the transpose of the convolution with the same weight."""
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


@NUMPY.register(nn.DeformConv2d)
def deformable_convolution(layer: nn.DeformConv2d, params: Mapping[str, Array], x: Array) -> Array:
    """Compute the offsets (and the mask) by a convolution, then convolve at the shifted positions."""
    geometry = (layer.stride, layer.padding, layer.dilation)
    moves = conv2d(x, params["conv_offset.weight"], params["conv_offset.bias"], *geometry)
    mask = None
    if layer.modulated:
        moves, weights = np.split(moves, [moves.shape[1] // 3 * 2], axis=1)
        mask = sigmoid(weights)
    return deform_conv2d(x, moves, params["weight"], params.get("bias"), *geometry, mask)


@NUMPY.register(nn.Linear)
def fully_connected(_layer: nn.Linear, params: Mapping[str, Array], x: Array) -> Array:
    """Multiply the last axis by the weight, and add the bias."""
    return linear(x, params["weight"], params.get("bias"))
