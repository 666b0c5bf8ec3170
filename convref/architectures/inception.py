"""Inception v3: modules of parallel convolutions, whose large kernels are split into smaller ones.

Source: Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, 2015, Rethinking the Inception architecture for computer
vision, table 1. The letters A to E of the modules and the names of layers are torchvision's.
"""

from __future__ import annotations

from convref.nn import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Concat,
    Dropout,
    Flatten,
    Inline,
    Layer,
    Linear,
    MaxPool2d,
    Sequential,
    Tap,
    Tapped,
    inline,
)
from convref.nn.blocks.inception import conv_bn_relu as conv


def inception_v3(num_classes: int = 1000, *, aux: bool = True) -> Layer:
    """Build Inception v3 for 299 × 299 images; `aux` adds the auxiliary head, used in training only."""
    module_160 = _module_c(768, 160)  # equal modules are one object, which takes less time
    trunk = Sequential(
        Conv2d_1a_3x3=conv(3, 32, 3, stride=2),
        Conv2d_2a_3x3=conv(32, 32, 3),
        Conv2d_2b_3x3=conv(32, 64, 3, padding=1),
        maxpool1=MaxPool2d(3, stride=2),
        Conv2d_3b_1x1=conv(64, 80, 1),
        Conv2d_4a_3x3=conv(80, 192, 3),
        maxpool2=MaxPool2d(3, stride=2),
        Mixed_5b=_module_a(192, 32),
        Mixed_5c=_module_a(256, 64),
        Mixed_5d=_module_a(288, 64),
        Mixed_6a=_module_b(288),
        Mixed_6b=_module_c(768, 128),
        Mixed_6c=module_160,
        Mixed_6d=module_160,
        Mixed_6e=_module_c(768, 192),
    )
    head = Tap("Mixed_6e", _aux(768, num_classes), when="training")
    return Sequential(
        trunk=inline(Tapped(inline(trunk), AuxLogits=head) if aux else trunk),
        Mixed_7a=_module_d(768),
        Mixed_7b=_module_e(1280),
        Mixed_7c=_module_e(2048),
        avgpool=AdaptiveAvgPool2d(1),
        dropout=Dropout(),
        flatten=Flatten(),
        fc=Linear(2048, num_classes),
    )


def _module_a(in_channels: int, pool_channels: int) -> Layer:
    """Return a module with a 5 × 5 branch and a branch of two 3 × 3 convolutions.

    In figure 5 of the paper, the module has no 5 × 5 branch.
    """
    return Concat(
        branch1x1=conv(in_channels, 64, 1),
        branch5x5=_chain(branch5x5_1=conv(in_channels, 48, 1), branch5x5_2=conv(48, 64, 5, padding=2)),
        branch3x3dbl=_chain(
            branch3x3dbl_1=conv(in_channels, 64, 1),
            branch3x3dbl_2=conv(64, 96, 3, padding=1),
            branch3x3dbl_3=conv(96, 96, 3, padding=1),
        ),
        pool=_pooled(in_channels, pool_channels),
    )


def _module_b(in_channels: int) -> Layer:
    """Return a module that halves the size, by strided convolutions and a pool in parallel (figure 10)."""
    return Concat(
        branch3x3=conv(in_channels, 384, 3, stride=2),
        branch3x3dbl=_chain(
            branch3x3dbl_1=conv(in_channels, 64, 1),
            branch3x3dbl_2=conv(64, 96, 3, padding=1),
            branch3x3dbl_3=conv(96, 96, 3, stride=2),
        ),
        pool=MaxPool2d(3, stride=2),
    )


def _module_c(in_channels: int, width: int) -> Layer:
    """Return a module whose 7 × 7 kernels are factorized into 1 × 7 and 7 × 1 (figure 6)."""
    return Concat(
        branch1x1=conv(in_channels, 192, 1),
        branch7x7=_chain(
            branch7x7_1=conv(in_channels, width, 1),
            branch7x7_2=conv(width, width, (1, 7), padding=(0, 3)),
            branch7x7_3=conv(width, 192, (7, 1), padding=(3, 0)),
        ),
        branch7x7dbl=_chain(
            branch7x7dbl_1=conv(in_channels, width, 1),
            branch7x7dbl_2=conv(width, width, (7, 1), padding=(3, 0)),
            branch7x7dbl_3=conv(width, width, (1, 7), padding=(0, 3)),
            branch7x7dbl_4=conv(width, width, (7, 1), padding=(3, 0)),
            branch7x7dbl_5=conv(width, 192, (1, 7), padding=(0, 3)),
        ),
        pool=_pooled(in_channels, 192),
    )


def _module_d(in_channels: int) -> Layer:
    """Return a module that halves the size; one strided convolution has 1 × 7 and 7 × 1 kernels before it."""
    return Concat(
        branch3x3=_chain(branch3x3_1=conv(in_channels, 192, 1), branch3x3_2=conv(192, 320, 3, stride=2)),
        branch7x7x3=_chain(
            branch7x7x3_1=conv(in_channels, 192, 1),
            branch7x7x3_2=conv(192, 192, (1, 7), padding=(0, 3)),
            branch7x7x3_3=conv(192, 192, (7, 1), padding=(3, 0)),
            branch7x7x3_4=conv(192, 192, 3, stride=2),
        ),
        pool=MaxPool2d(3, stride=2),
    )


def _module_e(in_channels: int) -> Layer:
    """Return a module with 1 × 3 and 3 × 1 kernels in parallel, for the smallest feature map (figure 7)."""
    return Concat(
        branch1x1=conv(in_channels, 320, 1),
        branch3x3=_chain(
            branch3x3_1=conv(in_channels, 384, 1),
            branch3x3_2=inline(
                Concat(
                    branch3x3_2a=conv(384, 384, (1, 3), padding=(0, 1)),
                    branch3x3_2b=conv(384, 384, (3, 1), padding=(1, 0)),
                )
            ),
        ),
        branch3x3dbl=_chain(
            branch3x3dbl_1=conv(in_channels, 448, 1),
            branch3x3dbl_2=conv(448, 384, 3, padding=1),
            branch3x3dbl_3=inline(
                Concat(
                    branch3x3dbl_3a=conv(384, 384, (1, 3), padding=(0, 1)),
                    branch3x3dbl_3b=conv(384, 384, (3, 1), padding=(1, 0)),
                )
            ),
        ),
        pool=_pooled(in_channels, 192),
    )


def _chain(**layers: Layer | Inline) -> Inline:
    """Return a branch that adds no name to its convolutions' paths, so that these are torchvision's."""
    return inline(Sequential(**layers))


def _pooled(in_channels: int, out_channels: int) -> Inline:
    """Return the branch with a pool, followed by a 1 × 1 convolution to `out_channels` channels."""
    return _chain(pool=AvgPool2d(3, stride=1, padding=1), branch_pool=conv(in_channels, out_channels, 1))


def _aux(in_channels: int, num_classes: int) -> Layer:
    """Return the auxiliary head (section 4), with torchvision's sizes."""
    return Sequential(
        pool=AvgPool2d(5, stride=3),
        conv0=conv(in_channels, 128, 1),
        conv1=conv(128, 768, 5),
        avgpool=AdaptiveAvgPool2d(1),
        flatten=Flatten(),
        fc=Linear(768, num_classes),
    )
