"""What every function does with its arrays first: check kind, type and rank, and say what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError

FLOATING = "floating"
INT64 = "floating or int64"
NUMERIC = "floating or integer"
ARITHMETIC = "floating, complex or integer"
COMPLEX = "floating or complex"
INTEGER = "integer"
ANY = "floating, complex, integer or boolean"

_FLOATS, _COMPLEX, _INTEGERS = "efd", "FD", np.typecodes["AllInteger"]

_KINDS = MappingProxyType(
    {
        FLOATING: _FLOATS,
        COMPLEX: _FLOATS + _COMPLEX,
        INTEGER: _INTEGERS,
        INT64: _FLOATS + np.dtype(np.int64).char,
        NUMERIC: _FLOATS + _INTEGERS,
        ARITHMETIC: _FLOATS + _COMPLEX + _INTEGERS,
        ANY: _FLOATS + _COMPLEX + _INTEGERS + "?",
    }
)
"""By description, the types' characters; none is wider than a double."""


def tensor(where: str, name: str, value: Any, kinds: str = FLOATING) -> Array:
    """`value` as a plain array in this machine's byte order, its type one of `kinds`.

    Raises:
        ArgumentError: it is no NumPy array, or its type is none of `kinds`.
    """
    if not isinstance(value, np.ndarray | np.generic):
        raise ArgumentError(f"{where}: {name} (a {type(value).__name__}) must be a NumPy array")
    x = np.asarray(value)
    if x.dtype.char not in _KINDS[kinds]:
        raise ArgumentError(f"{where}: {name} (of type {x.dtype}) must be {kinds}")
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))


def like(where: str, name: str, value: Any, x: Array) -> Array:
    """`value` as an array of the type of `x`, which is the call's input.

    Raises:
        ArgumentError: it is no array, or has another type.
    """
    other = tensor(where, name, value, ANY)
    if other.dtype != x.dtype:
        raise ArgumentError(f"{where}: {name} (of type {other.dtype}) must have input's type, {x.dtype}")
    return other


def like_or_none(where: str, name: str, value: Any, x: Array) -> Array | None:
    """The same for an argument that may be left out.

    Raises:
        ArgumentError: it is given and is no array, or has another type.
    """
    return None if value is None else like(where, name, value, x)


def batched(where: str, x: Array, rank: int, *, empty: str = "batch") -> Array:
    """`x` of shape (N, C, *size) with `rank` spatial axes; a missing batch becomes one of 1.

    Args:
        where: the caller.
        x: the input.
        rank: the number of spatial axes.
        empty: which axes may be without entries, "batch" or "batch and channels".

    Raises:
        ShapeError: `x` has another number of axes, or an empty axis that must not be.
    """
    if x.ndim not in {rank + 1, rank + 2}:
        raise ShapeError(
            f"{where}: input (of shape {x.shape}) must have {rank + 2} axes, or {rank + 1} without a batch"
        )
    full = x if x.ndim == rank + 2 else x[np.newaxis]
    if 0 in full.shape[1 if empty == "batch" else 2 :]:
        raise ShapeError(f"{where}: input (of shape {x.shape}) must have no empty axis but {empty}")
    return full


def wide(x: Array) -> Array:
    """`x` in the type that sums are made in: single precision for half, else its own."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def axis(where: str, name: str, value: Any, ndim: int) -> int:
    """`value` as an axis of an array with `ndim` axes, from 0; a negative one counts from the end.

    Raises:
        ArgumentError: there is no such axis.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ArgumentError(f"{where}: {name} (={value!r}) must be an integer")
    count = max(ndim, 1)
    number = value.__index__()
    if not -count <= number < count:
        raise ArgumentError(
            f"{where}: {name} (={number}) must be an axis of the input, -{count} to {count - 1}"
        )
    return int(number % count)


def shape_is(where: str, name: str, x: Array | None, shape: Sequence[int]) -> None:
    """Check that `x` is None or has this shape.

    Raises:
        ShapeError: it has another.
    """
    if x is not None and x.shape != tuple(shape):
        raise ShapeError(f"{where}: {name} (of shape {x.shape}) must have shape {tuple(shape)}")


def overwrite(where: str, name: str, target: Array, value: Array) -> Array:
    """Write `value` into an array that the caller asked to have written, and give that back.

    Raises:
        ArgumentError: it cannot be written.
    """
    if not target.flags.writeable:
        raise ArgumentError(f"{where}: {name} must be writeable, for it is written in place")
    target[...] = value
    return target
