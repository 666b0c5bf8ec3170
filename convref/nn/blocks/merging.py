"""Further ways to merge branches, besides `Sum`, `Mean`, `Product` and `Concat`."""

from __future__ import annotations

from collections.abc import Sequence

from convref.errors import ArgumentError
from convref.nn import ChannelShuffle, Concat, Layer, Mean, Scale, Sum, inline
from convref.nn import Sequential as Chain
from convref.nn.blocks.special import pointwise_conv


def weighted_sum(*branches: Layer) -> Layer:
    """Build a sum of n branches, each multiplied by a learnt factor whose initial value is 1 / n.

    Raises:
        ArgumentError: there is no branch.

    Source: Ahmed, Keskar and Socher, 2017, Weighted transformer network for machine translation.

    Example:
        >>> from convref.nn import Identity
        >>> list(weighted_sum(Identity(), Identity()).parameters())
        ['0.scale.weight', '1.scale.weight']
    """
    if not branches:
        raise ArgumentError("weighted_sum: needs at least one branch")
    return Sum(*[Chain(branch=branch, scale=Scale(1 / len(branches))) for branch in branches])


def widened_sum(
    branches: Sequence[Layer], channels: Sequence[int], out_channels: int, *, mean: bool = False
) -> Layer:
    """Build the sum or mean of branches, after 1 × 1 convolutions that make their numbers of channels equal.

    Args:
        branches: the branches, whose outputs have equal spatial sizes.
        channels: the number of output channels of each branch.
        out_channels: the number of channels of the result. A branch that already has this number gets no
            convolution.
        mean: whether to divide the sum by the number of branches.

    Raises:
        ArgumentError: `channels` and `branches` differ in length.

    Source: He et al., 2015, Deep residual learning for image recognition, section 4.1, option B.

    Example:
        >>> from convref.nn import Conv2d, Identity
        >>> widened_sum([Identity(), Conv2d(8, 16, 1)], [8, 16], 16).output_shape((8, 5, 5))
        (16, 5, 5)
    """
    if len(branches) != len(channels):
        raise ArgumentError(
            f"widened_sum: channels (={channels!r}) must have {len(branches)} entries, one for each branch"
        )
    layers = [
        branch if count == out_channels else Chain(branch=branch, widen=pointwise_conv(count, out_channels))
        for branch, count in zip(branches, channels, strict=True)
    ]
    return Mean(*layers) if mean else Sum(*layers)


def shuffled_concat(*branches: Layer) -> Layer:
    """Build a concatenation whose channels are interleaved: one from each branch in turn.

    Shapes: the branches must give equal shapes.

    Source: Ma, Zhang, Zheng and Sun, 2018, ShuffleNet V2, figure 3.

    Example:
        >>> from convref.nn import Identity
        >>> shuffled_concat(Identity(), Identity()).output_shape((8, 5, 5))
        (16, 5, 5)
    """
    return Chain(concat=inline(Concat(*branches)), shuffle=ChannelShuffle(len(branches)))
