"""Free-form inpainting: an encoder-decoder of gated convolutions, which learn to ignore missing pixels.

Source: Yu, Lin, Yang, Shen, Lu and Huang, 2018, Free-form image inpainting with gated convolution, figure 3.
Here is the coarse network, with the channels of the authors' published implementation.
"""

from __future__ import annotations

from convref.nn import Conv2d, Layer, Sequential, Tanh, UpsamplingNearest2d
from convref.nn.blocks import gated_conv2d

DILATIONS = (2, 4, 8, 16)
"""The dilations between encoder and decoder, which spread the context over the hole."""


def gated_inpainting(channels: int = 24, in_channels: int = 5) -> Layer:
    """Build the coarse network, which fills in the masked part of 256 × 256 images.

    The output is in the range -1 to 1.

    Args:
        channels: the channels of the first layer; deeper layers have two and four times as many.
        in_channels: the number of input channels. The default of 5 is for the three channels of the image, a
            channel of ones, and the mask.
    """
    c1, c2, c4 = channels, 2 * channels, 4 * channels
    return Sequential(
        encoder=Sequential(
            _gated(in_channels, c1, 5),
            _gated(c1, c2, stride=2),
            _gated(c2, c2),
            _gated(c2, c4, stride=2),
            _gated(c4, c4),
            _gated(c4, c4),
        ),
        dilated=Sequential(*[_gated(c4, c4, dilation=dilation) for dilation in DILATIONS]),
        decoder=Sequential(
            _gated(c4, c4),
            _gated(c4, c4),
            UpsamplingNearest2d(scale_factor=2),
            _gated(c4, c2),
            _gated(c2, c2),
            UpsamplingNearest2d(scale_factor=2),
            _gated(c2, c1),
            _gated(c1, c1 // 2),
            Conv2d(c1 // 2, 3, 3, padding=1),
            Tanh(),
        ),
    )


def _gated(
    in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1, dilation: int = 1
) -> Layer:
    """Return a gated convolution whose padding keeps the size at stride 1."""
    padding = dilation * (kernel_size - 1) // 2
    return gated_conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation=dilation)
