"""Linear and bilinear layers, as in torch.nn.functional."""

from __future__ import annotations

import math

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import ARITHMETIC, like, like_or_none, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.errors import ShapeError


@checked
def linear(input: Array, weight: Array, bias: Array | None = None) -> Array:
    """Return input · weightᵀ + bias over the last axis.

    An input (…, in) and a weight (out, in) give (…, out); a weight (in,) gives (…).

    Raises:
        ArgumentError: the arrays have different types.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> linear(np.array([1.0, 2.0]), np.array([[1.0, 1.0], [0.0, 3.0]]), np.array([0.5, 0.0]))
        array([3.5, 6. ])
    """
    x = tensor("linear", "input", input, ARITHMETIC)
    rows = like("linear", "weight", weight, x)
    offset = like_or_none("linear", "bias", bias, x)
    if rows.ndim not in {1, 2}:
        raise ShapeError(f"linear: weight (of shape {rows.shape}) must have 1 or 2 axes")
    if not x.ndim or x.shape[-1] != rows.shape[-1]:
        raise ShapeError(
            f"linear: the last axis of input (of shape {x.shape}) must have the same "
            f"size as the last axis of weight, {rows.shape[-1]}"
        )
    if offset is not None and rows.ndim == 1 and offset.ndim:
        raise ShapeError(
            f"linear: bias (of shape {offset.shape}) must be a single number if weight has one axis"
        )
    shape = x.shape[:-1] + rows.shape[:-1]
    if offset is not None and (
        offset.ndim > max(len(shape), 1)
        or any(each not in {1, full} for each, full in zip(offset.shape[::-1], shape[::-1], strict=False))
    ):
        raise ShapeError(f"linear: bias (of shape {offset.shape}) must broadcast to shape {shape}")
    with ieee():
        y = _product(wide(x), wide(rows))
        if offset is not None:
            y += offset
    return np.asarray(y, dtype=x.dtype)


@checked
def bilinear(input1: Array, input2: Array, weight: Array, bias: Array | None = None) -> Array:
    """Return x1ᵀ W x2 + bias for each matrix W of the weight.

    Inputs (…, in1) and (…, in2) and a weight (out, in1, in2) give (…, out).

    Raises:
        ArgumentError: the arrays have different types.
        ShapeError: the shapes do not fit each other.

    Example:
        >>> bilinear(np.array([1.0, 2.0]), np.array([3.0]), np.array([[[1.0], [1.0]]]))
        array([9.])
    """
    x1 = tensor("bilinear", "input1", input1, ARITHMETIC)
    x2 = like("bilinear", "input2", input2, x1)
    matrices = like("bilinear", "weight", weight, x1)
    offset = like_or_none("bilinear", "bias", bias, x1)
    if matrices.ndim != 3 or x1.shape[-1:] != matrices.shape[1:2] or x2.shape[-1:] != matrices.shape[2:]:
        raise ShapeError(
            f"bilinear: weight (of shape {matrices.shape}) must have 3 axes. The last two must have "
            f"the sizes of the last axes of input1 (of shape {x1.shape}) and input2 (of shape {x2.shape})"
        )
    if x1.shape[:-1] != x2.shape[:-1]:
        raise ShapeError(
            f"bilinear: input1 (of shape {x1.shape}) and input2 (of shape {x2.shape}) must have equal shapes "
            "except for the last axis"
        )
    with ieee():
        y = np.einsum("...i,oij,...j->...o", wide(x1), wide(matrices), wide(x2), optimize=True)
    if offset is not None:
        if offset.shape != matrices.shape[:1]:
            raise ShapeError(f"bilinear: bias (of shape {offset.shape}) must have shape {matrices.shape[:1]}")
        with ieee():
            y = y + offset
    return np.asarray(y, dtype=x1.dtype)


def _product(x: Array, weight: Array) -> Array:
    """Return x weightᵀ over the last axis of x, as one matrix product with all other axes flattened.

    np.matmul(x, weight.T) would call BLAS once per index of the leading axes. With the axes flattened, it is
    called once. It computes (weight xᵀ)ᵀ, which equals x weightᵀ but is faster for few rows, since BLAS then
    reads the weight in the order of its memory.

    In memory, the features are the first axis of the result. If a caller permuted a channels-first array to
    channels last for this product, permuting the result back therefore needs no copy.
    """
    if weight.ndim == 1:
        return np.asarray(x @ weight)
    rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
    return np.asarray(np.matmul(weight, rows.T).T.reshape(*x.shape[:-1], len(weight)))
