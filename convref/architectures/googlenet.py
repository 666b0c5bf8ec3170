"""GoogLeNet: modules of parallel convolutions with 1 × 1 reductions, and one fully connected layer.

Source: Szegedy et al., 2014, Going deeper with convolutions, table 1. torchvision's network differs from the
paper's. It has batch normalization instead of biases and local response normalization, a 3 × 3 kernel instead
of the table's 5 × 5, less dropout, and another auxiliary head.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from convref.nn import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Sequential,
    Tap,
    Tapped,
    inline,
)
from convref.nn.blocks.inception import conv_bn_relu, conv_relu, inception_module

Conv = Callable[..., Layer]
"""A function of in_channels, out_channels, kernel_size, … that returns a convolution with its activation."""

MODULES = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}
"""Table 1 by row: input channels, 1 × 1, 3 × 3 reduce, 3 × 3, 5 × 5 reduce, 5 × 5, pool projection."""


def googlenet(num_classes: int = 1000, *, aux: bool = False) -> Layer:
    """Build torchvision's GoogLeNet; `aux` adds the two auxiliary heads, used in training only."""
    module = partial(_module, conv=conv_bn_relu, large_kernel=3, ceil_mode=True)
    features = Sequential(
        conv1=conv_bn_relu(3, 64, 7, stride=2, padding=3),
        maxpool1=MaxPool2d(3, stride=2, ceil_mode=True),
        conv2=conv_bn_relu(64, 64, 1),
        conv3=conv_bn_relu(64, 192, 3, padding=1),
        maxpool2=MaxPool2d(3, stride=2, ceil_mode=True),
        **_stage("3", module),
        maxpool3=MaxPool2d(3, stride=2, ceil_mode=True),
        **_stage("4", module),
        maxpool4=MaxPool2d(2, stride=2, ceil_mode=True),
        **_stage("5", module),
    )
    heads = {
        "aux1": Tap("inception4a", _aux(512, num_classes), when="training"),
        "aux2": Tap("inception4d", _aux(528, num_classes), when="training"),
    }
    return Sequential(
        features=inline(Tapped(inline(features), **heads) if aux else features),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        dropout=Dropout(0.2),
        fc=Linear(1024, num_classes),
    )


def googlenet_paper(num_classes: int = 1000, *, aux: bool = False) -> Layer:
    """Build the GoogLeNet of the paper (table 1); `aux` adds two auxiliary heads, used in training only."""
    module = partial(_module, conv=conv_relu, large_kernel=5, ceil_mode=False)
    features = Sequential(
        conv1=conv_relu(3, 64, 7, stride=2, padding=3),
        maxpool1=MaxPool2d(3, stride=2, ceil_mode=True),
        norm1=LocalResponseNorm(5),
        conv2_reduce=conv_relu(64, 64, 1),
        conv2=conv_relu(64, 192, 3, padding=1),
        norm2=LocalResponseNorm(5),
        maxpool2=MaxPool2d(3, stride=2, ceil_mode=True),
        **_stage("3", module),
        maxpool3=MaxPool2d(3, stride=2, ceil_mode=True),
        **_stage("4", module),
        maxpool4=MaxPool2d(3, stride=2, ceil_mode=True),
        **_stage("5", module),
    )
    heads = {
        "aux1": Tap("inception4a", _aux_paper(512, num_classes), when="training"),
        "aux2": Tap("inception4d", _aux_paper(528, num_classes), when="training"),
    }
    return Sequential(
        features=inline(Tapped(inline(features), **heads) if aux else features),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        dropout=Dropout(0.4),
        linear=Linear(1024, num_classes),
    )


def _stage(number: str, module: Callable[[str], Layer]) -> dict[str, Layer]:
    """Return the modules of stage "3", "4" or "5", as a dict from their names in torchvision."""
    return {f"inception{row}": module(row) for row in MODULES if row.startswith(number)}


def _module(row: str, *, conv: Conv, large_kernel: int, ceil_mode: bool) -> Layer:
    """Return an inception module with the channels in one row of table 1."""
    in_channels, one, reduce3, three, reduce5, five, projection = MODULES[row]
    return inception_module(
        in_channels,
        one,
        (reduce3, three),
        (reduce5, five),
        projection,
        conv=conv,
        large_kernel=large_kernel,
        ceil_mode=ceil_mode,
    )


def _aux(in_channels: int, num_classes: int) -> Layer:
    """Return torchvision's auxiliary head."""
    return Sequential(
        pool=AdaptiveAvgPool2d(4),
        conv=conv_bn_relu(in_channels, 128, 1),
        flatten=Flatten(),
        fc1=Linear(2048, 1024),
        relu=ReLU(),
        dropout=Dropout(0.7),
        fc2=Linear(1024, num_classes),
    )


def _aux_paper(in_channels: int, num_classes: int) -> Layer:
    """Return the auxiliary head of the paper (section 5)."""
    return Sequential(
        pool=AvgPool2d(5, stride=3),
        conv=conv_relu(in_channels, 128, 1),
        flatten=Flatten(),
        fc1=Linear(2048, 1024),
        relu=ReLU(),
        dropout=Dropout(0.7),
        fc2=Linear(1024, num_classes),
    )
