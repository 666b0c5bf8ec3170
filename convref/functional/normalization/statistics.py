"""Compute means and variances, and check the arguments that all normalization functions share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convref.arrays.checks import like, overwrite, shape_is, wide
from convref.arrays.numerics import ieee
from convref.arrays.windows import Array, by_channel
from convref.errors import ArgumentError, ShapeError


def affine(
    where: str, x: Array, weight: Array | None, bias: Array | None, shape: tuple[int, ...]
) -> tuple[Array | None, Array | None]:
    """Check that weight and bias are None or have the shape `shape`, and return both as arrays or None.

    Raises:
        ArgumentError: weight or bias does not have the type of the input.
        ShapeError: weight or bias does not have the shape `shape`.
    """
    scale, shift = parameter(where, "weight", weight, x), parameter(where, "bias", bias, x)
    shape_is(where, "weight", scale, shape)
    shape_is(where, "bias", shift, shape)
    return scale, shift


def running(
    where: str, x: Array, mean: Array | None, var: Array | None, channels: int
) -> tuple[Array | None, Array | None]:
    """Check the running mean and variance, of which both or neither must be given, and return both.

    Raises:
        ArgumentError: only one of them is given, or one has a type other than the input's.
        ShapeError: one of them does not have one entry per channel.
    """
    if (mean is None) != (var is None):
        raise ArgumentError(f"{where}: running_mean and running_var must be given or left out together")
    for name, value in (("running_mean", mean), ("running_var", var)):
        shape_is(where, name, parameter(where, name, value, x), (channels,))
    return mean, var


def parameter(where: str, name: str, value: Array | None, x: Array) -> Array | None:
    """Return a parameter as an array, after a check that it has the type of the input `x`.

    If the input has half precision, the parameter may also be float32.

    Raises:
        ArgumentError: the array has another type.
    """
    if value is None or (x.dtype == np.float16 and getattr(value, "dtype", None) == np.float32):
        return value
    return like(where, name, value, x)


def last_axes(where: str, x: Array, shape: Sequence[int]) -> tuple[int, ...]:
    """Check that the last sizes of `x` are `shape`, and return the indices of those axes.

    Raises:
        ShapeError: the shape of `x` does not end in `shape`, or `shape` is not a sequence of sizes.
    """
    if not isinstance(shape, Sequence) or not shape or x.shape[-len(shape) :] != tuple(shape):
        raise ShapeError(
            f"{where}: input (of shape {x.shape}) must end in normalized_shape (={shape!r}). "
            "normalized_shape must be a sequence of at least one size"
        )
    return tuple(range(x.ndim - len(shape), x.ndim))


@ieee()
def mean(rows: Array) -> Array:
    """Return the means over the last axis, which is kept with size 1.

    The sum is computed as a product with a vector of ones, so that BLAS computes it. This takes a third of
    the time of np.mean and is as accurate, since BLAS also adds up many partial sums.
    """
    count = rows.shape[-1]
    return np.asarray((rows @ np.ones(count, rows.dtype))[..., np.newaxis] / rows.dtype.type(count))


@ieee()
def centred(rows: Array) -> tuple[Array, Array, Array]:
    """Return three arrays: the mean and the biased variance of each row (over the last axis), and x - mean.

    The variance is computed as the mean of (x - mean)². The other formula, mean(x²) - mean(x)², would save a
    pass over the data, but where the mean is large, it subtracts two nearly equal numbers and loses all
    digits.
    """
    means = mean(rows)
    difference = rows - means
    if difference.strides[-1] == difference.itemsize:
        squares = np.vecdot(difference, difference)
    else:  # einsum reads an array of any layout in the order of its memory, which vecdot does not
        squares = np.einsum("...i,...i->...", difference, difference)
    return means, squares[..., np.newaxis] / np.asarray(rows.shape[-1], rows.dtype), difference


@ieee()
def update(where: str, stored: Array, value: Array, momentum: float) -> None:
    """Update a running statistic in place to (1 - momentum) · stored + momentum · value."""
    overwrite(where, "a running statistic", stored, (1 - momentum) * stored + momentum * value)


@ieee()
def normalized(
    x: Array, mean: Array, var: Array, weight: Array | None, bias: Array | None, eps: float
) -> Array:
    """Return (x - mean) / sqrt(var + eps) · weight + bias for x (N, C, …) and one parameter per channel.

    The formula is computed as x · factor + offset, with one factor and one offset per channel, which takes
    two passes over the data instead of four.
    """
    factor, offset = factor_and_offset(mean, var, weight, bias, eps)
    y = wide(x) * by_channel(factor, x.ndim)
    y += by_channel(offset, x.ndim)
    return y.astype(x.dtype, copy=False)


@ieee()
def factor_and_offset(
    mean: Array, var: Array, weight: Array | None, bias: Array | None, eps: float
) -> tuple[Array, Array]:
    """Return a factor and an offset per channel, with which normalizing x is x · factor + offset.

    Half precision gives single precision.
    """
    factor = 1 / np.sqrt(wide(var) + eps)
    if weight is not None:
        factor = factor * weight
    offset = -wide(mean) * factor
    return factor, offset if bias is None else offset + bias
