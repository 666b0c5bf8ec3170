"""NumPy functions for operations that reshape, slice, pad or reorder tensors without any arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.functional.padding import pad as pad_array


def _shaped(x: Array, *_sizes: Any, shape: tuple[int, ...], **_options: Any) -> Any:
    return x.reshape(shape)


def _expand(x: Array, *_sizes: Any, shape: tuple[int, ...], **_options: Any) -> Any:
    return np.broadcast_to(x, shape)


def _copy(into: Array, x: Array, *_more: Any, shape: tuple[int, ...]) -> Any:  # noqa: ARG001 - its size is known
    return np.broadcast_to(x, shape)


def _transpose(x: Array, one: int, other: int) -> Any:
    return np.swapaxes(x, one, other)


def _t(x: Array) -> Any:
    return x.T


def _squeeze(x: Array, dim: int | Sequence[int]) -> Any:
    dims = [dim] if isinstance(dim, int) else dim
    return np.squeeze(x, tuple(each % x.ndim for each in dims if x.shape[each] == 1)) if x.ndim else x


def _slice(x: Array, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1) -> Any:
    cut = [slice(None)] * x.ndim
    cut[dim] = slice(start, end, step)
    return x[tuple(cut)]


def _select(x: Array, dim: int, index: int) -> Any:
    return np.take(x, index, axis=dim)


def _narrow(x: Array, dim: int, start: int, length: int) -> Any:
    return _slice(x, dim, start, start + length)


def _split(x: Array, size: int, dim: int = 0) -> list[Array]:
    return np.split(x, range(size, x.shape[dim], size), axis=dim)


def _split_sizes(x: Array, sizes: Sequence[int], dim: int = 0) -> list[Array]:
    return np.split(x, np.cumsum(sizes)[:-1], axis=dim)


def _unbind(x: Array, dim: int = 0) -> list[Array]:
    return [np.take(x, index, axis=dim) for index in range(x.shape[dim])]


def _cat(parts: Sequence[Array], dim: int = 0) -> Any:
    kept = [part for part in parts if part.shape != (0,)]  # torch ignores tensors of this shape
    return np.concatenate(kept or list(parts), axis=dim)


def _stack(parts: Sequence[Array], dim: int = 0) -> Any:
    return np.stack(parts, axis=dim)


def _repeat(x: Array, times: Sequence[int]) -> Any:
    return np.tile(x, times)


def _repeat_each(x: Array, times: int, dim: int | None = None, **_options: Any) -> Any:
    return np.repeat(x, times, axis=dim)


def _roll(x: Array, shifts: Sequence[int], dims: Sequence[int] = ()) -> Any:
    return np.roll(x, tuple(shifts), tuple(dims)) if dims else np.roll(x, shifts[0])


def _flip(x: Array, dims: Sequence[int]) -> Any:
    return np.flip(x, tuple(dims))


def _unfold(x: Array, dim: int, size: int, step: int) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=dim)
    return _slice(windows, dim % x.ndim, 0, None, step)


def _diagonal(x: Array, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    return np.diagonal(x, offset, dim1, dim2)


def _padded(mode: str) -> Callable[..., Array]:
    def pad(x: Array, sides: Sequence[int], value: float = 0.0) -> Any:
        return pad_array(x, list(sides), mode, value if mode == "constant" else None)

    return pad


def _constant_pad(x: Array, sides: Sequence[int], value: float = 0.0) -> Any:
    """Pad the last axes with a constant; a negative number of elements crops instead."""
    pairs = [(0, 0)] * (x.ndim - len(sides) // 2) + [
        (sides[place], sides[place + 1]) for place in range(len(sides) - 2, -1, -2)
    ]
    cut = tuple(slice(max(-low, 0), x.shape[axis] - max(-high, 0)) for axis, (low, high) in enumerate(pairs))
    return np.pad(x[cut], [(max(low, 0), max(high, 0)) for low, high in pairs], constant_values=value)


def _pad(x: Array, sides: Sequence[int], mode: str = "constant", value: float | None = None) -> Any:
    if mode == "constant":
        return _constant_pad(x, sides, value or 0.0)
    return pad_array(x, list(sides), mode, value)


def _same(x: Array, *_args: Any, **_options: Any) -> Any:
    return x


def _as_strided(x: Array, size: Sequence[int], stride: Sequence[int], offset: int | None = None) -> Any:
    flat = np.ascontiguousarray(x).reshape(-1)
    index = np.full((), offset or 0)
    for count, step in zip(size, stride, strict=True):
        index = index[..., np.newaxis] + np.arange(count) * step
    return flat[index]


SHAPES: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("alias", "detach", "_to_copy", "lift_fresh_copy", "clone"), _same),
    **dict.fromkeys(("view", "_unsafe_view", "reshape", "squeeze"), _shaped),
    "expand": _expand,
    "copy": _copy,
    "permute": np.transpose,
    "transpose.int": _transpose,
    "t": _t,
    "unsqueeze": np.expand_dims,
    **dict.fromkeys(("squeeze.dim", "squeeze.dims"), _squeeze),
    "slice.Tensor": _slice,
    "select.int": _select,
    "narrow": _narrow,
    **dict.fromkeys(("split.Tensor", "unsafe_split.Tensor"), _split),
    **dict.fromkeys(("split_with_sizes", "unsafe_split_with_sizes"), _split_sizes),
    "unbind.int": _unbind,
    "cat": _cat,
    "stack": _stack,
    "repeat": _repeat,
    "repeat_interleave.self_int": _repeat_each,
    "roll": _roll,
    "flip": _flip,
    "rot90": lambda x, times=1, dims=(0, 1): np.rot90(x, times, tuple(dims)),
    **dict.fromkeys(("unfold", "unfold_copy"), _unfold),
    "diagonal": _diagonal,
    "as_strided": _as_strided,
    "constant_pad_nd": _constant_pad,
    "pad": _pad,
    **{f"reflection_pad{rank}d": _padded("reflect") for rank in (1, 2, 3)},
    **{f"replication_pad{rank}d": _padded("replicate") for rank in (1, 2, 3)},
}
