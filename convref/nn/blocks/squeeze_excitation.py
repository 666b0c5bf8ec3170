"""Squeeze-and-excitation: the channels are scaled by factors that are computed from the channel means."""

from __future__ import annotations

from convref.nn import AdaptiveAvgPool2d, Conv2d, Identity, Layer, Product, ReLU, Sequential, Sigmoid, inline

RELU, SIGMOID = ReLU(), Sigmoid()


def squeeze_excitation(
    channels: int, squeeze: int, *, activation: Layer = RELU, gate: Layer = SIGMOID
) -> Layer:
    """Build a block that multiplies each channel by a factor computed from the means of all channels.

    Args:
        channels: the channels of the input and the output.
        squeeze: the number of channels between the two 1 × 1 convolutions that compute the factors. These
            convolutions are applied to the channel means, of size 1 × 1, so they equal fully connected
            layers.
        activation: the activation after the first convolution.
        gate: the activation after the second convolution.

    Source: Hu, Shen and Sun, 2017, Squeeze-and-excitation networks, equations 2 to 4.

    Example:
        >>> block = squeeze_excitation(64, squeeze=4)
        >>> block.output_shape((64, 56, 56)), list(block.parameters())
        ((64, 56, 56), ['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias'])
    """
    scale = Sequential(
        avgpool=AdaptiveAvgPool2d(1),
        fc1=Conv2d(channels, squeeze, 1),
        activation=activation,
        fc2=Conv2d(squeeze, channels, 1),
        scale_activation=gate,
    )
    return Product(scale=inline(scale), value=inline(Identity()))
