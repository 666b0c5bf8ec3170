"""DeepLabv3: a segmentation network with a dilated backbone and parallel dilated convolutions in the head.

Source: Chen, Papandreou, Schroff and Adam, 2017, Rethinking atrous convolution for semantic image
segmentation; the head and the auxiliary head are torchvision's.
"""

from __future__ import annotations

from convref.architectures.fcn import VOC_CLASSES
from convref.architectures.parts import dense_output
from convref.nn import BatchNorm2d, Conv2d, Layer, ReLU, Sequential
from convref.nn.blocks import aspp


def deeplabv3_resnet50(num_classes: int = VOC_CLASSES, *, aux: bool = True) -> Layer:
    """Build DeepLabv3: a dilated ResNet-50, and the ASPP head, whose scores are resized to the input size.

    If `aux` is True, there is also an auxiliary head on the output of the third stage.
    """
    classifier = Sequential(
        aspp(2048, 256),
        Conv2d(256, 256, 3, padding=1, bias=False),
        BatchNorm2d(256),
        ReLU(),
        Conv2d(256, num_classes, 1),
    )
    return dense_output(classifier, num_classes, aux=aux)
