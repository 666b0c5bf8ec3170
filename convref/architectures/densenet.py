"""DenseNet: every layer of a block reads the outputs of all earlier layers in the block.

Source: Huang, Liu, van der Maaten and Weinberger, 2016, Densely connected convolutional networks, table 1.
"""

from __future__ import annotations

from convref.nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
)
from convref.nn.blocks import dense_block, dense_transition


def densenet121(num_classes: int = 1000, growth_rate: int = 32) -> Layer:
    """Build DenseNet-121; each layer adds `growth_rate` channels."""
    return _densenet((6, 12, 24, 16), growth_rate, num_classes)


def densenet161(num_classes: int = 1000, growth_rate: int = 48) -> Layer:
    """Build DenseNet-161; each layer adds `growth_rate` channels, by default 48."""
    return _densenet((6, 12, 36, 24), growth_rate, num_classes)


def densenet169(num_classes: int = 1000, growth_rate: int = 32) -> Layer:
    """Build DenseNet-169: a DenseNet-121 with 32 layers in each of the last two blocks."""
    return _densenet((6, 12, 32, 32), growth_rate, num_classes)


def densenet201(num_classes: int = 1000, growth_rate: int = 32) -> Layer:
    """Build DenseNet-201: a DenseNet-121 with 48 and 32 layers in the last two blocks."""
    return _densenet((6, 12, 48, 32), growth_rate, num_classes)


def _densenet(counts: tuple[int, ...], growth_rate: int, num_classes: int) -> Layer:
    """Build a DenseNet; `counts` are the numbers of layers in its four blocks."""
    channels = 2 * growth_rate
    features: dict[str, Layer] = {
        "conv0": Conv2d(3, channels, 7, stride=2, padding=3, bias=False),
        "norm0": BatchNorm2d(channels),
        "relu0": ReLU(),
        "pool0": MaxPool2d(3, stride=2, padding=1),
    }
    for index, count in enumerate(counts, 1):
        features[f"denseblock{index}"] = dense_block(channels, growth_rate, count)
        channels += count * growth_rate
        if index < len(counts):
            features[f"transition{index}"] = dense_transition(channels)
            # The transition halves the channels (compression 0.5 in the paper's "DenseNet-BC").
            channels //= 2
    features["norm5"] = BatchNorm2d(channels)
    return Sequential(
        features=Sequential(**features),
        relu=ReLU(),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        classifier=Linear(channels, num_classes),
    )
