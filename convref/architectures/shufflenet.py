"""ShuffleNet: grouped 1 × 1 convolutions with channel shuffle (v1), channel split (v2).

Sources: Zhang, Zhou, Lin and Sun, 2017, ShuffleNet, table 1; Ma, Zhang, Zheng and Sun, 2018, ShuffleNet V2,
table 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from convref.errors import ArgumentError
from convref.nn import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    ChannelShuffle,
    Concat,
    Conv2d,
    Flatten,
    Identity,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    Split,
    Sum,
    inline,
)
from convref.nn.blocks import conv_norm

REPEATS = (4, 8, 4)
V1_CHANNELS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}
"""Output channels of stage 2 by number of groups (v1, table 1); each later stage has twice as many."""


def shufflenet_v1(num_classes: int = 1000, groups: int = 3) -> Layer:
    """Build ShuffleNet v1 with 1, 2, 3, 4 or 8 groups.

    Raises:
        ArgumentError: `groups` is another number, for which the paper has no table of channels.
    """
    if groups not in V1_CHANNELS:
        raise ArgumentError(f"shufflenet_v1: groups (={groups!r}) must be one of {sorted(V1_CHANNELS)}")
    stages, in_channels = {}, 24
    for index, repeats in enumerate(REPEATS):
        out_channels = V1_CHANNELS[groups] * 2**index
        # The first pointwise convolution reads only 24 channels, too few to be grouped (section 3.2).
        first = _unit_v1(in_channels, out_channels, groups, stride=2, first_groups=groups if index else 1)
        units = [_unit_v1(out_channels, out_channels, groups)] * (repeats - 1)
        stages[f"stage{index + 2}"] = Sequential(first, *units)
        in_channels = out_channels
    return Sequential(
        conv1=conv_norm(3, 24, stride=2),
        maxpool=MaxPool2d(3, stride=2, padding=1),
        **stages,
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        fc=Linear(in_channels, num_classes),
    )


def shufflenet_v2_x0_5(num_classes: int = 1000) -> Layer:
    """Build ShuffleNet v2 0.5×, whose stages have 48, 96 and 192 channels."""
    return _v2((24, 48, 96, 192, 1024), num_classes)


def shufflenet_v2_x1_0(num_classes: int = 1000) -> Layer:
    """Build ShuffleNet v2 1×, whose stages have 116, 232 and 464 channels."""
    return _v2((24, 116, 232, 464, 1024), num_classes)


def shufflenet_v2_x1_5(num_classes: int = 1000) -> Layer:
    """Build ShuffleNet v2 1.5×, whose stages have 176, 352 and 704 channels."""
    return _v2((24, 176, 352, 704, 1024), num_classes)


def shufflenet_v2_x2_0(num_classes: int = 1000) -> Layer:
    """Build ShuffleNet v2 2×, whose stages have 244, 488 and 976 channels."""
    return _v2((24, 244, 488, 976, 2048), num_classes)


def _unit_v1(
    in_channels: int, out_channels: int, groups: int, *, stride: int = 1, first_groups: int | None = None
) -> Layer:
    """Return a ShuffleNet v1 unit: a bottleneck of grouped convolutions with a shuffle (figure 2).

    With a stride, the pooled input is not added to the output of the body but concatenated with it, so the
    body has fewer output channels.
    """
    made = out_channels if stride == 1 else out_channels - in_channels
    width = out_channels // 4
    body = Sequential(
        compress=conv_norm(in_channels, width, 1, groups=first_groups or groups),
        shuffle=ChannelShuffle(groups),
        depthwise=conv_norm(width, width, stride=stride, groups=width, activation=None),
        expand=conv_norm(width, made, 1, groups=groups, activation=None),
    )
    shortcut = Identity() if stride == 1 else AvgPool2d(3, stride=2, padding=1)
    join = (Sum if stride == 1 else Concat)(shortcut=shortcut, body=inline(body))
    return Sequential(join=inline(join), relu=ReLU())


def _v2(channels: tuple[int, int, int, int, int], num_classes: int) -> Layer:
    """Build ShuffleNet v2 with the channels of one column of table 5."""
    in_channels, *stage_channels, last = channels
    stem, stages = conv_norm(3, in_channels, stride=2), {}
    for index, (out_channels, repeats) in enumerate(zip(stage_channels, REPEATS, strict=True), 2):
        units = [_unit_v2(out_channels)] * (repeats - 1)
        stages[f"stage{index}"] = Sequential(_down_v2(in_channels, out_channels), *units)
        in_channels = out_channels
    return Sequential(
        conv1=stem,
        maxpool=MaxPool2d(3, stride=2, padding=1),
        **stages,
        conv5=conv_norm(in_channels, last, 1),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        fc=Linear(last, num_classes),
    )


def _unit_v2(channels: int) -> Layer:
    """Return a unit that transforms half of the channels and then shuffles all channels (figure 3c)."""
    half = channels // 2
    join = Split(branch1=Identity(), branch2=Sequential(*_branch_v2(half, half, stride=1)))
    return Sequential(join=inline(join), shuffle=ChannelShuffle(2))


def _down_v2(in_channels: int, out_channels: int) -> Layer:
    """Return a unit that halves the size, with two branches that read all channels (figure 3d)."""
    half = out_channels // 2
    branch1 = Sequential(*_depthwise_v2(in_channels, half, stride=2))
    join = Concat(branch1=branch1, branch2=Sequential(*_branch_v2(in_channels, half, stride=2)))
    return Sequential(join=inline(join), shuffle=ChannelShuffle(2))


def _branch_v2(in_channels: int, out_channels: int, stride: int) -> Iterator[Layer]:
    """Yield a pointwise, a depthwise and a pointwise convolution, with their norms and activations."""
    yield Conv2d(in_channels, out_channels, 1, bias=False)
    yield BatchNorm2d(out_channels)
    yield ReLU()
    yield from _depthwise_v2(out_channels, out_channels, stride)


def _depthwise_v2(in_channels: int, out_channels: int, stride: int) -> Iterator[Layer]:
    """Yield a depthwise convolution without an activation, then a pointwise one with an activation."""
    yield Conv2d(in_channels, in_channels, 3, stride, padding=1, groups=in_channels, bias=False)
    yield BatchNorm2d(in_channels)
    yield Conv2d(in_channels, out_channels, 1, bias=False)
    yield BatchNorm2d(out_channels)
    yield ReLU()
