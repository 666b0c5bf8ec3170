"""Validate the array arguments of a function: type, element type, number of axes, shape.

The first argument of most functions, `where`, is the name of the public function that was called. It begins
the message of an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from convref.arrays.arguments import integer, shown
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
"""Element types by description, as NumPy's type characters; none is wider than a double."""


def tensor(where: str, name: str, value: Any, kinds: str = FLOATING) -> Array:
    """Check that `value` is an array of an accepted element type; return it in native byte order.

    Raises:
        ArgumentError: `value` is not a NumPy array, or its element type is not one of `kinds`.
    """
    if not isinstance(value, np.ndarray | np.generic):
        raise ArgumentError(f"{where}: {name} (a {type(value).__name__}) must be a NumPy array")
    x = np.asarray(value)
    if x.dtype.char not in _KINDS[kinds]:
        raise ArgumentError(f"{where}: {name} (of type {x.dtype}) must be {kinds}")
    return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))


def like(where: str, name: str, value: Any, x: Array) -> Array:
    """Check that `value` is an array of the element type of `x`, the call's input, and return it.

    Raises:
        ArgumentError: `value` is not a NumPy array, or its element type differs from that of `x`.
    """
    other = tensor(where, name, value, ANY)
    if other.dtype != x.dtype:
        raise ArgumentError(f"{where}: {name} (of type {other.dtype}) must have input's type, {x.dtype}")
    return other


def like_or_none(where: str, name: str, value: Any, x: Array) -> Array | None:
    """Return None for None; check and return any other value by `like`.

    Raises:
        ArgumentError: `value` is neither None nor a NumPy array of the element type of `x`.
    """
    return None if value is None else like(where, name, value, x)


def batched(where: str, x: Array, rank: int, *, empty: str = "batch") -> Array:
    """Return `x` as (N, C, *size) with `rank` spatial axes, adding a batch axis if it is missing.

    Args:
        where: the name of the caller.
        x: the input.
        rank: the number of spatial axes.
        empty: the axes that may have size 0, "batch" or "batch and channels".

    Raises:
        ShapeError: `x` has a wrong number of axes, or an axis of size 0 that is not in `empty`.
    """
    if x.ndim not in {rank + 1, rank + 2}:
        raise ShapeError(
            f"{where}: input (of shape {x.shape}) must have {rank + 2} axes, or {rank + 1} without a batch"
        )
    full = x if x.ndim == rank + 2 else x[np.newaxis]
    if 0 in full.shape[1 if empty == "batch" else 2 :]:
        raise ShapeError(
            f"{where}: input (of shape {x.shape}) must not have an axis of size 0, except for {empty}"
        )
    return full


def wide(x: Array) -> Array:
    """Convert half precision to single precision for summation; return other types unchanged.

    A sum in half precision loses digits at every addition. Like torch, the functions therefore sum in single
    precision, and round once at the end.
    """
    return x.astype(np.float32) if x.dtype == np.float16 else x


def axis(where: str, name: str, value: Any, ndim: int) -> int:
    """Check that `value` is an axis of an array with `ndim` axes, and return it as an index from 0.

    A negative `value` counts from the end. An array without axes is treated as one with a single axis.

    Raises:
        ArgumentError: `value` is not an integer, or there is no such axis.
    """
    number = integer(where, name, value)
    count = max(ndim, 1)
    if not -count <= number < count:
        raise ArgumentError(
            f"{where}: {name} (={number}) must be an axis of the input, -{count} to {count - 1}"
        )
    return number % count


def shape_is(where: str, name: str, x: Array | None, shape: Sequence[int]) -> None:
    """Check that `x` is None or has the given shape.

    Raises:
        ShapeError: `x` is an array of a different shape.
    """
    if x is not None and x.shape != tuple(shape):
        raise ShapeError(f"{where}: {name} (of shape {x.shape}) must have shape {tuple(shape)}")


def data_type(where: str, value: Any) -> np.dtype[Any]:
    """Convert `value`, the argument `dtype` of a public function, to a floating NumPy type.

    Raises:
        ArgumentError: `value` does not name a floating type.
    """
    try:
        kind: np.dtype[Any] = np.dtype(value)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{where}: dtype (={shown(value)}) must be a floating type") from error
    if kind.kind != "f":
        raise ArgumentError(f"{where}: dtype (={kind.name}) must be a floating type")
    return kind


def room_for(shape: Sequence[int], dtype: Any) -> None:
    """Raise at once if a result of this shape cannot be allocated, before parts of it are computed.

    The array is allocated but never written, which takes almost no time. The decorator `checked` converts
    the errors to ShapeError.

    Raises:
        MemoryError: there is not enough memory.
        ValueError: the shape is larger than NumPy can address.
    """
    np.empty(tuple(shape), dtype)


def generator_in_training(where: str, generator: Any) -> np.random.Generator:
    """Check that a call that draws random numbers was given a generator, and return it.

    Raises:
        ArgumentError: `generator` is not a numpy.random.Generator.
    """
    if not isinstance(generator, np.random.Generator):
        raise ArgumentError(
            f"{where}: generator (={generator!r}) must be a numpy.random.Generator in training"
        )
    return generator


def overwrite(where: str, name: str, target: Array, value: Array) -> Array:
    """Write `value` into `target`, an array that the caller asked to overwrite, and return `target`.

    Raises:
        ArgumentError: `target` is read-only.
    """
    if not target.flags.writeable:
        raise ArgumentError(f"{where}: {name} must be writeable, because it is written in place")
    target[...] = value
    return target
