"""PyTorch modules of self-attention, with one input and one output."""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F

Tensor = torch.Tensor


class SelfAttention(torch.nn.MultiheadAttention):
    """`torch.nn.MultiheadAttention` that uses its one input as queries, keys and values."""

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override] # one input serves as all three
        """Return the output for an input (N, L, embed_dim), in the same shape.

        Each position attends to all positions.
        """
        output, _ = super().forward(x, x, x, need_weights=False)
        return output


class AttentionHeads(torch.nn.Module):
    """Multi-head self-attention without the final projection: the heads' outputs are only concatenated.

    The parameters are initialized as in `torch.nn.MultiheadAttention`.
    """

    def __init__(self, embed_dim: int, num_heads: int, bias: bool = True) -> None:
        super().__init__()
        whole = torch.nn.MultiheadAttention(embed_dim, num_heads, bias=bias)
        self.num_heads = num_heads
        self.in_proj_weight, self.in_proj_bias = whole.in_proj_weight, whole.in_proj_bias

    def forward(self, x: Tensor) -> Tensor:
        """Return the output for an input (N, L, embed_dim), in the same shape.

        Each position attends to all positions.
        """
        batch, length, dim = x.shape
        projected = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        heads = projected.reshape(batch, length, 3, self.num_heads, dim // self.num_heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # each (N, heads, L, E / heads)
        return F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(batch, length, dim)


class RestrictedSelfAttention(torch.nn.Module):
    """Multi-head self-attention in which each position attends to the `window_size` nearest positions.

    The window slides along the sequence as in a convolution, so that time and memory grow linearly with the
    length of the sequence, not quadratically. The parameters have the names, shapes and initialization of
    `torch.nn.MultiheadAttention`.
    """

    def __init__(self, embed_dim: int, num_heads: int, window_size: int, bias: bool = True) -> None:
        super().__init__()
        whole = torch.nn.MultiheadAttention(embed_dim, num_heads, bias=bias)
        self.num_heads, self.window_size = num_heads, window_size
        self.in_proj_weight, self.in_proj_bias = whole.in_proj_weight, whole.in_proj_bias
        self.out_proj = whole.out_proj

    def forward(self, x: Tensor) -> Tensor:
        """Return the output for an input (N, L, embed_dim), in the same shape.

        Each position attends to the positions in the window around it.
        """
        batch, length, dim = x.shape
        projected = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        heads = projected.reshape(batch, length, 3, self.num_heads, dim // self.num_heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # each (N, heads, L, E / heads)
        scores = torch.einsum("nhle,nhlew->nhlw", query, self._windows(key))
        inside = self._windows(torch.ones_like(x[:1, None, :, :1]))[..., 0, :]
        scores = (scores / math.sqrt(query.shape[-1])).masked_fill(inside == 0, -math.inf)
        seen = torch.einsum("nhlw,nhlew->nlhe", scores.softmax(-1), self._windows(value))
        output: Tensor = self.out_proj(seen.reshape(batch, length, dim))
        return output

    def _windows(self, x: Tensor) -> Tensor:
        reach = self.window_size // 2
        return F.pad(x, (0, 0, reach, reach)).unfold(2, self.window_size, 1)
