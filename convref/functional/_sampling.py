"""Sample arrays at fractional coordinates by interpolating between their entries.

Each point reads a few entries along an axis, its taps. The plan of one axis is a pair of arrays (indices,
weights) of shape (taps, *points): the index of each tap's entry, and its weight. A sample combines the plans
of all axes: each combination of one tap per axis selects an entry of the array, which is weighted by the
product of the taps' weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.windows import Array
from convref.functional._resampling import INTERPOLATION, cubic_kernel

Taps: TypeAlias = tuple[Array, Array]


def nearest(coordinate: Array) -> Taps:
    """Return a plan with one tap per point: the nearest entry.

    If two entries are equally near, it is the one with the even index.

    Example:
        >>> nearest(np.array([0.5, 0.7]))
        (array([[0., 1.]]), array([[1., 1.]]))
    """
    return np.rint(coordinate)[np.newaxis], np.ones((1, *coordinate.shape), coordinate.dtype)


@checked
def linear(coordinate: Array) -> Taps:
    """Return a plan with two taps per point: its two neighbours, with the weights of linear interpolation.

    Example:
        >>> linear(np.array([2.25]))
        (array([[2.],
               [3.]]), array([[0.75],
               [0.25]]))
    """
    first = np.floor(coordinate)
    rest = coordinate - first
    return np.stack([first, first + 1]), np.stack([1 - rest, rest])


def cubic(coordinate: Array) -> Taps:
    """Return a plan with four taps per point: the four nearest entries, weighted by Keys' cubic kernel.

    Example:
        >>> cubic(np.array([2.0]))[1].ravel() + 0
        array([0., 1., 0., 0.])
    """
    steps = np.arange(-1, 3, dtype=coordinate.dtype).reshape(4, *[1] * coordinate.ndim)
    first = np.floor(coordinate)
    return first + steps, cubic_kernel(coordinate - first - steps, INTERPOLATION)


def read(x: Array, plans: Sequence[Taps], size: Sequence[int], *, weigh_outside: bool = False) -> Array:
    """Return the samples of `x` that the plans of its axes describe; taps outside of `x` contribute 0.

    Args:
        x: the array, of shape (*lead, C, prod(size)): its last axis holds all sampled axes, flattened.
        plans: one plan (indices, weights) per axis of `size`; its points form an array of shape (*lead,
            *output).
        size: the lengths of the axes that are sampled.
        weigh_outside: if True, a tap outside of `x` contributes 0 times its weight, which is NaN if the
            weight is NaN or infinite. If False, it contributes 0 whatever its weight.

    Returns:
        (*lead, C, prod(output)).

    Example:
        >>> read(np.array([[1.0, 3.0]]), [linear(np.array([-0.5, 0.5, 1.0]))], (2,))
        array([[0.5, 2. , 3. ]])
    """
    lead = x.ndim - 2
    axes = [_within(indices, weights, n) for (indices, weights), n in zip(plans, size, strict=True)]
    total: Any = 0
    for taps in product(*axes):
        # The axes of `x` are flattened, so the taps of all axes give one flat index.
        index, inside, weight = taps[0]
        for (more, also, part), n in zip(taps[1:], size[1:], strict=True):
            index, inside, weight = index * n + more, inside & also, weight * part
        row = (*index.shape[:lead], 1, prod(index.shape[lead:]))
        weight = weight.reshape(row).astype(x.dtype, copy=False)
        value = np.take_along_axis(x, index.reshape(row), axis=-1) * weight
        np.copyto(value, 0 * weight if weigh_outside else 0, where=~inside.reshape(row))
        total = total + value
    return np.asarray(total)


def _within(indices: Array, weights: Array, n: int) -> list[tuple[Array, Array, Array]]:
    """Return a tuple (indices, inside, weights) for each tap of an axis with n entries.

    `inside` is True for the points whose tap lies within the axis. For the other points, the index is
    replaced by 0, so that reading never fails, and the caller discards the value that is read.
    """
    inside = (indices >= 0) & (indices < n)
    return list(zip(np.where(inside, indices, 0).astype(np.int64), inside, weights, strict=True))
