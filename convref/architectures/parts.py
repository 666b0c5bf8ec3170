"""Parts shared by several network families: residual networks, segmentation heads, channel rounding.

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
"""A function of in_channels, out_channels and stride that returns a residual block."""

BASIC_CHANNELS = (64, 128, 256, 512)
BOTTLENECK_CHANNELS = (256, 512, 1024, 2048)
STRIDES = (1, 2, 2, 2)


def resnet(block: Block, channels: Sequence[int], counts: Sequence[int], num_classes: int = 1000) -> Layer:
    """Build a residual network for images of 224 × 224 (table 1).

    Args:
        block: a function that builds one block from its input channels, output channels and stride.
        channels: the output channels of each stage.
        counts: the number of blocks of each stage.
        num_classes: the number of classes, which is the size of the output.
    """
    layers, in_channels = _stem(), 64
    for index, (out_channels, count, stride) in enumerate(zip(channels, counts, STRIDES, strict=True), 1):
        layers[f"layer{index}"] = _stage(block, in_channels, out_channels, count, stride)
        in_channels = out_channels
    return Chain(
        **layers, avgpool=AdaptiveAvgPool2d(1), flatten=Flatten(), fc=Linear(in_channels, num_classes)
    )


def dilated_resnet50() -> Layer:
    """Build ResNet-50 without its classifier, with dilation instead of the last two strides.

    The output has 1/8 of the input's height and width instead of 1/32. Dilation keeps the receptive field
    large. The first block of a stage has the dilation of the stage before, as in torchvision.
    """
    layers, in_channels = _stem(), 64
    plan = zip(BOTTLENECK_CHANNELS, (3, 4, 6, 3), ((1, 1, 1), (2, 1, 1), (1, 1, 2), (1, 2, 4)), strict=True)
    for index, (out_channels, count, (stride, first_dilation, dilation)) in enumerate(plan, 1):
        first = bottleneck(in_channels, out_channels, stride, dilation=first_dilation)
        others = [bottleneck(out_channels, out_channels, dilation=dilation)] * (count - 1)
        layers[f"layer{index}"] = Chain(first, *others)
        in_channels = out_channels
    return Chain(**layers)


def _stem() -> dict[str, Layer]:
    """Return the layers before the first stage: 64 channels at 1/4 of the image's height and width."""
    return {
        "conv1": Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
        "bn1": BatchNorm2d(64),
        "relu": ReLU(),
        "maxpool": MaxPool2d(3, stride=2, padding=1),
    }


def _stage(block: Block, in_channels: int, out_channels: int, count: int, stride: int) -> Layer:
    """Return a stage of `count` blocks; the first block has the stride."""
    first = block(in_channels, out_channels, stride)
    # Descriptions are immutable, so equal blocks can be one object, which takes a fifth of the time for
    # ResNet-152.
    return Chain(first, *[block(out_channels, out_channels, 1)] * (count - 1))


def dense_output(classifier: Layer, num_classes: int, *, aux: bool) -> Layer:
    """Build a segmentation network: a dilated ResNet-50 and a head; the scores are resized to the input size.

    Args:
        classifier: the head, which reads the 2048 channels of the backbone.
        num_classes: the output channels of the auxiliary head.
        aux: whether to add an auxiliary head on the third stage. As in torchvision, it also runs at
            inference.
    """
    body = Chain(backbone=dilated_resnet50(), classifier=classifier)
    if not aux:
        return ResizeLike(inline(body))
    head = Tap("backbone.layer3", fcn_head(1024, num_classes))
    return ResizeLike(inline(Tapped(inline(body), aux_classifier=head)))


def fcn_head(in_channels: int, num_classes: int) -> Layer:
    """Return a head: a 3 × 3 convolution to a quarter of the channels, then 1 × 1 to the scores."""
    width = in_channels // 4
    return Chain(
        Conv2d(in_channels, width, 3, padding=1, bias=False),
        BatchNorm2d(width),
        ReLU(),
        Dropout(0.1),
        Conv2d(width, num_classes, 1),
    )


def divisible(channels: float, by: int = 8) -> int:
    """Round a number of channels to the nearest multiple of `by`, as MobileNet does.

    If the result would be less than 90% of `channels`, the number is rounded up instead.

    Example:
        >>> divisible(32 * 0.75), divisible(24 * 0.35)
        (24, 8)
    """
    nearest = max(by, int(channels + by / 2) // by * by)
    return nearest + by if nearest < 0.9 * channels else nearest
