"""Transformer encoders: layers of self-attention and position-wise networks, each with a shortcut.

Sources: Vaswani et al., 2017, Attention is all you need, section 3 and table 3 (base); Ahmed, Keskar and
Socher, 2017, Weighted transformer network for machine translation. The names of parameters and the dropout
inside the layers are those of torch.nn.TransformerEncoder.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def transformer_encoder(
    layers: int = 6, width: int = 512, heads: int = 8, hidden: int = 2048, dropout: float = 0.1
) -> Layer:
    """Build the Transformer encoder, which maps word vectors (L, width) to (L, width) (figure 1).

    Args:
        layers: the number of layers.
        width: the length of the word vectors, which is also the number of features between layers.
        heads: the number of attention heads.
        hidden: the number of features inside the position-wise networks.
        dropout: the probability of every dropout, including the one after the positional encoding.
    """
    stack = [_layer(width, heads, hidden, dropout)] * layers if layers else []
    return _encoder(width, dropout, stack)


def weighted_transformer_encoder(
    layers: int = 6, width: int = 512, branches: int = 8, hidden: int = 2048, dropout: float = 0.1
) -> Layer:
    """Build the weighted Transformer encoder: each head has a position-wise network and two weights.

    A head with its network is called a branch. The two weights of a branch, `kappa` and `alpha`, are
    initialized to 1 / `branches`. During training, the sum of all `kappa` must remain 1, and so must the sum
    of all `alpha`. The training loop has to ensure this.

    Args:
        layers: the number of layers.
        width: the length of the word vectors, which is also the number of features between layers.
        branches: the number of attention heads.
        hidden: the number of features inside the position-wise networks of all branches together.
        dropout: the probability of the dropouts after the positional encoding and after each sum of branches.
    """
    stack = [_weighted_layer(width, branches, hidden, dropout)] * layers if layers else []
    return _encoder(width, dropout, stack)


def _encoder(width: int, dropout: float, stack: Sequence[Layer]) -> Layer:
    """Return the positional encoding, followed by dropout and the layers of `stack`."""
    return Sequential(position=PositionalEncoding(width), dropout=Dropout(dropout), layers=Sequential(*stack))


def _weighted_layer(width: int, branches: int, hidden: int, dropout: float) -> Layer:
    """Return one weighted layer: the sum of parallel branches, with one shortcut around them and a norm."""
    parts: dict[str, Layer] = {
        "heads": AttentionHeads(width, branches),
        "cut": Split(*[Identity()] * branches, dim=2),
        "sum": Sum(*[Identity()] * branches),
        "dropout": Dropout(dropout),
        "shortcut": Sum(Identity(), Identity()),
        "norm": LayerNorm(width),
    }
    calls = [Call("heads", "input")]
    names = [f"branch{index}" for index in range(branches)]
    branch = _branch(width // branches, width, hidden // branches, 1 / branches)
    for index, name in enumerate(names):
        parts[name] = branch
        calls += [Call("cut", "heads", name=f"head{index}", part=index), Call(name, f"head{index}")]
    calls += [Call("sum", tuple(names)), Call("dropout", "sum")]
    calls += [Call("shortcut", ("dropout", "input")), Call("norm", "shortcut")]
    return Graph(calls, **parts)


def _branch(head: int, width: int, hidden: int, weight: float) -> Layer:
    """Return the layers after one head: its projection and position-wise network, each with a weight."""
    return Sequential(
        out_proj=Linear(head, width, bias=False),
        kappa=Scale(weight),
        linear1=Linear(width, hidden),
        activation=ReLU(),
        linear2=Linear(hidden, width),
        alpha=Scale(weight),
    )


def _layer(width: int, heads: int, hidden: int, dropout: float) -> Layer:
    """Return one layer, with the parameter names of torch.nn.TransformerEncoderLayer."""
    attention = Sequential(
        self_attn=MultiheadAttention(width, heads, dropout, batch_first=True), dropout1=Dropout(dropout)
    )
    positionwise = Sequential(
        linear1=Linear(width, hidden),
        activation=ReLU(),
        dropout=Dropout(dropout),
        linear2=Linear(hidden, width),
        dropout2=Dropout(dropout),
    )
    return Sequential(
        sum1=inline(Sum(body=inline(attention), shortcut=inline(Identity()))),
        norm1=LayerNorm(width),
        sum2=inline(Sum(body=inline(positionwise), shortcut=inline(Identity()))),
        norm2=LayerNorm(width),
    )
