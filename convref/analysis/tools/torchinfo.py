"""The counts of torchinfo: the parameters of each layer; in convolutions, once per output position."""

from __future__ import annotations

from convref import nn
from convref.analysis.tools.counts import nothing, offset_macs_and_bias, params
from convref.nn import Layer, Step
from convref.nn.adaptive import AdaptivePool
from convref.nn.attention import SelfAttention
from convref.nn.base import numel
from convref.nn.batch_norm import ChannelNorm
from convref.nn.combinators import Branches
from convref.nn.conv import Convolution
from convref.nn.conv_transpose import TransposedConvolution
from convref.nn.pooling import WindowedPool
from convref.nn.rules import COSTS

TORCHINFO = COSTS["torchinfo"]

TORCHINFO.register(nn.Linear, nn.Embedding, nn.PReLU, nn.LayerNorm, nn.GroupNorm)(params)
TORCHINFO.register(nn.DeformConv2d)(offset_macs_and_bias)
TORCHINFO.register(ChannelNorm, nn.RMSNorm, nn.Scale)(params)
# Layers without parameters; LayerScale and attention hold theirs where it does not look.
TORCHINFO.register(nn.Softmax2d, WindowedPool, AdaptivePool, nn.LocalResponseNorm)(nothing)
TORCHINFO.register(nn.Upsample, nn.UpsamplingNearest2d, nn.UpsamplingBilinear2d)(nothing)
TORCHINFO.register(nn.MultiheadAttention, Branches, nn.ResizeLike)(nothing)


@TORCHINFO.register(Convolution, TransposedConvolution)
def convolution(layer: Layer, step: Step) -> int:
    """Count the parameters once per output position."""
    return params(layer, step) * numel(step.output_shape[1:])


@TORCHINFO.register(nn.AttentionHeads)
def heads(layer: nn.AttentionHeads, step: Step) -> int:
    """Count the parameters once per position of the sequence."""
    return params(layer, step) * step.input_shapes[0][0]


@TORCHINFO.register(nn.RestrictedSelfAttention)
def restricted_attention(layer: SelfAttention, _step: Step) -> int:
    """Count the parameters of the output projection, because no other part is a module."""
    return sum(numel(shape) for name, shape in layer.parameters().items() if name.startswith("out_proj"))


def inlined(step: Step) -> int:
    """Return the count of a layer that is not a module in torch: its number of parameters, or 0.

    The parameters of such a layer belong to the module that calls it. torchinfo counts them only if this
    module has no submodules.
    """
    return params(step.layer, step) if step.holder == "leaf" else 0
