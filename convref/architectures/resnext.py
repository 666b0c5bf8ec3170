"""ResNeXt: ResNet's bottleneck with a grouped 3 × 3 convolution.

Source: Xie, Girshick, Dollár, Tu and He, 2016, Aggregated residual transformations for deep neural networks,
table 1.
"""

from __future__ import annotations

from convref.architectures.parts import BOTTLENECK_CHANNELS, Block, resnet
from convref.nn import Layer
from convref.nn.blocks import bottleneck


def resnext50_32x4d(num_classes: int = 1000, cardinality: int = 32, base_width: int = 4) -> Layer:
    """Build ResNeXt-50: by default 32 groups of 4 channels in the 3 × 3 convolutions of the first stage."""
    return resnet(_block(cardinality, base_width), BOTTLENECK_CHANNELS, (3, 4, 6, 3), num_classes)


def resnext101_32x8d(num_classes: int = 1000, cardinality: int = 32, base_width: int = 8) -> Layer:
    """Build ResNeXt-101: by default 32 groups of 8 channels in the 3 × 3 convolutions of the first stage."""
    return resnet(_block(cardinality, base_width), BOTTLENECK_CHANNELS, (3, 4, 23, 3), num_classes)


def _block(cardinality: int, base_width: int) -> Block:
    """Return a function that builds bottlenecks with `cardinality` groups (figure 3c)."""

    def block(in_channels: int, out_channels: int, stride: int) -> Layer:
        width = cardinality * base_width * (out_channels // BOTTLENECK_CHANNELS[0])
        return bottleneck(in_channels, out_channels, stride, width=width, groups=cardinality)

    return block
