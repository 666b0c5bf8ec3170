"""Norm, similarity and distance of vectors, as in torch.nn.functional."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import (
    ARITHMETIC,
    COMPLEX,
    FLOATING,
    axis,
    like,
    overwrite,
    shape_is,
    tensor,
    wide,
)
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError


@checked
def cosine_similarity(x1: Array, x2: Array, dim: int = 1, eps: float = 1e-8) -> Array:
    """Return the cosine similarity x1 · x2 / (max(‖x1‖, eps) max(‖x2‖, eps)) of vectors along `dim`.

    Raises:
        ArgumentError: the arrays do not have the same floating type, or they have no axis `dim`.
        ShapeError: the arrays do not broadcast.

    Example:
        >>> cosine_similarity(np.array([[3.0, 4.0]]), np.array([[4.0, 3.0]]))
        array([0.96])
    """
    a, b = _pair("cosine_similarity", x1, x2, FLOATING)
    along = axis("cosine_similarity", "dim", dim, a.ndim)
    if not a.ndim:
        a, b = a[np.newaxis], b[np.newaxis]
    with ieee():
        unit = [x / np.maximum(vector_norm(x, 2, (along,)), eps) for x in (wide(a), wide(b))]
        return np.asarray((unit[0] * unit[1]).sum(axis=along), dtype=a.dtype)


@checked
def pairwise_distance(
    x1: Array, x2: Array, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Array:
    """Return the p-norm of x1 - x2 + eps along the last axis; integer inputs give float32.

    Raises:
        ArgumentError: the arrays have different types.
        ShapeError: the arrays do not broadcast, or are single numbers without an axis.

    Example:
        >>> pairwise_distance(np.array([[3.0, 4.0]]), np.array([[0.0, 0.0]])).round(4)
        array([5.])
    """
    a, b = _pair("pairwise_distance", x1, x2, ARITHMETIC)
    if not a.ndim:
        raise ShapeError("pairwise_distance: x1 and x2 (both of shape ()) must have at least 1 axis")
    with ieee():
        norm = vector_norm(wide(a) - wide(b) + eps, p, (a.ndim - 1,))
    kind = a.real.dtype if a.dtype.kind in "fc" else np.float32
    return (norm if keepdim else norm[..., 0]).astype(kind, copy=False)


@checked
def normalize(
    input: Array, p: float = 2.0, dim: int | Sequence[int] = 1, eps: float = 1e-12, out: Array | None = None
) -> Array:
    """Divide each vector along `dim` by its p-norm, or by `eps` if that is larger.

    Args:
        input: any shape, floating or complex.
        p: the order of the norm; it may also be 0 or infinite.
        dim: the axis along which the vectors lie, or several axes.
        eps: the smallest number to divide by.
        out: an array that the result is written into; it is also returned.

    Raises:
        ArgumentError: the input has no axis `dim`.
        ShapeError: `out` has another shape.

    Example:
        >>> normalize(np.array([[3.0, 4.0]]))
        array([[0.6, 0.8]])
    """
    x = tensor("normalize", "input", input, COMPLEX)
    axes = tuple(
        axis("normalize", "dim", each, x.ndim) for each in (dim if isinstance(dim, Sequence) else [dim])
    )
    if len(set(axes)) < len(axes):
        raise ArgumentError(f"normalize: dim (={dim!r}) must not contain the same axis twice")
    with ieee():
        norm = vector_norm(wide(x), p, axes if x.ndim else ())
        y = (wide(x) / np.maximum(norm, eps)).astype(x.dtype, copy=False)
    if out is None:
        return np.asarray(y)
    shape_is("normalize", "out", like("normalize", "out", out, x), x.shape)
    return overwrite("normalize", "out", out, y)


def vector_norm(x: Array, p: float, axes: tuple[int, ...]) -> Array:
    """Return the p-norm of `x` over `axes`; the reduced axes are kept with size 1.

    Example:
        >>> vector_norm(np.array([3.0, -4.0]), np.inf, (0,))
        array([4.])
    """
    size = np.abs(x)
    if p == 0:
        return np.asarray((size != 0).sum(axis=axes, keepdims=True), size.dtype)
    if isinf(p):
        return np.asarray((size.max if p > 0 else size.min)(axis=axes, keepdims=True))
    if p == 1:
        return np.asarray(size.sum(axis=axes, keepdims=True))
    return np.asarray((size**p).sum(axis=axes, keepdims=True) ** (1 / p))


def _pair(where: str, x1: Array, x2: Array, kinds: str) -> list[Array]:
    a = tensor(where, "x1", x1, kinds)
    b = like(where, "x2", x2, a)
    try:
        return list(np.broadcast_arrays(a, b))
    except ValueError:
        raise ShapeError(
            f"{where}: x2 (of shape {b.shape}) must broadcast with x1 (of shape {a.shape})"
        ) from None
