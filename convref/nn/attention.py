"""Self-attention: each position computes a weighted mean of the values at all positions of its sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.cost import Cost
from convref.nn.saved import Saved
from convref.nn.window import Reach, Reaches, whole_axis


class SelfAttention(Layer):
    """The base of self-attention layers.

    Attributes:
        projections: the number of linear projections, each with embed_dim ** 2 weights. It is 4 (queries,
            keys, values, output), or 3 without an output projection.
    """

    embed_dim: int
    num_heads: int
    bias: bool
    projections: ClassVar[int] = 4
    channel_axis = -1
    mixes_positions = True

    def _check_heads(self) -> None:
        self.integer("embed_dim", 1)
        self.integer("num_heads", 1)
        if self.embed_dim % self.num_heads:
            raise self.fail(
                "embed_dim", self.embed_dim, f"must be divisible by num_heads (={self.num_heads})"
            )

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, (L, embed_dim), unchanged."""
        if len(input_shape) != 2 or input_shape[1] != self.embed_dim:
            rule = f"the input must have shape (L, embed_dim) with embed_dim = {self.embed_dim}"
            raise ShapeError(f"{rule}, not {input_shape}")
        return input_shape

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of the input projection (queries, keys, values) and the output projection."""
        dim = self.embed_dim
        if not self.bias:
            return {"in_proj_weight": (3 * dim, dim), "out_proj.weight": (dim, dim)}
        return {
            "in_proj_weight": (3 * dim, dim),
            "in_proj_bias": (3 * dim,),
            "out_proj.weight": (dim, dim),
            "out_proj.bias": (dim,),
        }

    def attended(self, length: int) -> int:  # noqa: ARG002 - for subclasses
        """Return the number of positions to which each position of a sequence of this length attends."""
        raise self.unanswered("attended(length)")

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost for an input (n, d), in which each position attends to m positions.

        There are n * d * d MACs for each projection, 2 * n * m * d MACs for the scores and the weighted sums,
        and the operations of a softmax of n * m scores for each head.
        """
        length, dim = input_shape
        scores = length * self.attended(length)
        softmax = Cost(adds=2, comparisons=1, functions=2, muls=1) * (scores * self.num_heads)
        bias_adds = self.projections * length * dim if self.bias else 0
        macs = self.projections * length * dim**2 + 2 * scores * dim
        return Cost(macs=macs, bias_adds=bias_adds) + softmax

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output is a new feature map."""
        return True

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: the whole sequence along axis 0.

        The result has None for the features (axis 1), because each output reads all features.
        """
        return (whole_axis(0, input_shape[0]), None)

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps for the backward pass.

        These are the input, the queries, keys and values, the attention weights and the outputs of the heads.
        """
        length, dim = input_shape
        return Saved(input=True, elements=4 * length * dim + self.num_heads * length * self.attended(length))


@dataclass(frozen=True, repr=False, eq=False)
class MultiheadAttention(SelfAttention):
    """Multi-head self-attention, as in torch.nn.MultiheadAttention.

    Queries, keys and values are all computed from the same input, so `kdim` and `vdim` must equal
    `embed_dim`.

    Shapes: (L, embed_dim), unchanged; in_proj_weight (3 * embed_dim, embed_dim).

    Args:
        embed_dim: the size of the vectors.
        num_heads: the number of heads, which must divide `embed_dim`.
        dropout: the probability that an attention weight is dropped, in training only.
        bias: whether the projections have biases.
        add_bias_kv: whether a learnt key (`bias_k`) and value (`bias_v`) are appended to those of the input.
        add_zero_attn: whether a key and a value of zeros are appended.
        kdim: the size of the keys: `embed_dim`, or None for the same size.
        vdim: the size of the values: `embed_dim`, or None for the same size.
        batch_first: only True, because every layer of convref has the batch as axis 0.

    Raises:
        ArgumentError: `num_heads` does not divide `embed_dim`; `dropout` is not a probability; `kdim` or
            `vdim` differs from `embed_dim`; `batch_first` is not True.

    Source: Vaswani et al., 2017, Attention is all you need.

    Example:
        >>> attention = MultiheadAttention(512, 8, batch_first=True)
        >>> attention.output_shape((50, 512)), attention.cost((50, 512)).macs
        ((50, 512), 54988800)
    """

    embed_dim: int
    num_heads: int
    dropout: float = 0.0
    bias: bool = True
    add_bias_kv: bool = False
    add_zero_attn: bool = False
    kdim: int | None = None
    vdim: int | None = None
    batch_first: bool = False

    def __post_init__(self) -> None:
        self._check_heads()
        self.number("dropout")
        if not 0 <= self.dropout <= 1:
            raise self.fail("dropout", self.dropout, "must be a probability from 0 to 1")
        for name in ("kdim", "vdim"):
            if getattr(self, name) not in {None, self.embed_dim}:
                rule = (
                    f"must be embed_dim (={self.embed_dim}), since keys and "
                    "values are computed from the same input"
                )
                raise self.fail(name, getattr(self, name), rule)
            self.normalize(**{name: None})
        if not self.batch_first:
            raise self.fail(
                "batch_first", self.batch_first, "must be True, because every layer has the batch as axis 0"
            )

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of the projections and, with `add_bias_kv`, of the appended key and value."""
        extra = {"bias_k": (1, 1, self.embed_dim), "bias_v": (1, 1, self.embed_dim)}
        return super().parameters() | (extra if self.add_bias_kv else {})

    def attended(self, length: int) -> int:
        """Return the length plus the number of keys that `add_bias_kv` and `add_zero_attn` append."""
        return length + self.add_bias_kv + self.add_zero_attn


@dataclass(frozen=True, repr=False, eq=False)
class RestrictedSelfAttention(SelfAttention):
    """Multi-head self-attention in which each position attends to the `window_size` nearest positions.

    The parameters are those of `MultiheadAttention`. Positions beyond the ends of the sequence are masked.

    Shapes: (L, embed_dim), unchanged.

    Raises:
        ArgumentError: `num_heads` does not divide `embed_dim`, or `window_size` is not odd and positive.

    Source: Vaswani et al., 2017, Attention is all you need, section 4 and table 1.

    Example:
        >>> full = MultiheadAttention(64, 4, batch_first=True)
        >>> near = RestrictedSelfAttention(64, 4, window_size=9)
        >>> near.parameters() == full.parameters()
        True
        >>> near.cost((1000, 64)).macs < full.cost((1000, 64)).macs
        True
    """

    embed_dim: int
    num_heads: int
    window_size: int
    bias: bool = True

    def __post_init__(self) -> None:
        self._check_heads()
        self.integer("window_size", 1)
        if self.window_size % 2 == 0:
            raise self.fail("window_size", self.window_size, "must be odd, so that the window is symmetric")

    def attended(self, length: int) -> int:  # noqa: ARG002 - whatever the length
        """Return `window_size`; masked positions are counted too, as padding is in a convolution."""
        return self.window_size

    def reach(self, input_shape: Shape) -> Reaches:  # noqa: ARG002 - whatever the shape
        """Return the input positions that each output reads: along axis 0, a window around its own position.

        The result has None for the features (axis 1), because each output reads all features.
        """
        side = self.window_size // 2
        return (Reach(0, (-side,), (side,)), None)


@dataclass(frozen=True, repr=False, eq=False)
class AttentionHeads(SelfAttention):
    """The concatenated outputs of the heads of `MultiheadAttention`, without the output projection.

    It is used in networks that process each head separately. The last axis has `num_heads` equal parts, one
    for the output of each head.

    Shapes: (L, embed_dim), unchanged; in_proj_weight (3 * embed_dim, embed_dim).

    Raises:
        ArgumentError: `num_heads` does not divide `embed_dim`.

    Source: Vaswani et al., 2017, Attention is all you need, section 3.2.2; Ahmed, Keskar and Socher, 2017,
    Weighted transformer network for machine translation.

    Example:
        >>> AttentionHeads(64, 8).parameters()
        {'in_proj_weight': (192, 64), 'in_proj_bias': (192,)}
    """

    embed_dim: int
    num_heads: int
    bias: bool = True
    projections = 3

    def __post_init__(self) -> None:
        self._check_heads()

    def parameters(self) -> dict[str, Shape]:
        """Return the shapes of the projection to queries, keys and values, named as in torch."""
        return {name: shape for name, shape in super().parameters().items() if name.startswith("in_proj")}

    def attended(self, length: int) -> int:
        """Return the number of positions that each position attends to, which is all of them."""
        return length
