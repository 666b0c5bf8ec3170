"""Activations along one axis, as in torch.nn.functional: softmax and its variants, and glu.

All of them raise ArgumentError if `input` is not a floating array or has no axis `dim`.

exp(x) overflows for x above 88 in single precision. Subtracting the largest value first does not change the
quotient, and makes the largest exponential 1.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from convref.arrays.calls import checked
from convref.arrays.checks import ANY, ARITHMETIC, axis, data_type, tensor, wide
from convref.arrays.numerics import BLOCK, ieee
from convref.arrays.windows import Array
from convref.errors import ShapeError


@checked
def softmax(
    input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: npt.DTypeLike | None = None
) -> Array:
    """Return exp(x) divided by its sum along `dim`, without overflow.

    Args:
        input: any shape.
        dim: the axis. If None, a warning is issued and the axis is guessed as torch does: axis 0 for inputs
            with 0, 1 or 3 axes, else axis 1.
        _stacklevel: the stack level of that warning; see `warnings.warn`.
        dtype: the floating type that the input is converted to first; None for no conversion.

    Example:
        >>> softmax(np.array([0.0, 0.0, -np.inf]), dim=0)
        array([0.5, 0.5, 0. ])
    """
    x, along = _prepared("softmax", input, dim, _stacklevel, dtype)
    if along == x.ndim - 1 and x.shape[-1]:
        return _over_rows(x)
    with ieee():
        powers = np.exp(wide(x) - wide(x).max(axis=along, keepdims=True, initial=-np.inf))
        powers /= powers.sum(axis=along, keepdims=True)
        return np.asarray(powers, dtype=x.dtype)


@checked
def softmin(
    input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: npt.DTypeLike | None = None
) -> Array:
    """Return the softmax of -x; arguments as in `softmax`.

    Example:
        >>> softmin(np.array([0.0, 0.0, np.inf]), dim=0)
        array([0.5, 0.5, 0. ])
    """
    x = tensor("softmin", "input", input, ARITHMETIC)
    x, along = _prepared("softmin", -x, dim, _stacklevel, dtype)
    return softmax(x, along)


@checked
def log_softmax(
    input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: npt.DTypeLike | None = None
) -> Array:
    """Return log(softmax(x)), without overflow or underflow; arguments as in `softmax`.

    Example:
        >>> log_softmax(np.array([0.0, -1000.0]), dim=0)
        array([    0., -1000.])
    """
    x, along = _prepared("log_softmax", input, dim, _stacklevel, dtype)
    with ieee():
        shifted = wide(x) - wide(x).max(axis=along, keepdims=True, initial=-np.inf)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=along, keepdims=True)), dtype=x.dtype)


@checked
def glu(input: Array, dim: int = -1) -> Array:
    """Return a · sigmoid(b), where a and b are the halves of `input` along `dim` (Dauphin et al., 2016).

    Raises:
        ShapeError: the size of that axis is odd.

    Example:
        >>> glu(np.array([[3.0, 0.0], [8.0, 0.0]]))
        array([[1.5],
               [4. ]])
    """
    x = tensor("glu", "input", input)
    if not x.ndim:
        raise ShapeError("glu: input (of shape ()) must have at least 1 axis, which is halved")
    along = axis("glu", "dim", dim, x.ndim)
    if x.shape[along] % 2:
        raise ShapeError(f"glu: input (of shape {x.shape}) must have an even size along dim (={dim})")
    a, b = np.split(wide(x), 2, axis=along)
    with ieee():
        return np.asarray(a / (1 + np.exp(-b)), dtype=x.dtype)


def _prepared(
    where: str, input: Array, dim: int | None, stacklevel: int, dtype: npt.DTypeLike | None
) -> tuple[Array, int]:
    """Return the input, converted to the type to compute in, and the axis (guessed if `dim` is None)."""
    x = tensor(where, "input", input, ANY)
    if dtype is not None:
        x = x.astype(data_type(where, dtype))
    x = tensor(where, "input", x)
    if dim is None:
        dim = 0 if x.ndim in {0, 1, 3} else 1
        warnings.warn(
            f"{where}: dim was not given and is taken to be {dim}; pass it explicitly", stacklevel=stacklevel
        )
    return x, axis(where, "dim", dim, x.ndim)


@ieee()
def _over_rows(x: Array) -> Array:
    """Return the softmax over the last axis, computed a few rows at a time so that they stay in the cache."""
    y = np.empty(x.shape, x.dtype)
    rows, results = x.reshape(-1, x.shape[-1]), y.reshape(-1, x.shape[-1])
    step = max(1, BLOCK // x.shape[-1])
    for start in range(0, len(rows), step):
        block = wide(rows[start : start + step])
        powers = block - block.max(axis=-1, keepdims=True)
        np.exp(powers, out=powers)
        powers /= powers.sum(axis=-1, keepdims=True)
        results[start : start + step] = powers
    return y
