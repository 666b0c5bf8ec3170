"""NumPy functions for operations that read or write the elements at given indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.errors import ArgumentError


def _index(x: Array, indices: Sequence[Array | None]) -> Any:
    return x[tuple(slice(None) if each is None else each for each in indices)]


def _index_put(x: Array, indices: Sequence[Array | None], values: Array, accumulate: bool = False) -> Any:
    made = x.copy()
    where: Any = tuple(slice(None) if each is None else each for each in indices)
    if accumulate:
        np.add.at(made, where, values)
    else:
        made[where] = values
    return made


def _gather(x: Array, dim: int, index: Array, **_options: Any) -> Any:
    grid: list[Any] = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    return x[tuple(grid)]


def _scatter(x: Array, dim: int, index: Array, source: Any) -> Any:
    made = x.copy()
    grid: list[Any] = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    made[tuple(grid)] = source[tuple(map(slice, index.shape))] if isinstance(source, np.ndarray) else source
    return made


def _scatter_add(x: Array, dim: int, index: Array, source: Array) -> Any:
    made = x.copy()
    grid: list[Any] = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    np.add.at(made, tuple(grid), source[tuple(map(slice, index.shape))])  # an index may occur twice
    return made


def _at(x: Array, dim: int, index: Array) -> Any:
    return (*[slice(None)] * (dim % x.ndim), index)


def _index_add(x: Array, dim: int, index: Array, source: Array, *, alpha: float = 1) -> Any:
    made = x.copy()
    np.add.at(made, _at(x, dim, index), source * alpha)  # an index may occur twice
    return made


def _index_copy(x: Array, dim: int, index: Array, source: Any) -> Any:
    made = x.copy()
    made[_at(x, dim, index)] = source
    return made


def _scatter_reduce(
    x: Array, dim: int, index: Array, source: Array, reduce: str, *, include_self: bool = True
) -> Any:
    if reduce not in _REDUCED or not include_self:
        options = f"reduce={reduce!r}, include_self={include_self}"
        raise ArgumentError(f"scatter_reduce cannot be run in NumPy with {options}")
    made = x.copy()
    grid: list[Any] = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    _REDUCED[reduce].at(made, tuple(grid), source[tuple(map(slice, index.shape))])
    return made


_REDUCED: dict[str, np.ufunc] = {"sum": np.add, "prod": np.multiply, "amax": np.maximum, "amin": np.minimum}


def _found(x: Array, edges: Array, right: bool) -> Any:
    return np.asarray(np.searchsorted(edges, x, "right" if right else "left"))


def _bucketize(x: Array, edges: Array, *, right: bool = False, **_options: Any) -> Any:
    return _found(x, edges, right)


def _search_sorted(edges: Array, x: Array, *, right: bool = False, side: str | None = None, **_: Any) -> Any:
    if edges.ndim > 1:
        raise ArgumentError("searchsorted cannot be run in NumPy with a sequence for each sample")
    return _found(x, edges, right or side == "right")


def _diagonal(x: Array, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    size = x.shape[-1] + abs(offset)
    made = np.zeros((*x.shape[:-1], size, size), dtype=x.dtype)
    places = np.arange(x.shape[-1])
    made[..., places + max(-offset, 0), places + max(offset, 0)] = x
    return np.moveaxis(made, (-2, -1), (dim1, dim2))


def _block_diagonal(blocks: Sequence[Array]) -> Any:
    blocks = [np.atleast_2d(block) for block in blocks]
    made = np.zeros(np.sum([block.shape for block in blocks], axis=0), dtype=np.result_type(*blocks))
    row = column = 0
    for block in blocks:
        made[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return made


def _slice_scatter(
    x: Array, source: Array, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Any:
    made, cut = x.copy(), [slice(None)] * x.ndim
    cut[dim] = slice(start, end, step)
    made[tuple(cut)] = source
    return made


def _select_scatter(x: Array, source: Array, dim: int, index: int) -> Any:
    made, cut = x.copy(), [slice(None)] * x.ndim
    cut[dim] = index  # type: ignore[call-overload] # one position of that axis
    made[tuple(cut)] = source
    return made


def _embedding(weight: Array, index: Array, *_options: Any, **_named: Any) -> Any:
    return weight[index]


def _embedding_bag(
    index: Array,
    weight: Array,
    offsets: Array | None = None,
    max_norm: float | None = None,
    _norm_type: float = 2.0,
    _scale_grad_by_freq: bool = False,
    mode: str = "mean",
    _sparse: bool = False,
    per_sample_weights: Array | None = None,
    _include_last_offset: bool = False,
    padding_idx: int | None = None,
    **_named: Any,
) -> Any:
    """Look up the indices in each row of `index` (a bag) in `weight`, and return one vector per bag.

    It is the sum, mean or maximum of the rows of `weight` that the bag names. Indices equal to `padding_idx`
    are left out; a bag without any other index gives zeros.

    Raises:
        ArgumentError: `offsets` or `max_norm` is given.
    """
    if offsets is not None or max_norm is not None:
        name = "offsets" if offsets is not None else "max_norm"
        raise ArgumentError(f"embedding_bag cannot be run in NumPy with {name}")
    rows = weight[index]
    if per_sample_weights is not None:
        rows = rows * per_sample_weights[..., np.newaxis]
    used = np.ones(index.shape, dtype=bool)
    if padding_idx is not None:
        used = index != padding_idx % len(weight)
    count = used.sum(1, keepdims=True)
    if mode == "max":
        most = np.where(used[..., np.newaxis], rows, -np.inf).max(1)
        return np.where(count > 0, most, 0)
    total = np.where(used[..., np.newaxis], rows, 0).sum(1)
    return total / np.maximum(count, 1) if mode == "mean" else total


def _max_unpool(x: Array, index: Array, size: Sequence[int], *_windows: Any) -> Any:
    """Return an array of zeros of the spatial size `size`, with the elements of `x` written at `index`."""
    lead = x.shape[: x.ndim - len(size)]
    made = np.zeros((*lead, int(np.prod(size))), dtype=x.dtype)
    np.put_along_axis(made, index.reshape(*lead, -1), x.reshape(*lead, -1), axis=-1)
    return made.reshape(*lead, *size)


INDEXING: dict[str, Callable[..., Any]] = {
    "index.Tensor": _index,
    "index_put": _index_put,
    "index_select": lambda x, dim, index: np.take(x, index, axis=dim),
    "gather": _gather,
    **dict.fromkeys(("scatter.src", "scatter.value"), _scatter),
    "scatter_add": _scatter_add,
    "scatter_reduce.two": _scatter_reduce,
    "index_add": _index_add,
    **dict.fromkeys(("index_copy", "index_fill.int_Scalar", "index_fill.int_Tensor"), _index_copy),
    "take": np.take,
    "bucketize.Tensor": _bucketize,
    "searchsorted.Tensor": _search_sorted,
    "diag_embed": _diagonal,
    "block_diag": _block_diagonal,
    "slice_scatter": _slice_scatter,
    "select_scatter": _select_scatter,
    "embedding": _embedding,
    "embedding_bag": _embedding_bag,
    **dict.fromkeys(("max_unpool2d", "max_unpool3d"), _max_unpool),
    "one_hot": lambda x, classes: np.eye(classes, dtype=np.int64)[x],
}
