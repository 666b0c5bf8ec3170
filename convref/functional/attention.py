"""Scaled dot-product attention, as in torch.nn.functional."""

from __future__ import annotations

from math import sqrt

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import ANY, like, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.functional.dropout import dropout


@checked
def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
    generator: np.random.Generator | None = None,
) -> Array:
    """Return softmax(scale · query keyᵀ + mask) · value, as matrix products over the last two axes.

    Args:
        query: (…, L, E).
        key: (…, S, E).
        value: (…, S, V).
        attn_mask: (…, L, S); either booleans, True where a query may attend to a key, or numbers that are
            added to the scores. The output of a query that may not attend to any key is 0.
        dropout_p: the probability of dropping an attention weight. As in torch, there is no argument for
            training: dropout is applied whenever this is not 0.
        is_causal: let query i attend to keys 0 to i only. This cannot be combined with `attn_mask`.
        scale: the factor by which the scores (query keyᵀ) are multiplied; None means 1 / sqrt(E).
        enable_gqa: grouped-query attention: key and value may have fewer heads (axis -3), each shared by
            several heads of the query.
        generator: the source of random numbers, required if `dropout_p` is not 0; torch has no such
            argument.

    Returns:
        (…, L, V).

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other.

    Source: Vaswani et al., "Attention is all you need" (2017), equation 1.

    Example:
        >>> q, k, v = np.zeros((2, 4)), np.ones((3, 4)), np.array([[0.0], [3.0], [6.0]])
        >>> scaled_dot_product_attention(q, k, v, is_causal=True)
        array([[0. ],
               [1.5]])
    """
    where = "scaled_dot_product_attention"
    q = tensor(where, "query", query)
    k, v = like(where, "key", key, q), like(where, "value", value, q)
    if is_causal and attn_mask is not None:
        raise ArgumentError(f"{where}: is_causal (=True) cannot be combined with attn_mask")
    _check_shapes(where, q, k, v)
    if enable_gqa:
        k, v = _repeated_heads(where, "key", k, q), _repeated_heads(where, "value", v, q)
    factor = (1 / sqrt(q.shape[-1]) if q.shape[-1] else 1.0) if scale is None else scale
    # The scale goes into the query, which is smaller than the scores.
    scores = _matrix_product(where, wide(q) * factor, np.swapaxes(wide(k), -1, -2))
    if is_causal:
        attn_mask = np.tri(*scores.shape[-2:], dtype=bool)
    scores = _masked(where, scores, attn_mask, q)
    weights = softmax_or_zero(scores)
    weights = dropout(weights, dropout_p, dropout_p != 0, generator=generator)
    return _matrix_product(where, weights, wide(v)).astype(q.dtype, copy=False)


def _check_shapes(where: str, q: Array, k: Array, v: Array) -> None:
    for name, x in (("query", q), ("key", k), ("value", v)):
        if x.ndim < 2:
            raise ShapeError(f"{where}: {name} (of shape {x.shape}) must have at least 2 axes")
    if q.shape[-1] != k.shape[-1]:
        rule = f"must have as many features (its last axis) as query, which has {q.shape[-1]}"
        raise ShapeError(f"{where}: key (of shape {k.shape}) {rule}")
    if k.shape[-2] != v.shape[-2]:
        rule = f"must have the same length (axis -2) as key, which is {k.shape[-2]}"
        raise ShapeError(f"{where}: value (of shape {v.shape}) {rule}")


def _repeated_heads(where: str, name: str, x: Array, q: Array) -> Array:
    """Repeat the heads of a key or value `x` until it has as many heads as the query `q`."""
    if min(q.ndim, x.ndim) < 3 or not x.shape[-3] or q.shape[-3] % x.shape[-3]:
        raise ShapeError(
            f"{where}: the number of heads (axis -3) of {name} (of shape {x.shape}) must divide "
            f"the number of heads of query (of shape {q.shape}) with enable_gqa"
        )
    return x.repeat(q.shape[-3] // x.shape[-3], axis=-3)


@ieee()
def _matrix_product(where: str, a: Array, b: Array) -> Array:
    """Multiply the matrices in the last two axes of `a` and `b`; the axes before these broadcast."""
    try:
        return np.asarray(np.matmul(a, b))
    except ValueError:
        raise ShapeError(
            f"{where}: shapes {a.shape} and {b.shape} must broadcast, except for their last two axes"
        ) from None


@ieee()
def _masked(where: str, scores: Array, mask: Array | None, q: Array) -> Array:
    """Apply a mask to the scores: set them to -inf where a boolean mask is False, or add a numeric mask."""
    if mask is None:
        return scores
    mask = tensor(where, "attn_mask", mask, ANY)
    if mask.dtype not in {q.dtype, np.dtype(bool), np.dtype(np.float32)}:
        raise ArgumentError(
            f"{where}: attn_mask (of type {mask.dtype}) must be boolean or have the type of query, {q.dtype}"
        )
    try:
        shape = np.broadcast_shapes(mask.shape, scores.shape)
    except ValueError:
        shape = ()
    if shape != scores.shape:
        raise ShapeError(f"{where}: attn_mask (of shape {mask.shape}) must broadcast to {scores.shape}")
    return np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask


def softmax_or_zero(scores: Array) -> Array:
    """Return the softmax over the last axis, and 0 instead of NaN where all scores are -inf.

    Example:
        >>> softmax_or_zero(np.array([[0.0, 0.0], [-np.inf, -np.inf]]))
        array([[0.5, 0.5],
               [0. , 0. ]])
    """
    with ieee():
        largest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
        # Where all scores are -inf, -inf - (-inf) would be NaN; with 0 subtracted, all powers are 0.
        powers = np.exp(scores - np.where(np.isneginf(largest), 0, largest))
        total = powers.sum(axis=-1, keepdims=True)
        return np.asarray(powers / np.where(total == 0, 1, total))
