"""SliceNet: depthwise separable convolutions over a sentence, with kernels that grow instead of dilations.

Source: Kaiser, Gomez and Chollet, 2017, Depthwise separable convolutions for neural machine translation; the
sizes are those of the configuration that the authors published with their code. Its super-separable
convolutions are those with `groups=(3, 2, 3, 2)`.
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
    """The encoder, on a sentence of embedded words (L, channels); the output is (channels, L).

    Args:
        channels: of the words' vectors and of every layer.
        modules: the number of residual modules.
        kernels: of the four convolutions of a module.
        dilations: likewise.
        groups: of channels that are not mixed with each other; more than 1 makes it super-separable.

    Raises:
        ArgumentError: `kernels`, `dilations` and `groups` differ in length.
    """
    if not len(kernels) == len(dilations) == len(groups):
        raise ArgumentError(
            f"slicenet_encoder: kernels (={kernels}), dilations (={dilations}) and groups (={groups}) "
            "must be as many"
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
    body = Chain(*[_step(channels, *sizes) for sizes in steps])
    return Sum(body=inline(body), shortcut=inline(Identity()))


def _step(channels: int, kernel_size: int, dilation: int, groups: int) -> Layer:
    """ReLU, each channel filtered, those of a group mixed, then normalized at each place."""
    padding = dilation * (kernel_size - 1) // 2
    return Chain(
        relu=ReLU(),
        depthwise=Conv1d(channels, channels, kernel_size, 1, padding, dilation, groups=channels, bias=False),
        pointwise=Conv1d(channels, channels, 1, groups=groups),
        to_places=Permute((0, 2, 1)),
        norm=LayerNorm(channels),
        to_channels=Permute((0, 2, 1)),
    )
