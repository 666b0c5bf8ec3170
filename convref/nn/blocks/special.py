"""Named special cases of convolutions: ordinary convolutions with some arguments fixed.

An argument `rank` is the number of spatial axes: 1, 2 or 3.
"""

from __future__ import annotations

from convref.errors import ArgumentError
from convref.nn import Conv1d, Conv2d, Conv3d, Flatten, Layer, Permute, Sequential, Unflatten
from convref.nn.conv import Ints, Padding

Conv = Conv1d | Conv2d | Conv3d

CONVOLUTIONS: dict[int, type[Conv]] = {1: Conv1d, 2: Conv2d, 3: Conv3d}


def convolution(rank: int) -> type[Conv]:
    """Return the convolution class for `rank` spatial axes: `Conv1d`, `Conv2d` or `Conv3d`.

    Raises:
        ArgumentError: `rank` is not 1, 2 or 3.

    Example:
        >>> convolution(2)
        <class 'convref.nn.conv.Conv2d'>
    """
    if rank not in CONVOLUTIONS:
        raise ArgumentError(f"rank (={rank!r}) must be 1, 2 or 3, the number of spatial axes")
    return CONVOLUTIONS[rank]


def pointwise_conv(in_channels: int, out_channels: int, *, bias: bool = True, rank: int = 2) -> Conv:
    """Build a convolution with kernel size 1, which mixes the channels at each position separately.

    Source: Lin, Chen and Yan, 2013, Network in network.

    Example:
        >>> pointwise_conv(64, 256).parameters()["weight"]
        (256, 64, 1, 1)
    """
    return convolution(rank)(in_channels, out_channels, 1, bias=bias)


def pointwise_group_conv(
    in_channels: int, out_channels: int, groups: int, *, bias: bool = True, rank: int = 2
) -> Conv:
    """Build a grouped convolution with kernel size 1, which mixes only the channels within each group.

    Source: Zhang, Zhou, Lin and Sun, 2017, ShuffleNet, section 3.1.

    Example:
        >>> pointwise_group_conv(240, 60, groups=3).parameters()["weight"]
        (60, 80, 1, 1)
    """
    return convolution(rank)(in_channels, out_channels, 1, groups=groups, bias=bias)


def group_conv(
    in_channels: int,
    out_channels: int,
    kernel_size: Ints,
    groups: int,
    *,
    stride: Ints = 1,
    padding: Ints = 0,
    bias: bool = True,
    shared: bool = False,
) -> Layer:
    """Build a 2-D grouped convolution.

    Args:
        in_channels: the input channels of all groups together.
        out_channels: the output channels of all groups together.
        kernel_size: the kernel size of the convolution.
        groups: the number of groups.
        stride: the stride of the convolution.
        padding: the padding of the convolution.
        bias: whether the convolution has a bias.
        shared: whether all groups use the same kernels and biases.

    Source: Krizhevsky, Sutskever and Hinton, 2012, ImageNet classification, section 3.2.

    Example:
        >>> from convref.nn.base import numel
        >>> own, one = (group_conv(64, 32, 3, groups=4, shared=shared) for shared in (False, True))
        >>> sum(map(numel, own.parameters().values())), sum(map(numel, one.parameters().values()))
        (4640, 1160)
    """
    whole = Conv2d(in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias=bias)
    if not shared:
        return whole
    window = whole.window()
    in_group, out_group = in_channels // groups, out_channels // groups
    conv = Conv3d(
        in_group,
        out_group,
        (1, *window.kernel),
        (1, *map(int, window.stride)),
        (0, *window.padding),
        bias=bias,
    )
    # The groups become a third spatial axis, along which the kernel has size 1.
    swap = Permute((0, 2, 1, 3, 4))
    return Sequential(
        split=Unflatten(1, (groups, in_group)), inward=swap, conv=conv, outward=swap, join=Flatten(1, 2)
    )


def depthwise_conv(
    channels: int,
    kernel_size: Ints,
    stride: Ints = 1,
    padding: Padding = 0,
    dilation: Ints = 1,
    *,
    multiplier: int = 1,
    bias: bool = True,
    rank: int = 2,
) -> Conv:
    """Build a depthwise convolution, which filters each channel separately with `multiplier` kernels.

    Source: Sifre, 2014, Rigid-motion scattering for image classification; Chollet, 2016, Xception.

    Example:
        >>> depthwise_conv(32, 3, multiplier=2).parameters()
        {'weight': (64, 1, 3, 3), 'bias': (64,)}
    """
    return convolution(rank)(
        channels, channels * multiplier, kernel_size, stride, padding, dilation, groups=channels, bias=bias
    )


def dilated_conv(
    in_channels: int,
    out_channels: int,
    kernel_size: Ints = 3,
    dilation: Ints = 2,
    *,
    bias: bool = True,
    rank: int = 2,
) -> Conv:
    """Build a convolution whose kernel positions are `dilation` elements apart, padded to keep the size.

    Source: Yu and Koltun, 2015, Multi-scale context aggregation by dilated convolutions.

    Example:
        >>> dilated_conv(8, 8, dilation=4).window().extent
        (9, 9)
    """
    return convolution(rank)(
        in_channels, out_channels, kernel_size, padding="same", dilation=dilation, bias=bias
    )


def global_conv(in_channels: int, out_channels: int, size: Ints, *, bias: bool = True, rank: int = 2) -> Conv:
    """Build a convolution whose kernel covers the whole feature map, so that it is a fully connected layer.

    Args:
        in_channels: the channels of the feature map.
        out_channels: the channels of the output, whose spatial size is 1.
        size: the size of the feature map.
        bias: whether there is a bias.
        rank: the number of spatial axes.

    Source: LeCun et al., 1998, Gradient-based learning applied to document recognition (C5 of LeNet-5).

    Example:
        >>> global_conv(16, 120, 5).output_shape((16, 5, 5))
        (120, 1, 1)
    """
    return convolution(rank)(in_channels, out_channels, size, bias=bias)


def global_depthwise_conv(channels: int, size: Ints, *, bias: bool = True, rank: int = 2) -> Conv:
    """Build a depthwise convolution whose kernel covers the whole feature map: a weighted sum per channel.

    Source: Chen, Liu, Gao and Han, 2018, MobileFaceNets, section 3.2.

    Example:
        >>> global_depthwise_conv(512, 7).output_shape((512, 7, 7))
        (512, 1, 1)
    """
    return depthwise_conv(channels, size, bias=bias, rank=rank)
