"""Layer and RMS normalization: statistics over the last axes, separately for each index before them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.checks import COMPLEX, tensor, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array
from convref.functional.normalization.statistics import affine, centred, last_axes


@checked
def layer_norm(
    input: Array,
    normalized_shape: Sequence[int],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """Normalize over the last axes of `input`, whose sizes are `normalized_shape`.

    Subtract their mean, divide by sqrt(variance + eps), then multiply by `weight` and add `bias`, which have
    the shape `normalized_shape` or are None.

    Raises:
        ShapeError: the shapes do not fit.

    Source: Ba, Kiros and Hinton, "Layer normalization" (2016).

    Example:
        >>> layer_norm(np.array([[1.0, 3.0], [5.0, 9.0]]), (2,)).round(3)
        array([[-1.,  1.],
               [-1.,  1.]])
    """
    x = tensor("layer_norm", "input", input)
    axes = last_axes("layer_norm", x, normalized_shape)
    scale, shift = affine("layer_norm", x, weight, bias, tuple(normalized_shape))
    if not x.size:
        return x.copy()
    with ieee():
        _, var, y = centred(_rows(x, len(axes)))
        y *= 1 / np.sqrt(var + eps)
    return _scaled(y.reshape(x.shape), scale, shift).astype(x.dtype, copy=False)


@checked
def rms_norm(
    input: Array, normalized_shape: Sequence[int], weight: Array | None = None, eps: float | None = None
) -> Array:
    """Return x / sqrt(mean of x² + eps) · weight, with the mean over the last axes of `input`.

    Args:
        input: (…, *normalized_shape), floating or complex (the squares are then complex too, as in torch).
        normalized_shape: the sizes of the axes to normalize over.
        weight: an array of that shape, or None for 1.
        eps: a number added to the mean of x²; None means the machine epsilon of the input's type.

    Raises:
        ShapeError: the shapes do not fit.

    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019).

    Example:
        >>> rms_norm(np.array([[3.0, 4.0]]), (2,)).round(4)
        array([[0.8485, 1.1314]])
    """
    x = tensor("rms_norm", "input", input, COMPLEX)
    axes = last_axes("rms_norm", x, normalized_shape)
    scale, _ = affine("rms_norm", x, weight, None, tuple(normalized_shape))
    if not x.size:
        return x.copy()
    small = np.finfo(wide(x).dtype).eps if eps is None else eps
    with ieee():
        squares = np.square(wide(x)).mean(axis=axes, keepdims=True)
        return _scaled(wide(x) / np.sqrt(squares + small), scale, None).astype(x.dtype, copy=False)


def _rows(x: Array, rank: int) -> Array:
    """Flatten the last `rank` axes of `x` into one, and convert half precision to single precision."""
    return wide(x).reshape(*x.shape[: x.ndim - rank], prod(x.shape[x.ndim - rank :]))


@ieee()
def _scaled(y: Array, weight: Array | None, bias: Array | None) -> Array:
    """Multiply `y` in place by the weight and add the bias, each unless it is None; return `y`."""
    if weight is not None:
        y *= weight
    if bias is not None:
        y += bias
    return y
