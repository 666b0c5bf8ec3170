"""GCNN: a language model of gated convolutions.

Source: Dauphin, Fan, Auli and Grangier, 2016, Language modeling with gated convolutional networks, table 1
(GCNN-8, for WikiText-103). A plain softmax over fewer words replaces the paper's adaptive softmax.
"""

from __future__ import annotations

from convref.nn import Embedding, Identity, Layer, Linear, Permute, Sequential, Sum, inline
from convref.nn.blocks import gated_conv1d


def gated_conv_lm(
    vocabulary: int = 10_000, embedding: int = 280, channels: int = 900, layers: int = 8, kernel_size: int = 4
) -> Layer:
    """Build GCNN-8, which predicts the next word from the indices of the previous words.

    Args:
        vocabulary: the number of words.
        embedding: the length of the word vectors.
        channels: the channels of every gated convolution.
        layers: the number of gated convolutions; all but the first have a shortcut.
        kernel_size: the kernel size of the convolutions, in words.
    """
    blocks: list[Layer] = [gated_conv1d(embedding, channels, kernel_size)]
    body = gated_conv1d(channels, channels, kernel_size)
    blocks += [Sum(body=inline(body), shortcut=inline(Identity()))] * (layers - 1)
    return Sequential(
        lookup=Embedding(vocabulary, embedding),
        to_channels=Permute((0, 2, 1)),
        blocks=Sequential(*blocks),
        to_words=Permute((0, 2, 1)),
        scores=Linear(channels, vocabulary),
    )
