"""AlexNet: the original network of 2012 with two groups, and the single-tower variant of torchvision.

Sources: Krizhevsky, Sutskever and Hinton, 2012, ImageNet classification with deep convolutional neural
networks; Krizhevsky, 2014, One weird trick for parallelizing convolutional neural networks (one tower).
"""

from __future__ import annotations

from convref.nn import (
    AdaptiveAvgPool2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Sequential,
)


def alexnet(num_classes: int = 1000) -> Layer:
    """Build torchvision's AlexNet: a single tower, without groups or local response normalization."""
    return Sequential(
        features=Sequential(
            Conv2d(3, 64, 11, stride=4, padding=2),
            ReLU(),
            MaxPool2d(3, stride=2),
            Conv2d(64, 192, 5, padding=2),
            ReLU(),
            MaxPool2d(3, stride=2),
            Conv2d(192, 384, 3, padding=1),
            ReLU(),
            Conv2d(384, 256, 3, padding=1),
            ReLU(),
            Conv2d(256, 256, 3, padding=1),
            ReLU(),
            MaxPool2d(3, stride=2),
        ),
        avgpool=AdaptiveAvgPool2d((6, 6)),
        flatten=Flatten(),
        classifier=Sequential(
            Dropout(),
            Linear(256 * 6 * 6, 4096),
            ReLU(),
            Dropout(),
            Linear(4096, 4096),
            ReLU(),
            Linear(4096, num_classes),
        ),
    )


def alexnet_original(num_classes: int = 1000) -> Layer:
    """Build the AlexNet of the paper (figure 2): two groups, local response normalization, 227 × 227 images.

    The paper says 224 × 224, but its 55 × 55 feature maps without padding need images of 227 × 227.
    """
    return Sequential(
        conv1=Conv2d(3, 96, 11, stride=4),
        relu1=ReLU(),
        norm1=_norm(),
        pool1=MaxPool2d(3, stride=2),
        conv2=Conv2d(96, 256, 5, padding=2, groups=2),  # one group per GPU
        relu2=ReLU(),
        norm2=_norm(),
        pool2=MaxPool2d(3, stride=2),
        conv3=Conv2d(256, 384, 3, padding=1),
        relu3=ReLU(),
        conv4=Conv2d(384, 384, 3, padding=1, groups=2),
        relu4=ReLU(),
        conv5=Conv2d(384, 256, 3, padding=1, groups=2),
        relu5=ReLU(),
        pool5=MaxPool2d(3, stride=2),
        flatten=Flatten(),
        fc6=Linear(256 * 6 * 6, 4096),
        relu6=ReLU(),
        drop6=Dropout(),
        fc7=Linear(4096, 4096),
        relu7=ReLU(),
        drop7=Dropout(),
        fc8=Linear(4096, num_classes),
    )


def _norm() -> Layer:
    """Return the paper's local response normalization (section 3.3)."""
    # In the paper alpha multiplies the sum of the squares, in torch their mean over `size` channels.
    size, paper_alpha = 5, 1e-4
    return LocalResponseNorm(size, alpha=size * paper_alpha, beta=0.75, k=2.0)
