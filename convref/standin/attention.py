"""`MultiheadAttention`: the stand-in's version of `torch.nn.MultiheadAttention`."""

from __future__ import annotations

from typing import Any

from convref import nn
from convref.assembly.refusals import Unreadable
from convref.errors import ArgumentError
from convref.nn import Layer
from convref.standin.dtypes import DType, float32
from convref.standin.layers import classes
from convref.standin.module import Module
from convref.standin.operations.products import functional
from convref.standin.operations.views import transpose
from convref.standin.shapes import contiguous
from convref.standin.tape import active
from convref.standin.tensor import Parameter, Tensor, refused

WEIGHTS = "the weights of attention are not supported without PyTorch; use need_weights=False"


class MultiheadAttention(Module):
    """Multi-head attention (Vaswani et al., 2017), with the arguments of torch's module."""

    _layer = nn.MultiheadAttention

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,  # noqa: ARG002 - torch's signature
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
            rule = f"must be a positive multiple of num_heads (={num_heads})"
            raise ValueError(f"embed_dim (={embed_dim}) {rule}")
        if add_bias_kv or add_zero_attn or {kdim, vdim} - {None, embed_dim}:
            rule = "add_bias_kv, add_zero_attn, kdim and vdim are not supported without PyTorch"
            raise refused("MultiheadAttention", rule)
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.kdim, self.vdim, self.batch_first = kdim, vdim, batch_first
        self.add_zero_attn, self.add_bias_kv = add_zero_attn, add_bias_kv
        self.in_proj_weight = Parameter(Tensor((3 * embed_dim, embed_dim), dtype or float32))
        self.in_proj_bias = Parameter(Tensor((3 * embed_dim,), dtype or float32)) if bias else None
        linear: Any = classes()["Linear"]
        self.out_proj = linear(embed_dim, embed_dim, bias=bias, dtype=dtype)

    def layer(self) -> Layer:
        """Return the layer of `convref.nn` with the module's arguments.

        Raises:
            Unreadable: the layer does not accept these arguments.
        """
        try:
            return nn.MultiheadAttention(
                self.embed_dim,
                self.num_heads,
                self.dropout,
                self.in_proj_bias is not None,
                batch_first=self.batch_first,
            )
        except ArgumentError as error:
            raise Unreadable(str(error)) from error

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Return a pair: the output, and the attention weights.

        The weights are None if `need_weights` is False. The stand-in cannot describe them otherwise: they are
        then a placeholder with only a shape, and an operation on it raises an error.
        """
        if key_padding_mask is not None or attn_mask is not None or is_causal or not average_attn_weights:
            rule = "masks, is_causal and average_attn_weights=False are not supported without PyTorch"
            raise refused("MultiheadAttention", rule)
        weights = None
        if need_weights:
            weights = Tensor((query.shape[0], query.shape[1], key.shape[1]), query.dtype)
            weights.missing = WEIGHTS
        made = Tensor(query.shape, query.dtype, contiguous(query.shape))
        tape = active()
        if tape is None:
            return made, weights
        try:
            layer: Layer | None = self.layer() if query is key is value and query.ndim == 3 else None
        except Unreadable:
            layer = None
        if layer is not None:
            layer.output_shape(tuple(query.shape[1:]))
            held = {"in_proj_weight": self.in_proj_weight, "in_proj_bias": self.in_proj_bias}
            path = tape.scopes.pop()
            try:
                done = tape.layer(path, layer, query, made, held)
            finally:
                tape.scopes.append(path)
            if done:
                return made, weights
        return self._as_function(query, key, value), weights

    def _as_function(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        if query.ndim != 3:
            raise refused("MultiheadAttention", "inputs without a batch are not supported without PyTorch")
        if self.batch_first:
            turned = {id(each): transpose(each, 1, 0) for each in (query, key, value)}
            query, key, value = (turned[id(each)] for each in (query, key, value))
        args = (
            *(
                query,
                key,
                value,
                self.embed_dim,
                self.num_heads,
                self.in_proj_weight,
                self.in_proj_bias,
                None,
            ),
            *(
                None,
                self.add_zero_attn,
                self.dropout,
                self.out_proj.weight,
                self.out_proj.bias,
                self.training,
            ),
            *(None, True, None, False, None, None, None, None, None, True, False),
        )
        made = functional("multi_head_attention_forward", args, tuple(query.shape))
        return transpose(made, 1, 0) if self.batch_first else made
