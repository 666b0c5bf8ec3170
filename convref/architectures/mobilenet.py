"""MobileNet: depthwise separable convolutions (v1), inverted residuals (v2), architecture search (v3).

Sources: Howard et al., 2017, MobileNets, table 1; Sandler et al., 2018, MobileNetV2, table 2; Howard et al.,
2019, Searching for MobileNetV3, tables 1 and 2. The networks accept images of any resolution.
"""

from __future__ import annotations

from collections.abc import Iterator

from convref.architectures.parts import divisible
from convref.nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Hardsigmoid,
    Hardswish,
    Identity,
    Layer,
    Linear,
    ReLU,
    ReLU6,
    Sequential,
    Sum,
    inline,
)
from convref.nn.blocks import conv_norm, squeeze_excitation

V1 = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
"""Output channels and stride of each separable convolution (v1, table 1)."""

V2 = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, output channels, repeats and first stride of each row (v2, table 2)."""

RE, HS = ReLU(), Hardswish()

V3_SMALL = (
    (3, 16, 16, True, RE, 2),
    (3, 72, 24, False, RE, 2),
    (3, 88, 24, False, RE, 1),
    (5, 96, 40, True, HS, 2),
    (5, 240, 40, True, HS, 1),
    (5, 240, 40, True, HS, 1),
    (5, 120, 48, True, HS, 1),
    (5, 144, 48, True, HS, 1),
    (5, 288, 96, True, HS, 2),
    (5, 576, 96, True, HS, 1),
    (5, 576, 96, True, HS, 1),
)
V3_LARGE = (
    (3, 16, 16, False, RE, 1),
    (3, 64, 24, False, RE, 2),
    (3, 72, 24, False, RE, 1),
    (5, 72, 40, True, RE, 2),
    (5, 120, 40, True, RE, 1),
    (5, 120, 40, True, RE, 1),
    (3, 240, 80, False, HS, 2),
    (3, 200, 80, False, HS, 1),
    (3, 184, 80, False, HS, 1),
    (3, 184, 80, False, HS, 1),
    (3, 480, 112, True, HS, 1),
    (3, 672, 112, True, HS, 1),
    (5, 672, 160, True, HS, 2),
    (5, 960, 160, True, HS, 1),
    (5, 960, 160, True, HS, 1),
)
"""Kernel size, expanded channels, output channels, squeeze-and-excitation, activation and stride by row (v3,
tables 2 and 1)."""

Row = tuple[int, int, int, bool, Layer, int]


def mobilenet_v1(num_classes: int = 1000, width_mult: float = 1.0, *, separable: bool = True) -> Layer:
    """Build MobileNet v1; with `separable=False`, ordinary convolutions replace separable ones (table 4)."""

    def width(channels: int) -> int:
        return int(channels * width_mult)

    in_channels = width(32)
    features = [conv_norm(3, in_channels, stride=2)]
    for out_channels, stride in V1:
        if separable:
            depthwise = conv_norm(in_channels, in_channels, stride=stride, groups=in_channels)
            features.append(Sequential(depthwise, conv_norm(in_channels, width(out_channels), 1)))
        else:
            features.append(conv_norm(in_channels, width(out_channels), stride=stride))
        in_channels = width(out_channels)
    return Sequential(
        features=Sequential(*features),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        classifier=Linear(in_channels, num_classes),
    )


def mobilenet_v2(num_classes: int = 1000, width_mult: float = 1.0) -> Layer:
    """Build MobileNet v2; `width_mult` scales the number of channels of its layers."""
    in_channels = divisible(32 * width_mult)
    last = divisible(1280 * max(1.0, width_mult))
    features = [conv_norm(3, in_channels, stride=2, activation=ReLU6())]
    for expansion, channels, repeats, first_stride in V2:
        for index in range(repeats):
            out_channels, stride = divisible(channels * width_mult), first_stride if index == 0 else 1
            features.append(_inverted_residual(in_channels, out_channels, stride, expansion))
            in_channels = out_channels
    features.append(conv_norm(in_channels, last, 1, activation=ReLU6()))
    return Sequential(
        features=Sequential(*features),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        classifier=Sequential(Dropout(0.2), Linear(last, num_classes)),
    )


def mobilenet_v3_small(num_classes: int = 1000, width_mult: float = 1.0) -> Layer:
    """Build MobileNet v3 small; `width_mult` scales the number of channels of its layers."""
    return _v3(V3_SMALL, 1024, num_classes, width_mult)


def mobilenet_v3_large(num_classes: int = 1000, width_mult: float = 1.0) -> Layer:
    """Build MobileNet v3 large; `width_mult` scales the number of channels of its layers."""
    return _v3(V3_LARGE, 1280, num_classes, width_mult)


def _inverted_residual(in_channels: int, out_channels: int, stride: int, expansion: int) -> Layer:
    """Return an inverted residual block (v2, table 1): expansion, depthwise convolution, linear projection.

    The block has a shortcut if its input and output have the same shape.
    """
    hidden = in_channels * expansion
    widen = [conv_norm(in_channels, hidden, 1, activation=ReLU6())] if expansion != 1 else []
    conv = Sequential(
        *widen,
        conv_norm(hidden, hidden, stride=stride, groups=hidden, activation=ReLU6()),
        Conv2d(hidden, out_channels, 1, bias=False),
        BatchNorm2d(out_channels),
    )
    if stride == 1 and in_channels == out_channels:
        return Sum(conv=conv, shortcut=inline(Identity()))
    return Sequential(conv=conv)


def _v3(rows: tuple[Row, ...], last: int, num_classes: int, width_mult: float) -> Layer:
    """Build MobileNet v3 from the rows of its table; `last` is the width of the last hidden layer."""
    in_channels = divisible(16 * width_mult)
    features = [_conv_v3(3, in_channels, 3, stride=2, activation=HS)]
    for kernel_size, expanded, channels, attention, activation, stride in rows:
        out_channels = divisible(channels * width_mult)
        body = Sequential(
            *_bottleneck_v3(
                (in_channels, divisible(expanded * width_mult), out_channels),
                kernel_size,
                stride,
                activation,
                attention=attention,
            )
        )
        if stride == 1 and in_channels == out_channels:
            features.append(Sum(block=body, shortcut=inline(Identity())))
        else:
            features.append(Sequential(block=body))
        in_channels = out_channels
    features.append(_conv_v3(in_channels, 6 * in_channels, 1, activation=HS))
    wide = divisible(last * width_mult)
    return Sequential(
        features=Sequential(*features),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        classifier=Sequential(
            Linear(6 * in_channels, wide), Hardswish(), Dropout(0.2), Linear(wide, num_classes)
        ),
    )


def _bottleneck_v3(
    channels: tuple[int, int, int], kernel_size: int, stride: int, activation: Layer, *, attention: bool
) -> Iterator[Layer]:
    """Yield the layers of a v3 block; `channels` are its (input, expanded, output) channels."""
    in_channels, expanded, out_channels = channels
    if expanded != in_channels:
        yield _conv_v3(in_channels, expanded, 1, activation=activation)
    yield _conv_v3(expanded, expanded, kernel_size, stride, groups=expanded, activation=activation)
    if attention:
        yield squeeze_excitation(expanded, divisible(expanded // 4), gate=Hardsigmoid())
    yield _conv_v3(expanded, out_channels, 1, activation=None)


def _conv_v3(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    stride: int = 1,
    *,
    groups: int = 1,
    activation: Layer | None,
) -> Layer:
    """Return a convolution and a batch normalization with the eps and momentum of TensorFlow."""
    norm = BatchNorm2d(out_channels, eps=0.001, momentum=0.01)
    return conv_norm(
        in_channels, out_channels, kernel_size, stride, groups=groups, norm=norm, activation=activation
    )
