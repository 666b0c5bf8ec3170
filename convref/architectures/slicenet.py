"""SliceNet: depthwise separable convolutions over sentences, with larger kernels instead of dilation.

Source: Kaiser, Gomez and Chollet, 2017, Depthwise separable convolutions for neural machine translation. The
channels and kernels are those of the configuration that the authors published with their code, which has 4
modules. With `groups=(3, 2, 3, 2)`, the pointwise convolutions are grouped too. The paper calls this
super-separable.
"""

from __future__ import annotations

from collections.abc import Sequence

from convref.errors import ArgumentError
from convref.nn import (
    Conv1d,
    Dropout,
    Identity,
    Layer,
    LayerNorm,
    Permute,
    PositionalEncoding,
    ReLU,
    Sum,
    inline,
)
from convref.nn import Sequential as Chain


def slicenet_encoder(
    channels: int = 768,
    modules: int = 6,
    kernels: Sequence[int] = (3, 7, 15, 31),
    dilations: Sequence[int] = (1, 1, 1, 1),
    groups: Sequence[int] = (1, 1, 1, 1),
) -> Layer:
    """Build SliceNet's encoder, which maps a sentence of word vectors (L, channels) to (channels, L).

    Args:
        channels: the length of the word vectors, and the channels of every layer.
        modules: the number of residual modules.
        kernels: the kernel sizes of the four convolutions of a module.
        dilations: the dilations of these four convolutions.
        groups: the groups of the pointwise convolutions of these four; with more than 1 group, a convolution
            is super-separable.

    Raises:
        ArgumentError: `kernels`, `dilations` and `groups` differ in length.
    """
    if not len(kernels) == len(dilations) == len(groups):
        raise ArgumentError(
            f"slicenet_encoder: kernels (={kernels}), dilations (={dilations}) and groups (={groups}) "
            "must have equal lengths"
        )
    steps = list(zip(kernels, dilations, groups, strict=True))
    half = len(steps) // 2
    stack = [
        Chain(_residual(channels, steps[:half]), _residual(channels, steps[half:])) for _ in range(modules)
    ]
    return Chain(
        timing=PositionalEncoding(channels),
        to_channels=Permute((0, 2, 1)),
        stack=Chain(*stack),
        dropout=Dropout(),
    )


def _residual(channels: int, steps: Sequence[tuple[int, int, int]]) -> Layer:
    """Return the convolutions of `steps` (kernel, dilation, groups) with a shortcut around them."""
    body = Chain(*[_step(channels, *sizes) for sizes in steps])
    return Sum(body=inline(body), shortcut=inline(Identity()))


def _step(channels: int, kernel_size: int, dilation: int, groups: int) -> Layer:
    """Return ReLU, depthwise convolution, pointwise convolution, and a norm over the channels."""
    padding = dilation * (kernel_size - 1) // 2
    return Chain(
        relu=ReLU(),
        depthwise=Conv1d(channels, channels, kernel_size, 1, padding, dilation, groups=channels, bias=False),
        pointwise=Conv1d(channels, channels, 1, groups=groups),
        to_places=Permute((0, 2, 1)),
        norm=LayerNorm(channels),
        to_channels=Permute((0, 2, 1)),
    )
