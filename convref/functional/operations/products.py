"""NumPy functions for products of matrices, convolutions and attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.functional.attention import scaled_dot_product_attention
from convref.functional.conv import conv1d, conv2d, conv3d
from convref.functional.conv_transpose import conv_transpose1d, conv_transpose2d, conv_transpose3d
from convref.functional.linear import bilinear, linear
from convref.functional.multi_head import multi_head_attention_forward

CONVOLUTIONS = {1: conv1d, 2: conv2d, 3: conv3d}
TRANSPOSED = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}


def _added(bias: Array, one: Array, other: Array, *, beta: float = 1, alpha: float = 1) -> Array:
    return beta * bias + alpha * (one @ other)


def _convolution(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
) -> Array:
    rank = weight.ndim - 2
    if transposed:
        return TRANSPOSED[rank](
            x, weight, bias, tuple(stride), tuple(padding), tuple(output_padding), groups, tuple(dilation)
        )
    return CONVOLUTIONS[rank](x, weight, bias, tuple(stride), tuple(padding), tuple(dilation), groups)


def _einsum(equation: str, *operands: Array) -> Array:
    return np.asarray(np.einsum(equation.replace(" ", ""), *operands, optimize=len(operands) > 1))


def _linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    return linear(x, weight, bias)


def _vector_dot(one: Array, other: Array) -> Array:
    return np.asarray(np.vdot(one, other))


def _distances(one: Array, other: Array, p: float = 2.0, *_mode: Any, **_options: Any) -> Array:
    apart = np.abs(one[..., :, np.newaxis, :] - other[..., np.newaxis, :, :])
    return np.asarray(np.max(apart, axis=-1) if np.isinf(p) else np.sum(apart**p, axis=-1) ** (1 / p))


PRODUCTS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("mm", "bmm", "matmul", "mv"), np.matmul),
    **dict.fromkeys(("addmm", "baddbmm", "addmv"), _added),
    **dict.fromkeys(("dot", "vdot"), _vector_dot),
    "outer": np.multiply.outer,
    "einsum": _einsum,
    "linear": _linear,
    "bilinear": bilinear,
    "convolution": _convolution,
    "scaled_dot_product_attention": scaled_dot_product_attention,
    "multi_head_attention_forward": multi_head_attention_forward,
    **dict.fromkeys(("cdist", "_cdist_forward"), _distances),
}
