"""DenseNet: every layer of a block sees the outputs of all layers before it.

Source: Huang, Liu, van der Maaten and Weinberger, 2016, Densely connected convolutional networks, table 1.
"""

from __future__ import annotations

from convref.nn import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Flatten,
    Identity,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    inline,
)


def densenet121(num_classes: int = 1000, growth_rate: int = 32) -> Layer:
    """DenseNet-121."""
    return _densenet((6, 12, 24, 16), growth_rate, num_classes)


def densenet161(num_classes: int = 1000, growth_rate: int = 48) -> Layer:
    """DenseNet-161, the wide one: by default 48 channels a layer."""
    return _densenet((6, 12, 36, 24), growth_rate, num_classes)


def densenet169(num_classes: int = 1000, growth_rate: int = 32) -> Layer:
    """DenseNet-169."""
    return _densenet((6, 12, 32, 32), growth_rate, num_classes)


def densenet201(num_classes: int = 1000, growth_rate: int = 32) -> Layer:
    """DenseNet-201."""
    return _densenet((6, 12, 48, 32), growth_rate, num_classes)


def _densenet(counts: tuple[int, ...], growth_rate: int, num_classes: int) -> Layer:
    channels = 2 * growth_rate
    features: dict[str, Layer] = {
        "conv0": Conv2d(3, channels, 7, stride=2, padding=3, bias=False),
        "norm0": BatchNorm2d(channels),
        "relu0": ReLU(),
        "pool0": MaxPool2d(3, stride=2, padding=1),
    }
    for index, count in enumerate(counts, 1):
        features[f"denseblock{index}"] = _block(channels, growth_rate, count)
        channels += count * growth_rate
        if index < len(counts):
            features[f"transition{index}"] = _transition(channels)
            channels //= 2
    features["norm5"] = BatchNorm2d(channels)
    return Sequential(
        features=Sequential(**features),
        relu=ReLU(),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        classifier=Linear(channels, num_classes),
    )


def _block(in_channels: int, growth_rate: int, count: int) -> Layer:
    return Sequential(
        **{
            f"denselayer{index + 1}": _layer(in_channels + index * growth_rate, growth_rate)
            for index in range(count)
        }
    )


def _layer(in_channels: int, growth_rate: int, bottleneck: int = 4) -> Layer:
    """What comes in, and `growth_rate` new channels beside it, made through 1 × 1 and 3 × 3 (DenseNet-B)."""
    width = bottleneck * growth_rate
    new = Sequential(
        norm1=BatchNorm2d(in_channels),
        relu1=ReLU(),
        conv1=Conv2d(in_channels, width, 1, bias=False),
        norm2=BatchNorm2d(width),
        relu2=ReLU(),
        conv2=Conv2d(width, growth_rate, 3, padding=1, bias=False),
    )
    return Concat(before=inline(Identity()), new=inline(new))


def _transition(in_channels: int) -> Layer:
    """Half the channels and half the size (DenseNet-C)."""
    return Sequential(
        norm=BatchNorm2d(in_channels),
        relu=ReLU(),
        conv=Conv2d(in_channels, in_channels // 2, 1, bias=False),
        pool=AvgPool2d(2),
    )
