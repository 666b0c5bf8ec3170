"""softmax and its kin, and glu: activations along one axis, as in torch.nn.functional.

Raised by all of them: ArgumentError, when `input` is no floating array or `dim` no axis of it.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from convref.arrays.checks import ANY, ARITHMETIC, axis, tensor, wide
from convref.arrays.windows import Array
from convref.errors import ShapeError


def softmax(
    input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: npt.DTypeLike | None = None
) -> Array:
    """exp(x) divided by its sum along `dim`, without overflow.

    Args:
        input: any shape.
        dim: the axis. Left out, it is guessed as torch does (0 with 0, 1 or 3 axes, else 1), with a
            warning.
        _stacklevel: where that warning points.
        dtype: the floating type that the input is turned into first.

    Example:
        >>> softmax(np.array([0.0, 0.0, -np.inf]), dim=0)
        array([0.5, 0.5, 0. ])
    """
    x, along = _prepared("softmax", input, dim, _stacklevel, dtype)
    with np.errstate(all="ignore"):
        powers = np.exp(wide(x) - wide(x).max(axis=along, keepdims=True, initial=-np.inf))
        return np.asarray(powers / powers.sum(axis=along, keepdims=True), dtype=x.dtype)


def softmin(
    input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: npt.DTypeLike | None = None
) -> Array:
    """The softmax of -x; arguments as there.

    Example:
        >>> softmin(np.array([0.0, 0.0, np.inf]), dim=0)
        array([0.5, 0.5, 0. ])
    """
    x = tensor("softmin", "input", input, ARITHMETIC)
    x, along = _prepared("softmin", -x, dim, _stacklevel, dtype)
    return softmax(x, along)


def log_softmax(
    input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: npt.DTypeLike | None = None
) -> Array:
    """log(softmax(x)), without overflow or underflow; arguments as there.

    Example:
        >>> log_softmax(np.array([0.0, -1000.0]), dim=0)
        array([    0., -1000.])
    """
    x, along = _prepared("log_softmax", input, dim, _stacklevel, dtype)
    with np.errstate(all="ignore"):
        shifted = wide(x) - wide(x).max(axis=along, keepdims=True, initial=-np.inf)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=along, keepdims=True)), dtype=x.dtype)


def glu(input: Array, dim: int = -1) -> Array:
    """The product a · sigmoid(b), a and b being the halves of `input` along `dim` (Dauphin et al., 2016).

    Raises:
        ShapeError: that axis has no halves.

    Example:
        >>> glu(np.array([[3.0, 0.0], [8.0, 0.0]]))
        array([[1.5],
               [4. ]])
    """
    x = tensor("glu", "input", input)
    if not x.ndim:
        raise ShapeError("glu: input (of shape ()) must have an axis to halve")
    along = axis("glu", "dim", dim, x.ndim)
    if x.shape[along] % 2:
        raise ShapeError(f"glu: input (of shape {x.shape}) must have an even size along dim (={dim})")
    a, b = np.split(wide(x), 2, axis=along)
    with np.errstate(all="ignore"):
        return np.asarray(a / (1 + np.exp(-b)), dtype=x.dtype)


def _prepared(
    where: str, input: Array, dim: int | None, stacklevel: int, dtype: npt.DTypeLike | None
) -> tuple[Array, int]:
    x = tensor(where, "input", input, ANY)
    if dtype is not None:
        x = x.astype(dtype)
    x = tensor(where, "input", x)
    if dim is None:
        dim = 0 if x.ndim in {0, 1, 3} else 1
        warnings.warn(f"{where}: dim is guessed to be {dim}; name it", stacklevel=stacklevel)
    return x, axis(where, "dim", dim, x.ndim)
