"""ConvNeXt: a residual network whose blocks, norms and proportions are adopted from vision transformers.

Source: Liu, Mao, Wu, Feichtenhofer, Darrell and Xie, 2022, A ConvNet for the 2020s, table 9.
"""

from __future__ import annotations

from convref.nn import (
    GELU,
    AdaptiveAvgPool2d,
    Conv2d,
    Flatten,
    Identity,
    Layer,
    LayerNorm,
    LayerScale,
    Linear,
    Permute,
    Sequential,
    Sum,
    inline,
)

EPS = 1e-6
"""The layer normalizations' eps, from the authors' implementation."""


def convnext_tiny(num_classes: int = 1000) -> Layer:
    """Build ConvNeXt-T: stages of 3, 3, 9 and 3 blocks with 96, 192, 384 and 768 channels."""
    channels, counts = (96, 192, 384, 768), (3, 3, 9, 3)
    features = [Sequential(Conv2d(3, channels[0], 4, stride=4), _norm2d(channels[0]))]
    for index, (width, count) in enumerate(zip(channels, counts, strict=True)):
        features.append(Sequential(*[_block(width)] * count))
        if index + 1 < len(channels):
            features.append(Sequential(_norm2d(width), Conv2d(width, channels[index + 1], 2, stride=2)))
    return Sequential(
        features=Sequential(*features),
        avgpool=AdaptiveAvgPool2d(1),
        classifier=Sequential(_norm2d(channels[-1]), Flatten(), Linear(channels[-1], num_classes)),
    )


def _block(channels: int) -> Layer:
    """Return the block of figure 4, with a shortcut around it.

    It consists of a depthwise 7 × 7 convolution, an MLP at each position, and a factor per channel.
    """
    block = Sequential(
        Conv2d(channels, channels, 7, padding=3, groups=channels),
        # With the channels last, the norm and the two pointwise convolutions act on the last axis.
        Permute((0, 2, 3, 1)),
        LayerNorm(channels, eps=EPS),
        Linear(channels, 4 * channels),
        GELU(),
        Linear(4 * channels, channels),
        Permute((0, 3, 1, 2)),
    )
    scaled = Sequential(block=block, scale=inline(LayerScale(channels)))
    return Sum(body=inline(scaled), shortcut=inline(Identity()))


def _norm2d(channels: int) -> Layer:
    """Return a layer that normalizes over the channels at each position of a feature map.

    It consists of three layers (a permutation, a norm, a permutation). They are inlined, because the code of
    the authors and of torchvision has one module without submodules.
    """
    return Sequential(
        channels_last=inline(Permute((0, 2, 3, 1))),
        norm=inline(LayerNorm(channels, eps=EPS)),
        channels_first=inline(Permute((0, 3, 1, 2))),
    )
