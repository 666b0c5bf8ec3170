"""SENet: residual networks whose blocks rescale each channel before the shortcut is added.

Source: Hu, Shen and Sun, 2017, Squeeze-and-excitation networks, table 1.
"""

from __future__ import annotations

from convref.architectures.parts import BOTTLENECK_CHANNELS, resnet
from convref.nn import Layer
from convref.nn.blocks import bottleneck, squeeze_excitation


def se_resnet50(num_classes: int = 1000, reduction: int = 16) -> Layer:
    """Build SE-ResNet-50; the hidden layer of an SE block has 1 / `reduction` of the block's channels.

    The stride is in the first 1 × 1 convolution, as in the ResNet-50 with which the paper compares it.
    """

    def block(in_channels: int, out_channels: int, stride: int) -> Layer:
        attention = squeeze_excitation(out_channels, out_channels // reduction)
        return bottleneck(in_channels, out_channels, stride, stride_first=True, attention=attention)

    return resnet(block, BOTTLENECK_CHANNELS, (3, 4, 6, 3), num_classes)
