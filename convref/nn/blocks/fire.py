"""The fire module of SqueezeNet: a 1 × 1 convolution, then parallel 1 × 1 and 3 × 3 convolutions."""

from __future__ import annotations

from convref.nn import Concat, Conv2d, Layer, ReLU, Sequential, inline


def fire(in_channels: int, squeeze: int, expand: int) -> Layer:
    """Build a fire module: `squeeze` channels in the middle, `2 * expand` channels in the output.

    Source: Iandola et al., 2016, SqueezeNet, section 3.2.

    Example:
        >>> fire(96, squeeze=16, expand=64).output_shape((96, 54, 54))
        (128, 54, 54)
    """
    both = Concat(
        one=inline(
            Sequential(expand1x1=Conv2d(squeeze, expand, 1), expand1x1_activation=ReLU()),
        ),
        three=inline(
            Sequential(expand3x3=Conv2d(squeeze, expand, 3, padding=1), expand3x3_activation=ReLU()),
        ),
    )
    return Sequential(squeeze=Conv2d(in_channels, squeeze, 1), squeeze_activation=ReLU(), expand=inline(both))
