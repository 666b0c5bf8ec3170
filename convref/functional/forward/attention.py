"""Compute embedding and attention layers in NumPy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from convref import nn
from convref.functional.attention import scaled_dot_product_attention
from convref.functional.embedding import embedding
from convref.functional.init import Array
from convref.functional.linear import linear
from convref.functional.multi_head import multi_head_attention_forward
from convref.functional.softmax import softmax
from convref.nn.rules import NUMPY


@NUMPY.register(nn.Embedding)
def look_up(layer: nn.Embedding, params: Mapping[str, Array], x: Array) -> Array:
    """Return, for each index, the vector in that row of the embedding table."""
    return embedding(x, params["weight"], layer.padding_idx)


@NUMPY.register(nn.PositionalEncoding)
def encode_positions(layer: nn.PositionalEncoding, _params: Mapping[str, Array], x: Array) -> Array:
    """Add the sines and cosines of each position to the vector at that position."""
    position = np.arange(x.shape[1])[:, np.newaxis]
    element = np.arange(layer.embed_dim)
    angle = position / layer.base ** (element // 2 * 2 / layer.embed_dim)
    return np.add(x, np.where(element % 2, np.cos(angle), np.sin(angle)), dtype=x.dtype, casting="same_kind")


@NUMPY.register(nn.MultiheadAttention)
def multi_head_attention(layer: nn.MultiheadAttention, params: Mapping[str, Array], x: Array) -> Array:
    """Compute attention in all heads, concatenate their outputs and apply the output projection."""
    sequence = x.swapaxes(0, 1)
    output, _ = multi_head_attention_forward(
        sequence,
        sequence,
        sequence,
        layer.embed_dim,
        layer.num_heads,
        params["in_proj_weight"],
        params.get("in_proj_bias"),
        params.get("bias_k"),
        params.get("bias_v"),
        layer.add_zero_attn,
        layer.dropout,
        params["out_proj.weight"],
        params.get("out_proj.bias"),
        training=False,
        need_weights=False,
    )
    return output.swapaxes(0, 1)


@NUMPY.register(nn.AttentionHeads)
def attention_heads(layer: nn.AttentionHeads, params: Mapping[str, Array], x: Array) -> Array:
    """Compute attention in all heads and concatenate their outputs."""
    batch, length, dim = x.shape
    projected = linear(x, params["in_proj_weight"], params.get("in_proj_bias"))
    heads = projected.reshape(batch, length, 3, layer.num_heads, dim // layer.num_heads)
    query, key, value = heads.transpose(2, 0, 3, 1, 4)  # each (N, heads, L, E / heads)
    seen = scaled_dot_product_attention(query, key, value)
    return np.asarray(seen.swapaxes(1, 2).reshape(batch, length, dim))


@NUMPY.register(nn.RestrictedSelfAttention)
def restricted_self_attention(
    layer: nn.RestrictedSelfAttention, params: Mapping[str, Array], x: Array
) -> Array:
    """Compute attention in which each position attends to the positions of a window around it.

    Positions of a window that lie beyond the ends of the sequence are masked.
    """
    batch, length, dim = x.shape
    projected = linear(x, params["in_proj_weight"], params.get("in_proj_bias"))
    heads = projected.reshape(batch, length, 3, layer.num_heads, dim // layer.num_heads)
    query, key, value = heads.transpose(2, 0, 3, 1, 4)  # each (N, heads, L, E / heads)
    scores = np.einsum("nhle,nhlew->nhlw", query, _windows(key, layer.window_size))
    outside = ~_windows(np.ones((1, 1, length, 1), dtype=bool), layer.window_size)[..., 0, :]
    scores = np.where(outside, -np.inf, scores / np.sqrt(query.shape[-1], dtype=x.dtype))
    seen = np.einsum("nhlw,nhlew->nlhe", softmax(scores, -1), _windows(value, layer.window_size))
    return linear(seen.reshape(batch, length, dim), params["out_proj.weight"], params.get("out_proj.bias"))


def _windows(x: Array, size: int) -> Array:
    """Return the `size` neighbours of each position, as the last axis of (N, heads, L, E, size).

    The input is (N, heads, L, E); neighbours beyond the ends of the sequence are 0.
    """
    padded = np.pad(x, ((0, 0), (0, 0), (size // 2, size // 2), (0, 0)))
    return np.lib.stride_tricks.sliding_window_view(padded, size, axis=2)
