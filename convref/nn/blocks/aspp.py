"""Atrous spatial pyramid pooling: convolutions with several dilations and a global mean, in parallel."""

from __future__ import annotations

from collections.abc import Sequence

from convref.nn import AdaptiveAvgPool2d, Concat, Dropout, Layer, ResizeLike, inline
from convref.nn import Sequential as Chain
from convref.nn.blocks.conv_norm import conv_norm


def aspp(in_channels: int, out_channels: int = 256, rates: Sequence[int] = (12, 24, 36)) -> Layer:
    """Build a 1 × 1 branch, dilated 3 × 3 branches and a global-mean branch, all in parallel.

    Their outputs are concatenated and passed to a 1 × 1 convolution.

    Args:
        in_channels: the channels of the input.
        out_channels: the channels of each branch and of the output.
        rates: the dilations of the 3 × 3 convolutions.

    Source: Chen, Papandreou, Schroff and Adam, 2017, Rethinking atrous convolution for semantic image
    segmentation, figure 5.

    Example:
        >>> aspp(2048).output_shape((2048, 65, 65))
        (256, 65, 65)
    """
    pooled = ResizeLike(
        inline(Chain(AdaptiveAvgPool2d(1), *_layers(conv_norm(in_channels, out_channels, 1))))
    )
    convs = [
        conv_norm(in_channels, out_channels, 1),
        *[conv_norm(in_channels, out_channels, 3, dilation=rate) for rate in rates],
        pooled,
    ]
    project = _layers(conv_norm(len(convs) * out_channels, out_channels, 1))
    return Chain(convs=Concat(*convs), project=Chain(*project, Dropout()))


def _layers(chain: Layer) -> list[Layer]:
    return [child.layer for child in chain.children]
