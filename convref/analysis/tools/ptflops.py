"""The counts of ptflops, which counts calls of modules and of functions, so that some layers count twice."""

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
    operation,
)
from convref.nn import Layer, Step
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
from convref.nn.rules import COSTS, Count, Rules

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
# Operators such as + and @ are not counted, functions such as torch.add and torch.matmul are.
BY_SPELLING = frozenset(["add", "mul", "matmul", "mm", "bmm", "addmm", "baddbmm"])
PTFLOPS.register(nn.Operation)(operation(frozenset(), BY_SPELLING))


@PTFLOPS.register(nn.LocalResponseNorm)
def local_response_norm(layer: nn.LocalResponseNorm, step: Step) -> int:
    """Count a square, a product and a sum per element, and one operation per element of the padded input.

    ptflops counts the latter for the average pool over the channels.
    """
    shape = step.input_shapes[0]
    padded = (shape[0] + layer.size - 1) * numel(shape[1:])
    return 3 * numel(shape) + padded


@PTFLOPS.register(nn.Upsample)
def upsample(layer: nn.Upsample, step: Step) -> int:
    """Count the output elements once for the module, and again for the function that the module calls.

    If a scale factor is given, the second count is the number of input elements times the factors of all
    axes.
    """
    return numel(step.output_shape) + interpolate(layer, step)


def interpolate(layer: nn.Upsample, step: Step) -> int:
    """Return what ptflops counts for the function `interpolate`, which an `Upsample` calls."""
    (shape,), factor = step.input_shapes, layer.scale_factor
    called = numel(shape) if layer.mode == "area" else 0  # an adaptive pool, which is patched too
    if factor is None:
        return numel(step.output_shape) + called
    if isinstance(factor, tuple):
        return numel(shape) * math.prod(map(int, factor)) + called
    return int(numel(shape) * factor ** len(shape[1:])) + called


@PTFLOPS.register(LPPool)
def power_pool(_layer: LPPool, step: Step) -> int:
    """Count 1 per input element for an average pool, and 2 per output element for a ReLU and a product."""
    return numel(step.input_shapes[0]) + 2 * numel(step.output_shape)


@PTFLOPS.register(ElementwiseJoin)
def elementwise_join(_layer: ElementwiseJoin, step: Step) -> int:
    """Count the additions and multiplications: ptflops counts the operators + and * of tensors."""
    cost = step.cost
    return cost.adds + cost.muls


FUNCTIONS = Rules[Count]("the operations that ptflops counts", "costs={'ptflops': …}")
"""The rules of layers that are not modules in torch: ptflops counts the functions that it patches."""
FUNCTIONS.register(Layer)(nothing)
FUNCTIONS.register(WindowedPool, AdaptivePool)(each_input(1))
FUNCTIONS.register(nn.ReLU, nn.PReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Softmax, nn.Softmax2d)(each_input(1))
FUNCTIONS.register(LPPool)(power_pool)
FUNCTIONS.register(nn.Upsample)(interpolate)


def inlined(step: Step) -> int:
    """Return the count of a layer that is not a module in torch, but a call of a function."""
    return FUNCTIONS.rule(step.layer, step.name)(step.layer, step)
