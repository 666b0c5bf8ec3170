"""Similarity and distance of vectors, as in torch.nn.functional."""

from __future__ import annotations

import numpy as np

from convref.algorithms.arrays import Array
from convref.algorithms.checks import ARITHMETIC, FLOATING, axis, like, tensor, wide
from convref.errors import ShapeError
from convref.functional.normalization import vector_norm


def cosine_similarity(x1: Array, x2: Array, dim: int = 1, eps: float = 1e-8) -> Array:
    """x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps)) along `dim`.

    Raises:
        ArgumentError: the arrays are not of one floating type, or `dim` is no axis of theirs.
        ShapeError: they do not broadcast.

    Example:
        >>> cosine_similarity(np.array([[3.0, 4.0]]), np.array([[4.0, 3.0]]))
        array([0.96])
    """
    a, b = _pair("cosine_similarity", x1, x2, FLOATING)
    along = axis("cosine_similarity", "dim", dim, a.ndim)
    if not a.ndim:
        a, b = a[np.newaxis], b[np.newaxis]
    unit = [x / np.maximum(vector_norm(x, 2, (along,)), eps) for x in (wide(a), wide(b))]
    return np.asarray((unit[0] * unit[1]).sum(axis=along), dtype=a.dtype)


def pairwise_distance(
    x1: Array, x2: Array, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Array:
    """The norm of order `p` of x1 - x2 + eps along the last axis; integers give float32.

    Raises:
        ArgumentError: the arrays are not of one type.
        ShapeError: they do not broadcast, or have no axis.

    Example:
        >>> pairwise_distance(np.array([[3.0, 4.0]]), np.array([[0.0, 0.0]])).round(4)
        array([5.])
    """
    a, b = _pair("pairwise_distance", x1, x2, ARITHMETIC)
    if not a.ndim:
        raise ShapeError("pairwise_distance: x1 and x2 (of shape ()) must have an axis")
    norm = vector_norm(wide(a) - wide(b) + eps, p, (a.ndim - 1,))
    kind = a.real.dtype if a.dtype.kind in "fc" else np.float32
    return (norm if keepdim else norm[..., 0]).astype(kind, copy=False)


def _pair(where: str, x1: Array, x2: Array, kinds: str) -> list[Array]:
    a = tensor(where, "x1", x1, kinds)
    b = like(where, "x2", x2, a)
    try:
        return list(np.broadcast_arrays(a, b))
    except ValueError:
        raise ShapeError(
            f"{where}: x2 (of shape {b.shape}) must broadcast with x1 (of shape {a.shape})"
        ) from None
