"""NumPy functions for operations that create tensors, such as `zeros` and `arange`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array


def _arange(start: float, end: float | None = None, step: float = 1, **_options: Any) -> Any:
    return np.arange(start, step=step) if end is None else np.arange(start, end, step)


def _triangle(rows: int, columns: int, offset: int = 0, **_options: Any) -> Any:
    return np.stack(np.tril_indices(rows, offset, columns))


def _upper(rows: int, columns: int, offset: int = 0, **_options: Any) -> Any:
    return np.stack(np.triu_indices(rows, offset, columns))


def _of_size(value: float) -> Callable[..., Array]:
    return lambda size, **_options: np.full(tuple(size), value)


def _like(value: float) -> Callable[..., Array]:
    return lambda x, **_options: np.full(x.shape, value)


def _new(value: float) -> Callable[..., Array]:
    return lambda _x, size, **_options: np.full(tuple(size), value)


def _meshgrid(axes: Sequence[Array], *, indexing: str = "ij") -> Any:
    return np.meshgrid(*axes, indexing="ij" if indexing == "ij" else "xy")


def _window(make: Callable[[int], Array]) -> Callable[..., Any]:
    """Return the function of a window, of which torch makes a period by default, and NumPy the whole."""

    def rule(size: int, periodic: bool = True, **_options: Any) -> Any:
        return make(size + 1)[:-1] if periodic else make(size)

    return rule


FACTORIES: dict[str, Callable[..., Any]] = {
    "tensor": np.asarray,
    "scalar_tensor": lambda value, **_options: np.asarray(value),
    **dict.fromkeys(("arange", "arange.start", "arange.start_step"), _arange),
    "linspace": lambda start, end, steps, **_options: np.linspace(start, end, steps),
    "zeros": _of_size(0.0),
    "ones": _of_size(1.0),
    "full": lambda size, value, **_options: np.full(tuple(size), value),
    "empty.memory_format": lambda _size, *, shape, **_options: np.zeros(shape),
    **dict.fromkeys(("zeros_like", "empty_like", "zero"), _like(0.0)),
    "ones_like": _like(1.0),
    **dict.fromkeys(
        ("full_like", "fill.Scalar", "fill.Tensor"), lambda x, value, **_: np.full(x.shape, value)
    ),
    **dict.fromkeys(("new_zeros", "new_empty"), _new(0.0)),
    "new_ones": _new(1.0),
    "new_full": lambda _x, size, value, **_options: np.full(tuple(size), value),
    "eye": lambda rows, **_options: np.eye(rows),
    "eye.m": lambda rows, columns, **_options: np.eye(rows, columns),
    "tril": lambda x, offset=0: np.tril(x, offset),
    "triu": lambda x, offset=0: np.triu(x, offset),
    "tril_indices": _triangle,
    "triu_indices": _upper,
    "meshgrid": _meshgrid,
    **dict.fromkeys(("hann_window", "hann_window.periodic"), _window(np.hanning)),
    **dict.fromkeys(("hamming_window", "hamming_window.periodic"), _window(np.hamming)),
    **dict.fromkeys(("blackman_window", "blackman_window.periodic"), _window(np.blackman)),
}
