"""Dense blocks: each layer reads the block's input and the outputs of all layers before it."""

from __future__ import annotations

from convref.nn import AvgPool2d, BatchNorm2d, Concat, Conv2d, Identity, Layer, Sequential, inline
from convref.nn.blocks.conv_norm import RELU

BEFORE = inline(Identity())


def dense_block(in_channels: int, growth_rate: int, count: int, *, bottleneck: int = 4) -> Layer:
    """Build `count` dense layers in sequence; the output has `in_channels + count * growth_rate` channels.

    `bottleneck` is passed on to `dense_layer`.

    Source: Huang, Liu, van der Maaten and Weinberger, 2016, Densely connected convolutional networks.

    Example:
        >>> dense_block(64, growth_rate=32, count=6).output_shape((64, 56, 56))
        (256, 56, 56)
    """
    widths = range(in_channels, in_channels + count * growth_rate, growth_rate)
    inner = bottleneck * growth_rate
    second_half = _second_half(inner, growth_rate)  # equal in all layers, so it is made once
    layers = {
        f"denselayer{index}": _dense_layer(width, inner, second_half) for index, width in enumerate(widths, 1)
    }
    return Sequential(**layers)


def dense_layer(in_channels: int, growth_rate: int, *, bottleneck: int = 4) -> Layer:
    """Build a layer that computes `growth_rate` channels (1 × 1, then 3 × 3) and appends them to its input.

    Args:
        in_channels: the channels of the input.
        growth_rate: the number of new channels.
        bottleneck: the number of channels between the 1 × 1 and the 3 × 3 convolution, as a multiple of the
            growth rate.

    Source: Huang et al., 2016, section 3, DenseNet-B.

    Example:
        >>> dense_layer(64, 32).output_shape((64, 56, 56))
        (96, 56, 56)
    """
    width = bottleneck * growth_rate
    return _dense_layer(in_channels, width, _second_half(width, growth_rate))


def _dense_layer(in_channels: int, width: int, second_half: dict[str, Layer]) -> Layer:
    """Return a layer from its input channels, the channels of its first convolution, and its second half."""
    new = Sequential(
        norm1=BatchNorm2d(in_channels),
        relu1=RELU,
        conv1=Conv2d(in_channels, width, 1, bias=False),
        **second_half,
    )
    return Concat(before=BEFORE, new=inline(new))


def _second_half(width: int, growth_rate: int) -> dict[str, Layer]:
    """Return the layers after the first convolution, by name; unlike it, they do not depend on the input."""
    return {
        "norm2": BatchNorm2d(width),
        "relu2": RELU,
        "conv2": Conv2d(width, growth_rate, 3, padding=1, bias=False),
    }


def dense_transition(in_channels: int, out_channels: int | None = None) -> Layer:
    """Build the layers between dense blocks, which halve the spatial size and, by default, the channels.

    Source: Huang et al., 2016, section 3, DenseNet-C.

    Example:
        >>> dense_transition(256).output_shape((256, 56, 56))
        (128, 28, 28)
    """
    return Sequential(
        norm=BatchNorm2d(in_channels),
        relu=RELU,
        conv=Conv2d(in_channels, out_channels or in_channels // 2, 1, bias=False),
        pool=AvgPool2d(2),
    )
