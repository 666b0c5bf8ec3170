"""Check, unfold and compare tensors: functions shared by all factorizations."""

from __future__ import annotations

from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.errors import ArgumentError, ShapeError


def kernel(where: str, value: Any, *, spatial: int | None = None) -> Array:
    """Return `value`, after checking that it is a floating-point kernel (O, C, *kernel).

    Raises:
        ArgumentError: `value` is not a floating-point NumPy array of finite values.
        ShapeError: `value` has no spatial axis; has another number of them than `spatial`, if that is given;
            or has an axis of size 0.
    """
    x = floating(where, "weight", value)
    if x.ndim < 3 or (spatial is not None and x.ndim != spatial + 2):
        axes = "at least 3" if spatial is None else spatial + 2
        raise ShapeError(f"{where}: weight (of shape {x.shape}) must have {axes} axes")
    return x


def floating(where: str, name: str, value: Any) -> Array:
    """Return `value`, after checking that it is a finite floating-point array without axes of size 0.

    Raises:
        ArgumentError: `value` is not a floating-point NumPy array, or has an element that is not finite.
        ShapeError: `value` has an axis of size 0.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        raise ArgumentError(
            f"{where}: {name} (a {type(value).__name__}) must be a floating-point NumPy array"
        )
    if not value.size:
        raise ShapeError(f"{where}: {name} (of shape {value.shape}) must have no empty axis")
    if not np.isfinite(value).all():
        raise ArgumentError(f"{where}: {name} must have finite values only")
    return value


def unfold(x: Array, axis: int) -> Array:
    """Reshape a tensor to a matrix; the rows are the axis `axis`, the columns all other axes, flattened.

    Example:
        >>> unfold(np.arange(6).reshape(2, 3), 1)
        array([[0, 3],
               [1, 4],
               [2, 5]])
    """
    return np.moveaxis(x, axis, 0).reshape(x.shape[axis], -1)


def relative_error(exact: Array, approximate: Array) -> float:
    """Return ‖exact - approximate‖ / ‖exact‖ in the Frobenius norm; 0 if both tensors are zero.

    Example:
        >>> relative_error(np.array([3.0, 4.0]), np.array([3.0, 0.0]))
        0.8
    """
    norm = float(np.linalg.norm(exact))
    difference = float(np.linalg.norm(exact - approximate))
    return difference / norm if norm else difference
