"""ResNet: residual blocks in five depths, and a wide variant.

Sources: He, Zhang, Ren and Sun, 2015, Deep residual learning for image recognition, table 1; Zagoruyko and
Komodakis, 2016, Wide residual networks. In the paper, the first 1 × 1 convolution of a bottleneck has the
stride ("v1", here `stride_first=True`). By default the 3 × 3 convolution has the stride, as in torchvision
("v1.5").
"""

from __future__ import annotations

from functools import partial

from convref.architectures.parts import BASIC_CHANNELS, BOTTLENECK_CHANNELS, resnet
from convref.nn import Layer
from convref.nn.blocks import basic_block, bottleneck


def resnet18(num_classes: int = 1000) -> Layer:
    """Build ResNet-18: two basic blocks per stage."""
    return resnet(basic_block, BASIC_CHANNELS, (2, 2, 2, 2), num_classes)


def resnet34(num_classes: int = 1000) -> Layer:
    """Build ResNet-34: stages of 3, 4, 6 and 3 basic blocks."""
    return resnet(basic_block, BASIC_CHANNELS, (3, 4, 6, 3), num_classes)


def resnet50(num_classes: int = 1000, *, stride_first: bool = False) -> Layer:
    """Build ResNet-50: stages of 3, 4, 6 and 3 bottleneck blocks."""
    return resnet(
        partial(bottleneck, stride_first=stride_first), BOTTLENECK_CHANNELS, (3, 4, 6, 3), num_classes
    )


def resnet101(num_classes: int = 1000, *, stride_first: bool = False) -> Layer:
    """Build ResNet-101: 23 bottlenecks in the third stage."""
    return resnet(
        partial(bottleneck, stride_first=stride_first), BOTTLENECK_CHANNELS, (3, 4, 23, 3), num_classes
    )


def resnet152(num_classes: int = 1000, *, stride_first: bool = False) -> Layer:
    """Build ResNet-152: 36 bottlenecks in the third stage."""
    return resnet(
        partial(bottleneck, stride_first=stride_first), BOTTLENECK_CHANNELS, (3, 8, 36, 3), num_classes
    )


def resnet50_v1(num_classes: int = 1000) -> Layer:
    """Build the ResNet-50 of the paper, with the stride in the first 1 × 1 convolution."""
    return resnet50(num_classes, stride_first=True)


def wide_resnet50_2(num_classes: int = 1000) -> Layer:
    """Build Wide ResNet-50-2: 3 × 3 convolutions with twice as many channels as in ResNet-50."""
    return resnet(_wide_bottleneck, BOTTLENECK_CHANNELS, (3, 4, 6, 3), num_classes)


def _wide_bottleneck(in_channels: int, out_channels: int, stride: int) -> Layer:
    """Return a bottleneck whose inner convolution has half of the output channels instead of a quarter."""
    return bottleneck(in_channels, out_channels, stride, width=out_channels // 2)
