"""Transformer: attention mixes positions, position-wise layers mix channels.

Sources: Vaswani et al., 2017, Attention is all you need, table 3 (base), with the names that
torch.nn.TransformerEncoder gives the parameters; Ahmed, Keskar and Socher, 2017, Weighted transformer network
for machine translation, section 3.
"""

from __future__ import annotations

from convref.nn import (
    AttentionHeads,
    Call,
    Dropout,
    Graph,
    Identity,
    Layer,
    LayerNorm,
    Linear,
    MultiheadAttention,
    PositionalEncoding,
    ReLU,
    Scale,
    Sequential,
    Split,
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


def weighted_transformer_encoder(
    layers: int = 6, width: int = 512, branches: int = 8, hidden: int = 2048
) -> Layer:
    """The encoder whose heads are branches, each with a position-wise network, summed with learnt weights.

    The two weights of every branch, `kappa` and `alpha`, start equal; that each kind sums to one over the
    branches is kept by the training.

    Args:
        layers: one after another.
        width: of the words' vectors and between all layers.
        branches: the heads of the attention.
        hidden: the width inside the position-wise networks, all branches together.
    """
    stack = [_weighted_layer(width, branches, hidden) for _ in range(layers)]
    return Sequential(position=PositionalEncoding(width), layers=Sequential(*stack))


def _weighted_layer(width: int, branches: int, hidden: int) -> Layer:
    """Ahmed et al., 2017, equations 5 to 8, figure 1."""
    parts: dict[str, Layer] = {
        "heads": AttentionHeads(width, branches),
        "cut": Split(*[Identity()] * branches, dim=2),
        "sum": Sum(*[Identity()] * branches),
        "shortcut": Sum(Identity(), Identity()),
        "norm": LayerNorm(width),
    }
    calls = [Call("heads", "input")]
    names = [f"branch{index}" for index in range(branches)]
    for index, name in enumerate(names):
        parts[name] = _branch(width // branches, width, hidden // branches, 1 / branches)
        calls += [Call("cut", "heads", name=f"head{index}", part=index), Call(name, f"head{index}")]
    calls += [Call("sum", tuple(names)), Call("shortcut", ("sum", "input")), Call("norm", "shortcut")]
    return Graph(calls, **parts)


def _branch(head: int, width: int, hidden: int, weight: float) -> Layer:
    return Sequential(
        out_proj=Linear(head, width, bias=False),
        kappa=Scale(weight),
        linear1=Linear(width, hidden),
        activation=ReLU(),
        linear2=Linear(hidden, width),
        alpha=Scale(weight),
    )


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
