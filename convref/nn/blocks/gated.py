"""Gated convolutions: a convolution for features, and one for their gates, which are factors from 0 to 1."""

from __future__ import annotations

from convref.nn import ELU, GLU, Conv1d, Conv2d, Layer, Product, Sequential, Sigmoid, ZeroPad1d
from convref.nn.conv import Ints

ACTIVATION = ELU()


def gated_conv1d(in_channels: int, out_channels: int, kernel_size: int, dilation: int = 1) -> Layer:
    """Build a causal convolution with a gated linear unit; no output reads later positions than its own.

    The convolution has `2 * out_channels` output channels. The first half are values, the second half gates:
    each value is multiplied by the sigmoid of its gate.

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
    """Build two parallel convolutions, for features and gates; features are multiplied by sigmoid(gates).

    Args:
        in_channels: the channels of the input.
        out_channels: the channels of the output.
        kernel_size: the kernel size of both convolutions.
        stride: the stride of both convolutions.
        padding: the padding of both convolutions.
        dilation: the dilation of both convolutions.
        activation: the activation of the features; None for no activation.

    Shapes: those of `Conv2d`.

    Source: Yu et al., 2018, Free-form image inpainting with gated convolution, section 3.1.

    Example:
        >>> list(gated_conv2d(4, 32, 5, padding=2).parameters())
        ['feature.conv.weight', 'feature.conv.bias', 'gate.conv.weight', 'gate.conv.bias']
    """
    conv = Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation)
    shaped = {"activation": activation} if activation is not None else {}
    return Product(feature=Sequential(conv=conv, **shaped), gate=Sequential(conv=conv, sigmoid=Sigmoid()))
