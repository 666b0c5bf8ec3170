"""Xception: residual blocks of depthwise separable convolutions, the extreme form of an inception module.

Source: Chollet, 2016, Xception: deep learning with depthwise separable convolutions, figure 5. The padding is
that of the author's published implementation, which has none in the first two convolutions.
"""

from __future__ import annotations

from collections.abc import Iterator

from convref.nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Identity,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    Sum,
)
from convref.nn.blocks import conv_norm


def xception(num_classes: int = 1000, middle_modules: int = 8) -> Layer:
    """Build Xception for images of 299 × 299: entry flow, middle flow and exit flow."""
    return Sequential(
        entry=Sequential(
            conv_norm(3, 32, stride=2, padding=0),
            conv_norm(32, 64, padding=0),
            _down(64, (128, 128), first_relu=False),
            _down(128, (256, 256)),
            _down(256, (728, 728)),
        ),
        middle=Sequential(*[_middle(728)] * middle_modules),
        exit=Sequential(
            _down(728, (728, 1024)),
            Sequential(*_separable(1024, 1536), ReLU()),
            Sequential(*_separable(1536, 2048), ReLU()),
        ),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        fc=Linear(2048, num_classes),
    )


def _down(in_channels: int, channels: tuple[int, int], *, first_relu: bool = True) -> Layer:
    """Return a block that halves the size: two separable convolutions, a pool, and a strided shortcut."""
    first, second = channels
    body = Sequential(
        *([ReLU()] if first_relu else []),
        *_separable(in_channels, first),
        ReLU(),
        *_separable(first, second),
        MaxPool2d(3, stride=2, padding=1),
    )
    return Sum(body=body, shortcut=conv_norm(in_channels, second, 1, stride=2, activation=None))


def _middle(channels: int) -> Layer:
    """Return a block of three separable convolutions with an identity shortcut."""
    layers = [layer for _ in range(3) for layer in (ReLU(), *_separable(channels, channels))]
    return Sum(body=Sequential(*layers), shortcut=Identity())


def _separable(in_channels: int, out_channels: int) -> Iterator[Layer]:
    """Yield a depthwise convolution, a pointwise convolution and a norm, without activations."""
    yield Conv2d(in_channels, in_channels, 3, padding=1, groups=in_channels, bias=False)
    yield Conv2d(in_channels, out_channels, 1, bias=False)
    yield BatchNorm2d(out_channels)
