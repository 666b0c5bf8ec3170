"""Multi-head attention with its projections, as in torch.nn.functional."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import ANY, like, like_or_none, shape_is, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.functional.attention import softmax_or_zero
from convref.functional.dropout import dropout
from convref.functional.linear import linear
from convref.functional.softmax import softmax

_WHERE = "multi_head_attention_forward"


@checked
def multi_head_attention_forward(
    query: Array,
    key: Array,
    value: Array,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Array | None,
    in_proj_bias: Array | None,
    bias_k: Array | None,
    bias_v: Array | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Array,
    out_proj_bias: Array | None,
    training: bool = True,
    key_padding_mask: Array | None = None,
    need_weights: bool = True,
    attn_mask: Array | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Array | None = None,
    k_proj_weight: Array | None = None,
    v_proj_weight: Array | None = None,
    static_k: Array | None = None,
    static_v: Array | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> tuple[Array, Array | None]:
    """Apply multi-head attention with its input and output projections to sequences (L, N, E).

    L is the length of the queries, S of the keys, N the batch and E the number of features. The E features
    are split into `num_heads` heads; attention is applied to each head, and the results are concatenated.

    Args:
        query: (L, N, E), or (L, E) without a batch.
        key: (S, N, E_k), or (S, E_k).
        value: (S, N, E_v), or (S, E_v).
        embed_dim_to_check: E.
        num_heads: the number of heads; it divides E.
        in_proj_weight: (3 E, E), the three projections stacked.
        in_proj_bias: (3 E,), or None.
        bias_k: (1, 1, E) or (E,), a key that is appended to all sequences, or None.
        bias_v: (1, 1, E) or (E,), the value that belongs to the key `bias_k`; both must be given, or neither.
        add_zero_attn: append a key and a value of zeros.
        dropout_p: the probability of dropping an attention weight in training.
        out_proj_weight: (E, E).
        out_proj_bias: (E,), or None.
        training: apply dropout.
        key_padding_mask: (N, S) or (S,); True for a key to ignore, or numbers that are added to its scores.
        need_weights: also return the attention weights.
        attn_mask: (L, S) or (N · num_heads, L, S); True where a query must **not** attend, or numbers that
            are added to the scores. As in torch, this is the opposite of `scaled_dot_product_attention`.
        use_separate_proj_weight: use the three weights that follow instead of `in_proj_weight`.
        q_proj_weight: (E, E), for the query.
        k_proj_weight: (E, E_k), for the key.
        v_proj_weight: (E, E_v), for the value.
        static_k: (N · num_heads, S, E / num_heads), used instead of the projected key.
        static_v: (N · num_heads, S, E / num_heads), used instead of the projected value.
        average_attn_weights: return the mean of the weights over the heads.
        is_causal: a hint that `attn_mask` is causal; `attn_mask` must then be given.
        generator: the source of random numbers, required in training if `dropout_p` is not 0.

    Returns:
        The output, (L, N, E), and the attention weights: (N, L, S) if they are averaged, else (N, num_heads,
        L, S); None without `need_weights`.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> x, eye = np.ones((3, 1, 4)), np.eye(4)
        >>> y, weights = multi_head_attention_forward(
        ...     x, x, x, 4, 2, np.concatenate([eye] * 3), None, None, None, False, 0.0, eye, None
        ... )
        >>> y.shape, weights.shape
        ((3, 1, 4), (1, 3, 3))
    """
    q = tensor(_WHERE, "query", query)
    k, v = like(_WHERE, "key", key, q), like(_WHERE, "value", value, q)
    for name, array in {
        "in_proj_weight": in_proj_weight,
        "in_proj_bias": in_proj_bias,
        "bias_k": bias_k,
        "bias_v": bias_v,
        "out_proj_bias": out_proj_bias,
        "q_proj_weight": q_proj_weight,
        "k_proj_weight": k_proj_weight,
        "v_proj_weight": v_proj_weight,
        "static_k": static_k,
        "static_v": static_v,
    }.items():
        like_or_none(_WHERE, name, array, q)
    like(_WHERE, "out_proj_weight", out_proj_weight, q)
    for name, mask in (("key_padding_mask", key_padding_mask), ("attn_mask", attn_mask)):
        if mask is not None and tensor(_WHERE, name, mask, ANY).dtype.kind not in "bf":
            raise ArgumentError(f"{_WHERE}: {name} (of type {mask.dtype}) must be boolean or floating")
    heads = _heads(q, k, v, embed_dim_to_check, num_heads, key_padding_mask)
    if is_causal and attn_mask is None:
        raise ArgumentError(f"{_WHERE}: attn_mask must be given when is_causal is true")
    if not heads.batched:
        q, k, v = q[:, np.newaxis], k[:, np.newaxis], v[:, np.newaxis]
        key_padding_mask = None if key_padding_mask is None else key_padding_mask[np.newaxis]
    heads.check(in_proj_weight, in_proj_bias, bias_k, bias_v)
    weights = [q_proj_weight, k_proj_weight, v_proj_weight]
    if not use_separate_proj_weight:
        weights = [None] * 3 if in_proj_weight is None else [*np.split(in_proj_weight, 3)]
    q, k, v = _projected(wide(q), wide(k), wide(v), weights, in_proj_bias)
    q = heads.split(q)
    k = heads.entries("k", k, bias_k, static_k)
    v = heads.entries("v", v, bias_v, static_v)
    keys = k.shape[1] - (bias_k is not None)  # the masks have no column for the appended key
    if add_zero_attn:
        k, v = (np.concatenate([x, np.zeros_like(x[:, :1])], axis=1) for x in (k, v))
    with ieee():
        # Dividing the queries is cheaper than dividing the scores: L · E values instead of L · S.
        scores = np.matmul(q / sqrt(q.shape[-1]), k.swapaxes(1, 2))
        scores = scores + heads.mask(scores, keys, attn_mask, key_padding_mask)
        # Where every key is masked torch returns NaN with the weights, and 0 without them.
        weights_by_head = softmax(scores, -1) if need_weights else softmax_or_zero(scores)
        weights_by_head = dropout(
            weights_by_head, dropout_p, training and dropout_p != 0, generator=generator
        )
        joined = (
            np.matmul(weights_by_head, v).swapaxes(0, 1).reshape(q.shape[1], heads.batch, heads.embedding)
        )
    y = linear(joined, wide(out_proj_weight), None if out_proj_bias is None else wide(out_proj_bias))
    y = y.astype(query.dtype, copy=False)
    returned = (
        heads.returned(weights_by_head, average=average_attn_weights).astype(query.dtype)
        if need_weights
        else None
    )
    if heads.batched:
        return y, returned
    return y[:, 0], None if returned is None else returned[0]


@dataclass(frozen=True)
class _Heads:
    """The sizes in one call of multi-head attention, and the steps of the computation that depend on them.

    `count` is the number of heads and `embedding` the number of features E. `batched` is False if the inputs
    had no batch axis.
    """

    batch: int
    count: int
    embedding: int
    batched: bool

    def check(
        self, weight: Array | None, bias: Array | None, bias_k: Array | None, bias_v: Array | None
    ) -> None:
        """Check the shapes of the input projection and of the appended key and value (bias_k, bias_v)."""
        if (bias_k is None) != (bias_v is None):
            raise ArgumentError(f"{_WHERE}: bias_k and bias_v must be given or left out together")
        shape_is(_WHERE, "in_proj_weight", weight, (3 * self.embedding, self.embedding))
        shape_is(_WHERE, "in_proj_bias", bias, (3 * self.embedding,))
        for name, added in (("bias_k", bias_k), ("bias_v", bias_v)):
            if added is not None and added.shape not in {(1, 1, self.embedding), (self.embedding,)}:
                raise ShapeError(
                    f"{_WHERE}: {name} (of shape {added.shape}) must have shape (1, 1, {self.embedding})"
                )

    def split(self, x: Array) -> Array:
        """Split the features of (L, N, E) into heads, which gives (N · heads, L, E / heads)."""
        return x.reshape(x.shape[0], self.batch * self.count, self.embedding // self.count).swapaxes(0, 1)

    def entries(self, name: str, x: Array, bias: Array | None, static: Array | None) -> Array:
        """Return the keys or values split into heads: `static` if given, else `x` with `bias` appended.

        `static` is the argument static_k or static_v, and `bias` the argument bias_k or bias_v. `name` is "k"
        or "v", for messages.
        """
        if static is None:
            if bias is not None:
                x = np.concatenate([x, np.broadcast_to(wide(bias), (1, *x.shape[1:]))])
            return self.split(x)
        length = static.shape[1] if static.ndim > 1 else 0
        shape = (self.batch * self.count, length, self.embedding // self.count)
        if bias is not None:
            raise ArgumentError(f"{_WHERE}: bias_{name} must be None if static_{name} is given")
        if static.shape != shape:
            raise ShapeError(f"{_WHERE}: static_{name} (of shape {static.shape}) must have shape {shape}")
        return wide(static)

    def mask(self, scores: Array, keys: int, attn_mask: Array | None, padding: Array | None) -> Array:
        """Combine both masks into one array of numbers that are added to the scores.

        `keys` is the number of keys that the caller passed. The masks apply to these; the keys that `bias_k`
        and `add_zero_attn` append are never masked.
        """
        shape = scores.shape
        total = np.zeros((self.batch, self.count, *shape[1:]), scores.dtype)
        if attn_mask is not None:
            added = _additive(attn_mask)
            if added.ndim not in {2, 3} or (added.ndim == 3 and added.shape[0] != shape[0]):
                per_head = (shape[1], keys)
                raise ShapeError(
                    f"{_WHERE}: attn_mask (of shape {added.shape}) must have the shape {per_head} or "
                    f"{(shape[0], *per_head)}"
                )
            if added.shape[-2:] != (shape[1], keys):
                raise ShapeError(
                    f"{_WHERE}: attn_mask (of shape {added.shape}) must have the last "
                    f"two sizes {(shape[1], keys)}, the numbers of queries and keys"
                )
            total[..., : added.shape[-1]] += (
                added if added.ndim == 2 else added.reshape(self.batch, self.count, *added.shape[1:])
            )
        if padding is not None:
            added = _additive(padding)
            total[..., : added.shape[-1]] += added[:, np.newaxis, np.newaxis]
        return total.reshape(shape)

    def returned(self, weights: Array, *, average: bool) -> Array:
        """Return the weights as (N, heads, L, S), or averaged over the heads as (N, L, S) if `average`."""
        full = weights.reshape(self.batch, self.count, *weights.shape[1:])
        return full.mean(axis=1) if average else full


def _heads(
    q: Array, k: Array, v: Array, embedding: int, count: int, key_padding_mask: Array | None
) -> _Heads:
    if q.ndim not in {2, 3} or not q.ndim == k.ndim == v.ndim:
        raise ShapeError(
            f"{_WHERE}: query, key and value (of shapes {q.shape}, {k.shape}, {v.shape}) must all have "
            "3 axes, or 2 without a batch"
        )
    if q.shape[-1] != embedding:
        raise ShapeError(
            f"{_WHERE}: the last axis of query (of shape {q.shape}) must have size embed_dim_to_check "
            f"(={embedding})"
        )
    if count < 1 or embedding % count:
        raise ArgumentError(f"{_WHERE}: num_heads (={count}) must divide embed_dim_to_check (={embedding})")
    if k.shape[:-1] != v.shape[:-1] or q.shape[1:-1] != k.shape[1:-1]:
        raise ShapeError(
            f"{_WHERE}: key and value (of shapes {k.shape}, {v.shape}) must have the same "
            f"length, and the same batch size as query (of shape {q.shape})"
        )
    expected = (*q.shape[1:-1], k.shape[0])
    if key_padding_mask is not None and key_padding_mask.shape != expected:
        raise ShapeError(f"{_WHERE}: key_padding_mask (of shape {key_padding_mask.shape}) must be {expected}")
    return _Heads(q.shape[1] if q.ndim == 3 else 1, count, embedding, q.ndim == 3)


def _projected(
    q: Array,
    k: Array,
    v: Array,
    weights: list[Array | None],
    bias: Array | None,
) -> list[Array]:
    """Apply the three input projections to q, k and v; `bias` is their three biases, concatenated."""
    biases = [None] * 3 if bias is None else np.split(wide(bias), 3)
    projected = []
    for name, x, weight, offset in zip("qkv", (q, k, v), weights, biases, strict=True):
        if weight is None:
            raise ArgumentError(
                f"{_WHERE}: {name}_proj_weight (=None) must be given if in_proj_weight is not"
            )
        projected.append(linear(x, wide(weight), offset))
    return projected


def _additive(mask: Array) -> Array:
    """Convert a mask to numbers that are added to the scores: -inf where a boolean mask is True."""
    return np.where(mask, -np.inf, 0.0) if mask.dtype == bool else mask
