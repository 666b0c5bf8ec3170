"""EfficientNet: inverted residuals with squeeze-and-excitation, scaled in width, depth and resolution.

Source: Tan and Le, 2019, EfficientNet, table 1 and equation 3.
"""

from __future__ import annotations

import math

from convref.architectures.parts import divisible
from convref.nn import (
    AdaptiveAvgPool2d,
    Dropout,
    Flatten,
    Identity,
    Layer,
    Linear,
    Sequential,
    SiLU,
    Sum,
    inline,
)
from convref.nn.blocks import conv_norm, squeeze_excitation

ROWS = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
"""Expansion, kernel size, first stride, output channels and repeats of each stage (table 1)."""


def efficientnet_b0(num_classes: int = 1000, width_mult: float = 1.0, depth_mult: float = 1.0) -> Layer:
    """Build EfficientNet-B0, or with other multipliers of width and depth a larger variant (equation 3)."""
    in_channels = divisible(32 * width_mult)
    features = [conv_norm(3, in_channels, stride=2, activation=SiLU())]
    for expansion, kernel_size, first_stride, channels, repeats in ROWS:
        out_channels = divisible(channels * width_mult)
        first = _mbconv(in_channels, out_channels, kernel_size, first_stride, expansion)
        # Equal blocks are one object, which takes less time.
        others = [_mbconv(out_channels, out_channels, kernel_size, 1, expansion)]
        features.append(Sequential(first, *others * (math.ceil(repeats * depth_mult) - 1)))
        in_channels = out_channels
    features.append(conv_norm(in_channels, 4 * in_channels, 1, activation=SiLU()))
    return Sequential(
        features=Sequential(*features),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        classifier=Sequential(Dropout(0.2), Linear(4 * in_channels, num_classes)),
    )


def _mbconv(in_channels: int, out_channels: int, kernel_size: int, stride: int, expansion: int) -> Layer:
    """Return an MBConv block: expansion, depthwise convolution, squeeze-and-excitation and projection.

    The block has a shortcut if its input and output have the same shape.
    """
    hidden, swish = in_channels * expansion, SiLU()
    widen = [conv_norm(in_channels, hidden, 1, activation=swish)] if expansion != 1 else []
    block = Sequential(
        *widen,
        conv_norm(hidden, hidden, kernel_size, stride, groups=hidden, activation=swish),
        # The reduction is relative to the input of the block, not to the expanded channels.
        squeeze_excitation(hidden, in_channels // 4, activation=swish),
        conv_norm(hidden, out_channels, 1, activation=None),
    )
    if stride == 1 and in_channels == out_channels:
        return Sum(block=block, shortcut=inline(Identity()))
    return Sequential(block=block)
