"""NumPy functions for operations that read or write the elements at given indices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array


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


INDEXING: dict[str, Callable[..., Any]] = {
    "index.Tensor": _index,
    "index_put": _index_put,
    "index_select": lambda x, dim, index: np.take(x, index, axis=dim),
    "gather": _gather,
    **dict.fromkeys(("scatter.src", "scatter.value"), _scatter),
    "scatter_add": _scatter_add,
    "slice_scatter": _slice_scatter,
    "select_scatter": _select_scatter,
    "embedding": _embedding,
    "one_hot": lambda x, classes: np.eye(classes, dtype=np.int64)[x],
}
