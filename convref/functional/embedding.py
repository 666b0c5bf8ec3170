"""Convert indices to one-hot vectors, or to vectors from a table (embeddings), as in torch.nn.functional."""

from __future__ import annotations

import numpy as np

from convref.arrays import checks
from convref.arrays.arguments import integer
from convref.arrays.calls import checked
from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError
from convref.functional.distance import vector_norm


@checked
def one_hot(tensor: Array, num_classes: int = -1) -> Array:
    """Convert indices of shape (…) to int64 one-hot vectors of shape (…, num_classes).

    Args:
        tensor: int64 indices, from 0 to num_classes - 1.
        num_classes: the length of the vectors; -1 means the largest index plus one.

    Raises:
        ArgumentError: an index is negative, or not less than `num_classes`.

    Example:
        >>> one_hot(np.array([0, 2]))
        array([[1, 0, 0],
               [0, 0, 1]])
    """
    x = _indices("one_hot", "tensor", tensor)
    if x.dtype != np.int64:
        raise ArgumentError(f"one_hot: tensor (of type {x.dtype}) must be int64")
    count = integer("one_hot", "num_classes", num_classes, minimum=-1)
    if not x.size and count < 1:
        raise ArgumentError(
            f"one_hot: num_classes (={count}) must be at least 1 for an empty tensor, "
            "which has no largest index"
        )
    if x.size and x.min() < 0:
        raise ArgumentError(f"one_hot: tensor (smallest value {x.min()}) must not contain negative values")
    if count < 0:
        count = int(x.max()) + 1
    if x.size and x.max() >= count:
        raise ArgumentError(f"one_hot: num_classes (={count}) must be more than the largest index, {x.max()}")
    y = np.zeros((*x.shape, count), np.int64)
    np.put_along_axis(y, x[..., np.newaxis], 1, axis=-1)
    return y


@checked
def embedding(
    input: Array,
    weight: Array,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,  # noqa: ARG001 - a signature of torch
    sparse: bool = False,  # noqa: ARG001 - likewise
) -> Array:
    """Look up the rows of `weight` (V, E) at the indices in `input` (…), which gives (…, E).

    Args:
        input: the indices, int32 or int64, from 0 to V - 1.
        weight: the table of vectors, (V, E).
        padding_idx: a row that torch does not train; it has no effect here.
        max_norm: the largest norm of a row. Rows of `weight` that are looked up and have a larger norm are
            first scaled down to it **in place**, as in torch. None for no limit.
        norm_type: the order p of that norm.
        scale_grad_by_freq: an option of torch's gradients; it has no effect here.
        sparse: an option of torch's gradients; it has no effect here.

    Raises:
        ArgumentError: an index in `input` is not the index of a row of `weight`.
        ShapeError: `weight` does not have two axes.

    Example:
        >>> embedding(np.array([1, 0]), np.array([[0.0, 1.0], [2.0, 3.0]]))
        array([[2., 3.],
               [0., 1.]])
    """
    x = _indices("embedding", "input", input)
    if checks.tensor("embedding", "weight", weight, checks.ANY).ndim != 2:
        raise ShapeError(f"embedding: weight (of shape {weight.shape}) must have 2 axes")
    rows = weight.shape[0]
    if padding_idx is not None and not -rows <= integer("embedding", "padding_idx", padding_idx) < rows:
        raise ArgumentError(
            f"embedding: padding_idx (={padding_idx}) must be the index of one of the {rows} rows of weight"
        )
    if x.size and not 0 <= x.min() <= x.max() < rows:
        raise ArgumentError(
            f"embedding: the indices in input (from {x.min()} to {x.max()}) must be from 0 to {rows - 1}, "
            "the index of the last row of weight"
        )
    if max_norm is not None:
        used = np.unique(x)
        norm = vector_norm(weight[used], norm_type, (1,))
        shorter = weight.copy()
        shorter[used] = np.where(norm > max_norm, weight[used] * (max_norm / (norm + 1e-7)), weight[used])
        checks.overwrite("embedding", "weight", weight, shorter)
    return np.asarray(weight[x])


def _indices(where: str, name: str, value: Array) -> Array:
    x = checks.tensor(where, name, value, checks.INTEGER)
    if x.dtype not in {np.dtype(np.int32), np.dtype(np.int64)}:
        raise ArgumentError(f"{where}: {name} (of type {x.dtype}) must be int32 or int64")
    return x
