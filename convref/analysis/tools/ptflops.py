"""The counts of ptflops, which hooks modules and patches functions, so some layers count twice."""

from __future__ import annotations

import math

from convref import nn
from convref.analysis.tools.counts import (
    each_input,
    each_output,
    macs_and_bias,
    norm,
    nothing,
    offset_macs_and_bias,
)
from convref.nn import Step
from convref.nn.adaptive import AdaptivePool
from convref.nn.attention import SelfAttention
from convref.nn.base import numel
from convref.nn.batch_norm import ChannelNorm
from convref.nn.combinators import Concatenation
from convref.nn.conv import Convolution
from convref.nn.conv_transpose import TransposedConvolution
from convref.nn.joins import ElementwiseJoin
from convref.nn.pooling import WindowedPool
from convref.nn.power_pooling import LPPool
from convref.nn.rules import COSTS

PTFLOPS = COSTS["ptflops"]

PTFLOPS.register(Convolution, TransposedConvolution, nn.Linear)(macs_and_bias)
PTFLOPS.register(nn.DeformConv2d)(offset_macs_and_bias)
PTFLOPS.register(ChannelNorm, nn.GroupNorm)(norm(1, 2))
PTFLOPS.register(WindowedPool, AdaptivePool)(each_input(2))
PTFLOPS.register(nn.ReLU, nn.PReLU, nn.ELU, nn.GELU)(each_input(2))
PTFLOPS.register(nn.LeakyReLU, nn.ReLU6, nn.SiLU, nn.LayerNorm, nn.Softmax, nn.Softmax2d)(each_input(1))
PTFLOPS.register(nn.UpsamplingNearest2d, nn.UpsamplingBilinear2d, nn.ResizeLike)(each_output(1))
# Modules without a hook, whose functions are not patched either.
PTFLOPS.register(SelfAttention, nn.RMSNorm, nn.Scale, nn.Embedding, Concatenation)(nothing)


@PTFLOPS.register(nn.LocalResponseNorm)
def local_response_norm(layer: nn.LocalResponseNorm, step: Step) -> int:
    """Count a square, a product and a sum per element, and an average pool per padded element."""
    shape = step.input_shapes[0]
    padded = (shape[0] + layer.size - 1) * numel(shape[1:])
    return 3 * numel(shape) + padded


@PTFLOPS.register(nn.Upsample)
def upsample(layer: nn.Upsample, step: Step) -> int:
    """Count the output elements for the module, and again for the function that the module calls.

    If a scale factor is given, the second count is that of the input elements times the scale factors.
    """
    (shape,), outputs = step.input_shapes, numel(step.output_shape)
    factor = layer.scale_factor
    called = numel(shape) if layer.mode == "area" else 0  # an adaptive pool, which is patched too
    if factor is None:
        return 2 * outputs + called
    if isinstance(factor, tuple):
        return outputs + numel(shape) * math.prod(map(int, factor)) + called
    return outputs + int(numel(shape) * factor ** len(shape[1:])) + called


@PTFLOPS.register(LPPool)
def power_pool(_layer: LPPool, step: Step) -> int:
    """Count the average pool (1 per input element), and a ReLU and a product (1 per output element each)."""
    return numel(step.input_shapes[0]) + 2 * numel(step.output_shape)


@PTFLOPS.register(ElementwiseJoin)
def elementwise_join(_layer: ElementwiseJoin, step: Step) -> int:
    """Count the additions and multiplications, since ptflops patches these tensor operators."""
    cost = step.cost
    return cost.adds + cost.muls
