"""SliceNet: depthwise separable convolutions over a sentence, with kernels that grow instead of dilations.

Source: Kaiser, Gomez and Chollet, 2017, Depthwise separable convolutions for neural machine translation; the
sizes are those of the authors' published configuration, without its separable convolutions in groups.
"""

from __future__ import annotations

from collections.abc import Sequence

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
) -> Layer:
    """The encoder, on a sentence of embedded words (L, channels); the output is (channels, L).

    Args:
        channels: of the words' vectors and of every layer.
        modules: the number of residual modules.
        kernels: of the four convolutions of a module.
        dilations: likewise.
    """
    steps = list(zip(kernels, dilations, strict=True))
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


def _residual(channels: int, steps: Sequence[tuple[int, int]]) -> Layer:
    body = Chain(*[_step(channels, kernel_size, dilation) for kernel_size, dilation in steps])
    return Sum(body=inline(body), shortcut=inline(Identity()))


def _step(channels: int, kernel_size: int, dilation: int) -> Layer:
    """ReLU, each channel filtered, all mixed, then normalized at each place."""
    padding = dilation * (kernel_size - 1) // 2
    return Chain(
        relu=ReLU(),
        depthwise=Conv1d(channels, channels, kernel_size, 1, padding, dilation, groups=channels, bias=False),
        pointwise=Conv1d(channels, channels, 1),
        to_places=Permute((0, 2, 1)),
        norm=LayerNorm(channels),
        to_channels=Permute((0, 2, 1)),
    )
