"""A convolution, its normalization and its activation: the unit of most networks since 2015."""

from __future__ import annotations

from convref.nn import BatchNorm2d, Conv2d, Layer, ReLU, Sequential

RELU = ReLU()


def conv_norm(
    in_channels: int,
    out_channels: int,
    kernel_size: int = 3,
    stride: int = 1,
    *,
    padding: int | None = None,
    dilation: int = 1,
    groups: int = 1,
    norm: Layer | None = None,
    activation: Layer | None = RELU,
) -> Layer:
    """Build a convolution without bias, a normalization and an activation, named 0, 1 and 2.

    Args:
        in_channels: the channels of the input.
        out_channels: the channels of the output.
        kernel_size: the kernel size of the convolution.
        stride: the stride of the convolution.
        dilation: the dilation of the convolution.
        groups: the number of groups of the convolution.
        padding: the padding of the convolution. By default, it keeps the spatial size at stride 1.
        norm: the normalization, by default batch normalization of the `out_channels`.
        activation: the activation; None for no activation, as at the end of a bottleneck.

    Source: Ioffe and Szegedy, 2015, Batch normalization, section 3.2 (why the bias is dropped).

    Example:
        >>> conv_norm(3, 32, stride=2).output_shape((3, 224, 224))
        (32, 112, 112)
    """
    pad = dilation * (kernel_size - 1) // 2 if padding is None else padding
    layers = [
        Conv2d(in_channels, out_channels, kernel_size, stride, pad, dilation, groups, bias=False),
        norm or BatchNorm2d(out_channels),
    ]
    return Sequential(*layers, *([activation] if activation else []))
