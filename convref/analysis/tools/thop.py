"""The counts of thop, which counts the calls of some classes of modules, without biases."""

from __future__ import annotations

from convref import nn
from convref.analysis.tools.counts import each_input, each_output, macs, norm, nothing
from convref.nn import Step
from convref.nn.adaptive import AdaptiveAvgPool, AdaptiveMaxPool
from convref.nn.attention import SelfAttention
from convref.nn.base import numel
from convref.nn.batch_norm import ChannelNorm
from convref.nn.combinators import Branches
from convref.nn.conv import Convolution
from convref.nn.conv_transpose import TransposedConvolution
from convref.nn.pooling import AvgPool, WindowedPool
from convref.nn.rules import COSTS

THOP = COSTS["thop"]
RESIZING = {"nearest": 1, "linear": 5, "bilinear": 11, "bicubic": 259}
"""The number of operations per output element, by the mode of an `Upsample`."""

THOP.register(Convolution, nn.Linear)(macs)
THOP.register(ChannelNorm, nn.LayerNorm)(norm(2, 4))
THOP.register(AvgPool)(each_output(1))
THOP.register(nn.PReLU)(each_input(1))
THOP.register(nn.UpsamplingNearest2d)(each_output(1))
THOP.register(nn.UpsamplingBilinear2d)(each_output(11))
# thop has no hooks for these modules, and joins are not modules.
THOP.register(WindowedPool, AdaptiveMaxPool, nn.LocalResponseNorm, nn.GroupNorm, nn.RMSNorm)(nothing)
THOP.register(nn.Softmax2d, nn.Scale, nn.Embedding, SelfAttention)(nothing)
THOP.register(Branches, nn.ResizeLike)(nothing)


@THOP.register(nn.DeformConv2d)
def deform_conv(layer: nn.DeformConv2d, step: Step) -> int:
    """Count the MACs of the convolution for the offsets; thop ignores the deformable convolution itself."""
    return layer.conv_offset.cost(step.input_shapes[0]).macs


@THOP.register(TransposedConvolution)
def transposed_convolution(layer: TransposedConvolution, step: Step) -> int:
    """Count kernel size * input channels for each output element.

    thop reports this number, although the true one is smaller by the product of the strides.
    """
    kernel = layer.parameters()["weight"][2:]
    return layer.in_channels // layer.groups * numel(step.output_shape) * numel(kernel)


@THOP.register(AdaptiveAvgPool)
def adaptive_pool(_layer: AdaptiveAvgPool, step: Step) -> int:
    """Count for each output element 1 operation plus the size of its window.

    As the size of a window, thop uses the number of input positions divided by that of output positions.
    """
    outputs, shape = numel(step.output_shape), step.input_shapes[0]
    return outputs + outputs * numel(shape[1:]) // numel(step.output_shape[1:])


@THOP.register(nn.Softmax)
def softmax(layer: nn.Softmax, step: Step) -> int:
    """Count an exp and a division for each element, and n - 1 additions for each softmax over n elements."""
    shape = step.input_shapes[0]
    count = shape[layer.axis("dim", shape)]
    return numel(shape) // count * (3 * count - 1)


@THOP.register(nn.Upsample)
def upsample(layer: nn.Upsample, step: Step) -> int:
    """Count a number of operations per output element that depends on the mode."""
    return RESIZING.get(layer.mode, 0) * numel(step.output_shape)


def inlined(_step: Step) -> int:
    """Return 0 for a layer that is not a module in torch, because thop counts only modules."""
    return 0
