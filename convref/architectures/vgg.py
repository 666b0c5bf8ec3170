"""VGG: stacks of 3 × 3 convolutions, in four configurations.

Source: Simonyan and Zisserman, 2014, Very deep convolutional networks for large-scale image recognition,
table 1 (configurations A, B, D and E); with batch normalization, as in torchvision.
"""

from __future__ import annotations

from collections.abc import Iterator

from convref.nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
)

STAGE_CHANNELS = (64, 128, 256, 512, 512)


def vgg11(num_classes: int = 1000) -> Layer:
    """Build VGG-11, configuration A: one or two convolutions per stage."""
    return _vgg((1, 1, 2, 2, 2), num_classes)


def vgg13(num_classes: int = 1000) -> Layer:
    """Build VGG-13, configuration B: two convolutions per stage."""
    return _vgg((2, 2, 2, 2, 2), num_classes)


def vgg16(num_classes: int = 1000) -> Layer:
    """Build VGG-16, configuration D: two convolutions per stage at first, then three."""
    return _vgg((2, 2, 3, 3, 3), num_classes)


def vgg19(num_classes: int = 1000) -> Layer:
    """Build VGG-19, configuration E: two convolutions per stage at first, then four."""
    return _vgg((2, 2, 4, 4, 4), num_classes)


def vgg11_bn(num_classes: int = 1000) -> Layer:
    """Build VGG-11 with batch normalization after every convolution."""
    return _vgg((1, 1, 2, 2, 2), num_classes, batch_norm=True)


def vgg13_bn(num_classes: int = 1000) -> Layer:
    """Build VGG-13 with batch normalization after every convolution."""
    return _vgg((2, 2, 2, 2, 2), num_classes, batch_norm=True)


def vgg16_bn(num_classes: int = 1000) -> Layer:
    """Build VGG-16 with batch normalization after every convolution."""
    return _vgg((2, 2, 3, 3, 3), num_classes, batch_norm=True)


def vgg19_bn(num_classes: int = 1000) -> Layer:
    """Build VGG-19 with batch normalization after every convolution."""
    return _vgg((2, 2, 4, 4, 4), num_classes, batch_norm=True)


def _vgg(convs_per_stage: tuple[int, ...], num_classes: int, *, batch_norm: bool = False) -> Layer:
    """Build a VGG network with the given number of convolutions per stage."""
    return Sequential(
        features=Sequential(*_features(convs_per_stage, batch_norm=batch_norm)),
        avgpool=AdaptiveAvgPool2d((7, 7)),
        flatten=Flatten(),
        classifier=Sequential(
            Linear(512 * 7 * 7, 4096),
            ReLU(),
            Dropout(),
            Linear(4096, 4096),
            ReLU(),
            Dropout(),
            Linear(4096, num_classes),
        ),
    )


def _features(convs_per_stage: tuple[int, ...], *, batch_norm: bool) -> Iterator[Layer]:
    """Yield the layers of the convolutional part in order; torchvision names each by its index."""
    in_channels = 3
    for count, out_channels in zip(convs_per_stage, STAGE_CHANNELS, strict=True):
        for _ in range(count):
            yield Conv2d(in_channels, out_channels, 3, padding=1)
            if batch_norm:
                yield BatchNorm2d(out_channels)
            yield ReLU()
            in_channels = out_channels
        yield MaxPool2d(2)
