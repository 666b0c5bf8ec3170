"""Gated convolutions: one convolution makes the values, another says how much of each passes."""

from __future__ import annotations

from convref.nn import ELU, GLU, Conv1d, Conv2d, Layer, Product, Sequential, Sigmoid, ZeroPad1d
from convref.nn.conv import Ints

ACTIVATION = ELU()


def gated_conv1d(in_channels: int, out_channels: int, kernel_size: int, dilation: int = 1) -> Layer:
    """Causal convolution with a gated linear unit: what comes out sees its place and those before it.

    The first half of the convolution's `2 * out_channels` are values, the second gates.

    Shapes: (C_in, L) -> (C_out, L).

    Source: Dauphin, Fan, Auli and Grangier, 2016, Language modeling with gated convolutional networks.

    Example:
        >>> gated_conv1d(128, 256, kernel_size=4).output_shape((128, 50))
        (256, 50)
    """
    return Sequential(
        pad=ZeroPad1d((dilation * (kernel_size - 1), 0)),
        conv=Conv1d(in_channels, 2 * out_channels, kernel_size, dilation=dilation),
        glu=GLU(dim=1),
    )


def gated_conv2d(
    in_channels: int,
    out_channels: int,
    kernel_size: Ints,
    stride: Ints = 1,
    padding: Ints = 0,
    *,
    dilation: Ints = 1,
    activation: Layer | None = ACTIVATION,
) -> Layer:
    """Soft gating: features times a sigmoid for each place and channel, which learns where input is valid.

    Args:
        in_channels: of both convolutions, as the arguments up to `dilation`.
        out_channels: likewise.
        kernel_size: likewise.
        stride: likewise.
        padding: likewise.
        dilation: likewise.
        activation: of the features; None for none.

    Shapes: as `Conv2d`.

    Source: Yu et al., 2018, Free-form image inpainting with gated convolution, section 3.1.

    Example:
        >>> list(gated_conv2d(4, 32, 5, padding=2).parameters())
        ['feature.conv.weight', 'feature.conv.bias', 'gate.conv.weight', 'gate.conv.bias']
    """
    conv = Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation)
    shaped = {"activation": activation} if activation is not None else {}
    return Product(feature=Sequential(conv=conv, **shaped), gate=Sequential(conv=conv, sigmoid=Sigmoid()))
