"""What all factorizations need of a tensor: checks, unfoldings, errors."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from convref.errors import ArgumentError, ShapeError

Array: TypeAlias = npt.NDArray[Any]


def kernel(where: str, value: Any, *, spatial: int | None = None) -> Array:
    """`value` as a floating kernel (O, C, *kernel), with `spatial` axes after the channels if that is said.

    Raises:
        ArgumentError: it is no floating NumPy array.
        ShapeError: it has too few axes, another number than asked for, or an empty one.
    """
    x = floating(where, "weight", value)
    if x.ndim < 3 or (spatial is not None and x.ndim != spatial + 2):
        axes = "at least 3" if spatial is None else spatial + 2
        raise ShapeError(f"{where}: weight (of shape {x.shape}) must have {axes} axes")
    return x


def floating(where: str, name: str, value: Any) -> Array:
    """`value` as a floating array without empty axes.

    Raises:
        ArgumentError: it is no floating NumPy array, or has a value that is not finite.
        ShapeError: it has an empty axis.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        raise ArgumentError(f"{where}: {name} (a {type(value).__name__}) must be a floating NumPy array")
    if not value.size:
        raise ShapeError(f"{where}: {name} (of shape {value.shape}) must have no empty axis")
    if not np.isfinite(value).all():
        raise ArgumentError(f"{where}: {name} must have finite values only")
    return value


def rank(where: str, name: str, value: Any, most: int | None = None) -> int:
    """`value` as a rank, 1 to `most`.

    Raises:
        ArgumentError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ArgumentError(f"{where}: {name} (={value!r}) must be an integer of at least 1")
    if most is not None and value > most:
        raise ArgumentError(f"{where}: {name} (={value}) must be at most {most}")
    return int(value)


def unfold(x: Array, axis: int) -> Array:
    """The tensor as a matrix with `axis` as its rows and all others, in order, as its columns.

    Example:
        >>> unfold(np.arange(6).reshape(2, 3), 1)
        array([[0, 3],
               [1, 4],
               [2, 5]])
    """
    return np.moveaxis(x, axis, 0).reshape(x.shape[axis], -1)


def relative_error(exact: Array, approximate: Array) -> float:
    """The Frobenius norm of the difference as a share of that of `exact`; 0 for two zeros.

    Example:
        >>> relative_error(np.array([3.0, 4.0]), np.array([3.0, 0.0]))
        0.8
    """
    norm = float(np.linalg.norm(exact))
    difference = float(np.linalg.norm(exact - approximate))
    return difference / norm if norm else difference
