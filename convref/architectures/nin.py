"""Network in network: 1 × 1 convolutions after each convolution, and global pooling at the end.

Source: Lin, Chen and Yan, 2013, Network in network.
"""

from __future__ import annotations

from convref.nn import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    MaxPool2d,
    ReLU,
    Sequential,
)


def nin_cifar10(num_classes: int = 10) -> Layer:
    """Build the network in network for 32 × 32 images, with the sizes of the authors' configuration."""
    return Sequential(
        mlpconv1=_mlpconv(3, (192, 160, 96), 5, padding=2),
        pool1=MaxPool2d(3, stride=2, padding=1),
        drop1=Dropout(),
        mlpconv2=_mlpconv(96, (192, 192, 192), 5, padding=2),
        pool2=AvgPool2d(3, stride=2, padding=1),
        drop2=Dropout(),
        mlpconv3=_mlpconv(192, (192, 192, num_classes), 3, padding=1),
        pool3=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
    )


def nin_imagenet(num_classes: int = 1000) -> Layer:
    """Build the network in network for ImageNet, with the sizes of the authors' configuration."""
    return Sequential(
        mlpconv1=_mlpconv(3, (96, 96, 96), 11, stride=4),
        pool1=MaxPool2d(3, stride=2, ceil_mode=True),
        mlpconv2=_mlpconv(96, (256, 256, 256), 5, padding=2),
        pool2=MaxPool2d(3, stride=2, ceil_mode=True),
        mlpconv3=_mlpconv(256, (384, 384, 384), 3, padding=1),
        pool3=MaxPool2d(3, stride=2, ceil_mode=True),
        drop3=Dropout(),
        mlpconv4=_mlpconv(384, (1024, 1024, num_classes), 3, padding=1),
        pool4=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
    )


def _mlpconv(
    in_channels: int, channels: tuple[int, int, int], kernel_size: int, *, stride: int = 1, padding: int = 0
) -> Layer:
    """Return a convolution and two 1 × 1 convolutions with ReLU: a small MLP at every position (figure 1)."""
    first, second, third = channels
    return Sequential(
        conv=Conv2d(in_channels, first, kernel_size, stride, padding),
        relu=ReLU(),
        cccp1=Conv2d(first, second, 1),
        relu1=ReLU(),
        cccp2=Conv2d(second, third, 1),
        relu2=ReLU(),
    )
