"""MobileFaceNet: face recognition with MobileNet v2 blocks and, at the end, a pool with learnt weights.

Source: Chen, Liu, Gao and Han, 2018, MobileFaceNets: efficient CNNs for accurate real-time face verification
on mobile devices, table 1.
"""

from __future__ import annotations

from convref.nn import Flatten, Identity, Layer, PReLU, Sequential, Sum, inline
from convref.nn.blocks import conv_norm

ROWS = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))
"""Expansion, output channels, repeats and first stride of each row of bottlenecks (table 1)."""


def mobilefacenet(embedding: int = 128) -> Layer:
    """Build MobileFaceNet, which maps 112 × 112 images of faces to vectors of `embedding` numbers."""
    layers, in_channels = [], 64
    for expansion, channels, repeats, first_stride in ROWS:
        for index in range(repeats):
            layers.append(_bottleneck(in_channels, channels, first_stride if index == 0 else 1, expansion))
            in_channels = channels
    return Sequential(
        conv1=conv_norm(3, 64, stride=2, activation=PReLU(64)),
        conv2=conv_norm(64, 64, groups=64, activation=PReLU(64)),
        bottlenecks=Sequential(*layers),
        conv3=conv_norm(in_channels, 512, 1, activation=PReLU(512)),
        # A depthwise convolution as large as the feature map: a global pool with learned weights.
        gdconv=conv_norm(512, 512, 7, padding=0, groups=512, activation=None),
        linear=conv_norm(512, embedding, 1, activation=None),
        flatten=Flatten(),
    )


def _bottleneck(in_channels: int, out_channels: int, stride: int, expansion: int) -> Layer:
    """Return an inverted residual block, with a shortcut if input and output have the same shape."""
    hidden = in_channels * expansion
    body = Sequential(
        conv_norm(in_channels, hidden, 1, activation=PReLU(hidden)),
        conv_norm(hidden, hidden, stride=stride, groups=hidden, activation=PReLU(hidden)),
        conv_norm(hidden, out_channels, 1, activation=None),
    )
    if stride == 1 and in_channels == out_channels:
        return Sum(body=inline(body), shortcut=inline(Identity()))
    return body
