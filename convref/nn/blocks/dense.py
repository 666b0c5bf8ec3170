"""Dense blocks: every layer sees what comes in and all that the layers before it made."""

from __future__ import annotations

from convref.nn import AvgPool2d, BatchNorm2d, Concat, Conv2d, Identity, Layer, ReLU, Sequential, inline


def dense_block(in_channels: int, growth_rate: int, count: int, *, bottleneck: int = 4) -> Layer:
    """`count` dense layers; `in_channels + count * growth_rate` channels come out.

    Source: Huang, Liu, van der Maaten and Weinberger, 2016, Densely connected convolutional networks.

    Example:
        >>> dense_block(64, growth_rate=32, count=6).output_shape((64, 56, 56))
        (256, 56, 56)
    """
    widths = range(in_channels, in_channels + count * growth_rate, growth_rate)
    layers = {
        f"denselayer{index}": dense_layer(width, growth_rate, bottleneck=bottleneck)
        for index, width in enumerate(widths, 1)
    }
    return Sequential(**layers)


def dense_layer(in_channels: int, growth_rate: int, *, bottleneck: int = 4) -> Layer:
    """What comes in, and `growth_rate` new channels beside it, made through 1 × 1 and 3 × 3 kernels.

    Args:
        in_channels: what comes in.
        growth_rate: what is new.
        bottleneck: the channels between, in growth rates.

    Source: Huang et al., 2016, section 3, DenseNet-B.

    Example:
        >>> dense_layer(64, 32).output_shape((64, 56, 56))
        (96, 56, 56)
    """
    width = bottleneck * growth_rate
    new = Sequential(
        norm1=BatchNorm2d(in_channels),
        relu1=ReLU(),
        conv1=Conv2d(in_channels, width, 1, bias=False),
        norm2=BatchNorm2d(width),
        relu2=ReLU(),
        conv2=Conv2d(width, growth_rate, 3, padding=1, bias=False),
    )
    return Concat(before=inline(Identity()), new=inline(new))


def dense_transition(in_channels: int, out_channels: int | None = None) -> Layer:
    """Between blocks: fewer channels, by default half of them, and half the size.

    Source: Huang et al., 2016, section 3, DenseNet-C.

    Example:
        >>> dense_transition(256).output_shape((256, 56, 56))
        (128, 28, 28)
    """
    return Sequential(
        norm=BatchNorm2d(in_channels),
        relu=ReLU(),
        conv=Conv2d(in_channels, out_channels or in_channels // 2, 1, bias=False),
        pool=AvgPool2d(2),
    )
