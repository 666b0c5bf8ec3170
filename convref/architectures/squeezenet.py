"""SqueezeNet: a sequence of fire modules, each a 1 × 1 squeeze and parallel 1 × 1 and 3 × 3 expansions.

Source: Iandola et al., 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters, table 1; version
1.1 is from the authors' later release.
"""

from __future__ import annotations

from convref.nn import AdaptiveAvgPool2d, Conv2d, Dropout, Flatten, Layer, MaxPool2d, ReLU, Sequential
from convref.nn.blocks import fire


def squeezenet1_0(num_classes: int = 1000) -> Layer:
    """Build SqueezeNet 1.0, the network of the paper."""
    features = Sequential(
        Conv2d(3, 96, 7, stride=2),
        ReLU(),
        _pool(),
        fire(96, 16, 64),
        fire(128, 16, 64),
        fire(128, 32, 128),
        _pool(),
        fire(256, 32, 128),
        fire(256, 48, 192),
        fire(384, 48, 192),
        fire(384, 64, 256),
        _pool(),
        fire(512, 64, 256),
    )
    return _squeezenet(features, num_classes)


def squeezenet1_1(num_classes: int = 1000) -> Layer:
    """Build SqueezeNet 1.1: a smaller first kernel and earlier pools, with less than half the operations."""
    features = Sequential(
        Conv2d(3, 64, 3, stride=2),
        ReLU(),
        _pool(),
        fire(64, 16, 64),
        fire(128, 16, 64),
        _pool(),
        fire(128, 32, 128),
        fire(256, 32, 128),
        _pool(),
        fire(256, 48, 192),
        fire(384, 48, 192),
        fire(384, 64, 256),
        fire(512, 64, 256),
    )
    return _squeezenet(features, num_classes)


def _squeezenet(features: Layer, num_classes: int) -> Layer:
    """Return `features` followed by the classifier: a 1 × 1 convolution and a global average pool."""
    classifier = Sequential(Dropout(), Conv2d(512, num_classes, 1), ReLU(), AdaptiveAvgPool2d(1))
    return Sequential(features=features, classifier=classifier, flatten=Flatten())


def _pool() -> Layer:
    """Return the overlapping max pool of both versions, with ceil_mode as in the original Caffe models."""
    return MaxPool2d(3, stride=2, ceil_mode=True)
