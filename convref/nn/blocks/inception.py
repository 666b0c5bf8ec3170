"""The inception module: parallel convolutions of several kernel sizes and a pool, concatenated."""

from __future__ import annotations

from collections.abc import Callable

from convref.nn import BatchNorm2d, Concat, Conv2d, Layer, MaxPool2d, Sequential
from convref.nn.blocks.conv_norm import RELU

Ints = int | tuple[int, int]


def conv_relu(
    in_channels: int, out_channels: int, kernel_size: int, *, stride: int = 1, padding: int = 0
) -> Layer:
    """Build a convolution with a bias, followed by ReLU.

    Example:
        >>> list(conv_relu(3, 8, 3).parameters())
        ['conv.weight', 'conv.bias']
    """
    return Sequential(conv=Conv2d(in_channels, out_channels, kernel_size, stride, padding), relu=RELU)


def conv_bn_relu(
    in_channels: int, out_channels: int, kernel_size: Ints, *, stride: int = 1, padding: Ints = 0
) -> Layer:
    """Build a convolution without bias, batch normalization with eps 0.001 (as in torchvision), and ReLU.

    Example:
        >>> list(conv_bn_relu(3, 8, (1, 7), padding=(0, 3)).parameters())
        ['conv.weight', 'bn.weight', 'bn.bias']
    """
    return Sequential(
        conv=Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False),
        bn=BatchNorm2d(out_channels, eps=0.001),
        relu=RELU,
    )


def inception_module(
    in_channels: int,
    one: int,
    three: tuple[int | None, int],
    five: tuple[int | None, int],
    pool: int | None,
    *,
    conv: Callable[..., Layer] = conv_relu,
    large_kernel: int = 5,
    ceil_mode: bool = False,
) -> Layer:
    """Build parallel 1 × 1, 3 × 3 and 5 × 5 convolutions and a 3 × 3 pool, concatenated.

    Args:
        in_channels: the channels of the input.
        one: the output channels of the 1 × 1 branch.
        three: for the 3 × 3 branch, a pair: the output channels of the 1 × 1 reduction before it (None for no
            reduction), and of the 3 × 3 convolution.
        five: the same pair for the 5 × 5 branch.
        pool: the output channels of the 1 × 1 projection after the pool; None for no projection, as in the
            paper's naive module.
        conv: the function that builds each convolution with its activation. It is called as
            `conv(in_channels, out_channels, kernel_size)`, or with a further argument `padding`.
        large_kernel: the kernel size of the third branch, 5 in the paper.
        ceil_mode: the argument `ceil_mode` of the pool.

    Source: Szegedy et al., 2014, Going deeper with convolutions, figure 2.

    Example:
        >>> inception_module(192, 64, (96, 128), (16, 32), 32).output_shape((192, 28, 28))
        (256, 28, 28)
        >>> inception_module(192, 64, (None, 128), (None, 32), None).output_shape((192, 28, 28))
        (416, 28, 28)
    """

    def reduced(channels: tuple[int | None, int], kernel: int) -> Layer:
        reduction, out = channels
        before = [] if reduction is None else [conv(in_channels, reduction, 1)]
        last = conv(in_channels if reduction is None else reduction, out, kernel, padding=kernel // 2)
        return Sequential(*before, last)

    pooled = MaxPool2d(3, stride=1, padding=1, ceil_mode=ceil_mode)
    return Concat(
        branch1=conv(in_channels, one, 1),
        branch2=reduced(three, 3),
        branch3=reduced(five, large_kernel),
        branch4=Sequential(pooled, *([] if pool is None else [conv(in_channels, pool, 1)])),
    )
