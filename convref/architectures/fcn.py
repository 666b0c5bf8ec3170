"""FCN: a classifier whose layers are converted to convolutions; its coarse maps of scores are upsampled.

Sources: Long, Shelhamer and Darrell, 2014, Fully convolutional networks for semantic segmentation, figure 3;
fcn_resnet50 is torchvision's, with dilation in the backbone and bilinear resizing.
"""

from __future__ import annotations

from convref.architectures.parts import dense_output, fcn_head
from convref.nn import (
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Layer,
    MaxPool2d,
    ReLU,
    Sequential,
    Sum,
    inline,
)

VGG_CHANNELS, VGG_CONVS = (64, 128, 256, 512, 512), (2, 2, 3, 3, 3)
VOC_CLASSES = 21
"""The 20 object classes of Pascal VOC, and the background."""


def fcn32s_vgg16(num_classes: int = VOC_CLASSES) -> Layer:
    """Build FCN-32s: VGG-16 with scores at 1/32 of the input size, upsampled in one step.

    Height and width must be multiples of 32. The paper pads the first convolution by 100 and crops the
    output; here fc6 is padded instead, so that the sizes match.
    """
    return Sequential(
        pool3=_stages(0, 3),
        pool4=_stages(3, 4),
        pool5=_stages(4, 5),
        **_head(num_classes),
        upscore=_enlarge(num_classes, 32),
    )


def fcn8s_vgg16(num_classes: int = VOC_CLASSES) -> Layer:
    """Build FCN-8s: VGG-16 whose scores at 1/32, 1/16 and 1/8 of the input size are upsampled and added.

    Height and width must be multiples of 32.
    """
    deepest = Sequential(pool5=_stages(4, 5), **_head(num_classes), upscore2=_enlarge(num_classes, 2))
    at_pool4 = Sum(score_pool4=Conv2d(512, num_classes, 1), deeper=inline(deepest))
    below = Sequential(pool4=_stages(3, 4), fuse4=inline(at_pool4), upscore_pool4=_enlarge(num_classes, 2))
    at_pool3 = Sum(score_pool3=Conv2d(256, num_classes, 1), deeper=inline(below))
    return Sequential(pool3=_stages(0, 3), fuse3=inline(at_pool3), upscore8=_enlarge(num_classes, 8))


def fcn_resnet50(num_classes: int = VOC_CLASSES, *, aux: bool = True) -> Layer:
    """Build torchvision's FCN: a dilated ResNet-50, and a head whose scores are resized to the input size.

    If `aux` is True, there is also an auxiliary head on the output of the third stage.
    """
    return dense_output(fcn_head(2048, num_classes), num_classes, aux=aux)


def _stages(first: int, last: int) -> Layer:
    """Return the stages `first` to `last` of VGG-16, each followed by its pool."""
    layers: list[Layer] = []
    for index in range(first, last):
        in_channels = VGG_CHANNELS[index - 1] if index else 3
        for _ in range(VGG_CONVS[index]):
            layers += [Conv2d(in_channels, VGG_CHANNELS[index], 3, padding=1), ReLU()]
            in_channels = VGG_CHANNELS[index]
        layers.append(MaxPool2d(2))
    return Sequential(*layers)


def _head(num_classes: int) -> dict[str, Layer]:
    """Return the fully connected layers of VGG-16, converted to convolutions that score every position."""
    return {
        "fc6": Conv2d(512, 4096, 7, padding=3),
        "relu6": ReLU(),
        "drop6": Dropout(),
        "fc7": Conv2d(4096, 4096, 1),
        "relu7": ReLU(),
        "drop7": Dropout(),
        "score": Conv2d(4096, num_classes, 1),
    }


def _enlarge(channels: int, factor: int) -> Layer:
    """Return a transposed convolution whose output has `factor` times the height and width of its input.

    In the paper, its weights are initialized so that it interpolates bilinearly.
    """
    return ConvTranspose2d(channels, channels, 2 * factor, stride=factor, padding=factor // 2, bias=False)
