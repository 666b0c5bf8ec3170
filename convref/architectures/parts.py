"""What several families share: the frame of residual networks, dense outputs, rounded channels.

Sources: He, Zhang, Ren and Sun, 2015, Deep residual learning for image recognition, table 1; Chen et al.,
2017, Rethinking atrous convolution for semantic image segmentation (dilation in place of stride).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    ResizeLike,
    Tap,
    Tapped,
    inline,
)
from convref.nn import Sequential as Chain
from convref.nn.blocks import bottleneck

Block = Callable[[int, int, int], Layer]
"""in_channels, out_channels, stride -> the block."""

BASIC_CHANNELS = (64, 128, 256, 512)
BOTTLENECK_CHANNELS = (256, 512, 1024, 2048)
STRIDES = (1, 2, 2, 2)


def resnet(block: Block, channels: Sequence[int], counts: Sequence[int], num_classes: int = 1000) -> Layer:
    """A residual network for images of 224 × 224.

    Args:
        block: makes the blocks.
        channels: those of the blocks' outputs, stage by stage.
        counts: the number of blocks, stage by stage.
        num_classes: the size of the output.
    """
    layers, in_channels = _stem(), 64
    for index, (out_channels, count, stride) in enumerate(zip(channels, counts, STRIDES, strict=True), 1):
        layers[f"layer{index}"] = _stage(block, in_channels, out_channels, count, stride)
        in_channels = out_channels
    return Chain(
        **layers, avgpool=AdaptiveAvgPool2d(1), flatten=Flatten(), fc=Linear(in_channels, num_classes)
    )


def dilated_resnet50() -> Layer:
    """ResNet-50 without its classifier, at an eighth of the size: dilation for the last two strides."""
    layers, in_channels = _stem(), 64
    plan = zip(BOTTLENECK_CHANNELS, (3, 4, 6, 3), ((1, 1, 1), (2, 1, 1), (1, 1, 2), (1, 2, 4)), strict=True)
    for index, (out_channels, count, (stride, first_dilation, dilation)) in enumerate(plan, 1):
        first = bottleneck(in_channels, out_channels, stride, dilation=first_dilation)
        others = [bottleneck(out_channels, out_channels, dilation=dilation) for _ in range(count - 1)]
        layers[f"layer{index}"] = Chain(first, *others)
        in_channels = out_channels
    return Chain(**layers)


def _stem() -> dict[str, Layer]:
    """What stands before the first stage: a quarter of the size, 64 channels."""
    return {
        "conv1": Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
        "bn1": BatchNorm2d(64),
        "relu": ReLU(),
        "maxpool": MaxPool2d(3, stride=2, padding=1),
    }


def _stage(block: Block, in_channels: int, out_channels: int, count: int, stride: int) -> Layer:
    """Blocks of equal channels, the first of which has the stride."""
    first = block(in_channels, out_channels, stride)
    return Chain(first, *[block(out_channels, out_channels, 1) for _ in range(count - 1)])


def dense_output(classifier: Layer, num_classes: int, *, aux: bool) -> Layer:
    """A dilated ResNet-50, a classifier of its positions and the result at the input's size.

    Args:
        classifier: takes the 2048 channels of the backbone.
        num_classes: the channels of the auxiliary head.
        aux: whether there is one, on the third stage; it always runs.
    """
    body = Chain(backbone=dilated_resnet50(), classifier=classifier)
    if not aux:
        return ResizeLike(inline(body))
    head = Tap("backbone.layer3", fcn_head(1024, num_classes))
    return ResizeLike(inline(Tapped(inline(body), aux_classifier=head)))


def fcn_head(in_channels: int, num_classes: int) -> Layer:
    """A 3 × 3 convolution to a quarter of the channels, then the scores of every position."""
    width = in_channels // 4
    return Chain(
        Conv2d(in_channels, width, 3, padding=1, bias=False),
        BatchNorm2d(width),
        ReLU(),
        Dropout(0.1),
        Conv2d(width, num_classes, 1),
    )


def divisible(channels: float, by: int = 8) -> int:
    """The nearest multiple of `by`, but not less than nine tenths of `channels`.

    Example:
        >>> divisible(32 * 0.75), divisible(24 * 0.35)
        (24, 8)
    """
    nearest = max(by, int(channels + by / 2) // by * by)
    return nearest + by if nearest < 0.9 * channels else nearest
