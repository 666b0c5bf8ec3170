"""Transformer: attention mixes positions, position-wise layers mix channels.

Sources: Vaswani et al., 2017, Attention is all you need, table 3 (base); the parameters have the names that
torch.nn.TransformerEncoder gives them.
"""

from __future__ import annotations

from convref.nn import (
    Dropout,
    Identity,
    Layer,
    LayerNorm,
    Linear,
    MultiheadAttention,
    PositionalEncoding,
    ReLU,
    Sequential,
    Sum,
    inline,
)


def transformer_encoder(layers: int = 6, width: int = 512, heads: int = 8, hidden: int = 2048) -> Layer:
    """The encoder, on a sentence of embedded words (L, width).

    Args:
        layers: one after another.
        width: of the words' vectors and between all layers.
        heads: of the attention.
        hidden: the width inside the position-wise networks.
    """
    stack = [_layer(width, heads, hidden) for _ in range(layers)]
    return Sequential(position=PositionalEncoding(width), layers=Sequential(*stack))


def _layer(width: int, heads: int, hidden: int) -> Layer:
    attention = Sequential(
        self_attn=MultiheadAttention(width, heads, dropout=0.1, batch_first=True), dropout1=Dropout(0.1)
    )
    positionwise = Sequential(
        linear1=Linear(width, hidden),
        activation=ReLU(),
        dropout=Dropout(0.1),
        linear2=Linear(hidden, width),
        dropout2=Dropout(0.1),
    )
    return Sequential(
        sum1=inline(Sum(body=inline(attention), shortcut=inline(Identity()))),
        norm1=LayerNorm(width),
        sum2=inline(Sum(body=inline(positionwise), shortcut=inline(Identity()))),
        norm2=LayerNorm(width),
    )
