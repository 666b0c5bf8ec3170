"""Sequences of cheap convolutions that replace one expensive convolution.

The expensive kernel is split by channels (depthwise, then pointwise), by axes (K × 1, then 1 × K), or into
several small kernels. The argument `padding` is the padding of the convolution that is replaced. In the
sequence, each convolution pads only the axes along which its own kernel has more than one element.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from convref.errors import ArgumentError
from convref.nn import Conv2d, Layer, Sequential
from convref.nn.blocks.special import Conv, depthwise_conv, pointwise_conv
from convref.nn.conv import Ints, Padding


def depthwise_separable_conv(
    in_channels: int,
    out_channels: int,
    kernel_size: Ints,
    stride: Ints = 1,
    padding: Padding = 0,
    *,
    dilation: Ints = 1,
    multiplier: int = 1,
    bias: bool = True,
    rank: int = 2,
) -> Layer:
    """Build a depthwise convolution, followed by a 1 × 1 convolution that mixes the channels.

    `multiplier` is the number of kernels per channel of the depthwise convolution, and `rank` the number of
    spatial axes. The other arguments are those of `Conv2d`.

    Source: Sifre, 2014, Rigid-motion scattering for image classification; Howard et al., 2017, MobileNets.

    Example:
        >>> layer = depthwise_separable_conv(32, 64, 3, padding=1, bias=False)
        >>> layer.parameters()
        {'depthwise.weight': (32, 1, 3, 3), 'pointwise.weight': (64, 32, 1, 1)}
    """
    depthwise = depthwise_conv(
        in_channels, kernel_size, stride, padding, dilation, multiplier=multiplier, bias=bias, rank=rank
    )
    pointwise = pointwise_conv(in_channels * multiplier, out_channels, bias=bias, rank=rank)
    return Sequential(depthwise=depthwise, pointwise=pointwise)


def flattened_conv(
    in_channels: int, out_channels: int, kernel_size: int, padding: int = 0, *, bias: bool = True
) -> Layer:
    """Build a 1 × 1, a depthwise K × 1 and a depthwise 1 × K convolution in sequence.

    Each filter is the outer product of three vectors: over the channels, a column and a row. It has
    `in_channels + 2 * kernel_size` weights instead of `in_channels * kernel_size ** 2`. Only the last
    convolution has a bias.

    Source: Jin, Dundar and Culurciello, 2014, Flattened convolutional neural networks.

    Example:
        >>> for shape in flattened_conv(96, 128, 5, bias=False).parameters().values():
        ...     print(shape)
        (128, 96, 1, 1)
        (128, 1, 5, 1)
        (128, 1, 1, 5)
    """
    return Sequential(
        lateral=pointwise_conv(in_channels, out_channels, bias=False),
        vertical=depthwise_conv(out_channels, (kernel_size, 1), padding=(padding, 0), bias=False),
        horizontal=depthwise_conv(out_channels, (1, kernel_size), padding=(0, padding), bias=bias),
    )


def asymmetric_conv(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    padding: int = 0,
    *,
    hidden: int | None = None,
    bias: bool = True,
) -> Layer:
    """Build a K × 1 convolution, then a 1 × K convolution; each mixes all channels.

    Args:
        in_channels: the channels of the input.
        out_channels: the channels of the output.
        kernel_size: the length of the column and of the row.
        padding: the padding of the first convolution above and below, and of the second left and right.
        hidden: the number of channels between the two convolutions, by default `out_channels`.
        bias: whether both convolutions have a bias.

    Source: Szegedy et al., 2015, Rethinking the inception architecture, section 3.2.

    Example:
        >>> asymmetric_conv(64, 64, 7, padding=3).output_shape((64, 17, 17))
        (64, 17, 17)
    """
    between = out_channels if hidden is None else hidden
    return Sequential(
        vertical=Conv2d(in_channels, between, (kernel_size, 1), padding=(padding, 0), bias=bias),
        horizontal=Conv2d(between, out_channels, (1, kernel_size), padding=(0, padding), bias=bias),
    )


def stacked_conv(
    in_channels: int,
    out_channels: int,
    count: int = 2,
    kernel_size: int = 3,
    *,
    hidden: int | None = None,
    activation: Layer | None = None,
    bias: bool = True,
) -> Layer:
    """Build `count` small convolutions in sequence, padded to keep the size.

    Args:
        in_channels: the channels of the input.
        out_channels: the channels of the output.
        count: the number of convolutions. Along each axis, an output depends on `count * (kernel_size - 1) +
            1` input elements.
        kernel_size: the size of each kernel, which must be odd.
        hidden: the number of channels between the convolutions, by default `out_channels`.
        activation: the activation after each convolution but the last; None for no activation.
        bias: whether the convolutions have biases.

    Raises:
        ArgumentError: `count` or `kernel_size` is not positive, or `kernel_size` is even.

    Source: Simonyan and Zisserman, 2014, Very deep convolutional networks, section 2.3.

    Example:
        >>> from convref import analyze
        >>> analyze(stacked_conv(64, 64, count=3), (64, 32, 32)).rows[-1].fields[0].size
        7
    """
    if not isinstance(count, int) or count < 1:
        raise ArgumentError(f"stacked_conv: count (={count!r}) must be a positive integer")
    if not isinstance(kernel_size, int) or kernel_size < 1 or kernel_size % 2 == 0:
        raise ArgumentError(
            f"stacked_conv: kernel_size (={kernel_size!r}) must be odd, so that each layer keeps the size"
        )
    between = out_channels if hidden is None else hidden
    channels = [in_channels, *[between] * (count - 1), out_channels]
    layers: list[Layer] = []
    for before, after in pairwise(channels):
        if layers and activation is not None:
            layers.append(activation)
        layers.append(Conv2d(before, after, kernel_size, padding=kernel_size // 2, bias=bias))
    return Sequential(*layers)


def diagonalwise_refactorization(conv: Conv, groups: int = 1) -> Conv:
    """Return a convolution with fewer groups that can replace a grouped convolution.

    The new convolution has weights that the old one lacks; they must be set to zero. A depthwise convolution,
    for example, becomes `groups` ordinary convolutions whose weights are zero except on the diagonal. The
    output is the same. There are more multiplications, but they form fewer and larger matrix products.

    Args:
        conv: the grouped convolution.
        groups: the new number of groups, a divisor of the number of groups of `conv`.

    Raises:
        ArgumentError: `groups` does not divide the groups of `conv`.

    Source: Qin et al., 2018, Diagonalwise refactorization.

    Example:
        >>> diagonalwise_refactorization(depthwise_conv(32, 3), groups=4)
        Conv2d(32, 32, 3, groups=4)
    """
    if not isinstance(groups, int) or groups < 1 or conv.groups % groups:
        raise ArgumentError(
            f"diagonalwise_refactorization: groups (={groups!r}) must divide the {conv.groups} groups of conv"
        )
    return replace(conv, groups=groups)
