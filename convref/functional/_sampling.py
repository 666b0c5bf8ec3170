"""Read arrays at places between their entries.

A plan of one axis is a pair of arrays of shape (taps, *places): which entries a place takes, and their
shares. An array is read by the plans of all of its axes together.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any, TypeAlias

import numpy as np

from convref.arrays.windows import Array
from convref.functional._resampling import INTERPOLATION, cubic_kernel

Taps: TypeAlias = tuple[Array, Array]


def nearest(place: Array) -> Taps:
    """One tap: the entry next to the place, and halfway the even one.

    Example:
        >>> nearest(np.array([0.5, 0.7]))
        (array([[0., 1.]]), array([[1., 1.]]))
    """
    return np.rint(place)[np.newaxis], np.ones((1, *place.shape), place.dtype)


def linear(place: Array) -> Taps:
    """Two taps: the neighbours, weighted by nearness.

    Example:
        >>> linear(np.array([2.25]))
        (array([[2.],
               [3.]]), array([[0.75],
               [0.25]]))
    """
    first = np.floor(place)
    rest = place - first
    return np.stack([first, first + 1]), np.stack([1 - rest, rest])


def cubic(place: Array) -> Taps:
    """Four taps, weighted by Keys' cubic kernel.

    Example:
        >>> cubic(np.array([2.0]))[1].ravel() + 0
        array([0., 1., 0., 0.])
    """
    steps = np.arange(-1, 3, dtype=place.dtype).reshape(4, *[1] * place.ndim)
    first = np.floor(place)
    return first + steps, cubic_kernel(place - first - steps, INTERPOLATION)


def read(x: Array, plans: Sequence[Taps], size: Sequence[int], *, weigh_outside: bool = False) -> Array:
    """What x holds at the places that are planned; taps outside of it add 0.

    Args:
        x: (*lead, C, prod(size)).
        plans: one for each axis of `size`, of places (*lead, *output).
        size: the lengths of the axes that are read.
        weigh_outside: let a tap outside add 0 times its share, which is NaN where the share is.

    Returns:
        (*lead, C, prod(output)).

    Example:
        >>> read(np.array([[1.0, 3.0]]), [linear(np.array([-0.5, 0.5, 1.0]))], (2,))
        array([[0.5, 2. , 3. ]])
    """
    lead = x.ndim - 2
    axes = [_within(places, shares, n) for (places, shares), n in zip(plans, size, strict=True)]
    total: Any = 0
    for taps in product(*axes):
        index, inside, share = taps[0]
        for (more, also, part), n in zip(taps[1:], size[1:], strict=True):
            index, inside, share = index * n + more, inside & also, share * part
        row = (*index.shape[:lead], 1, prod(index.shape[lead:]))
        share = share.reshape(row).astype(x.dtype, copy=False)
        value = np.take_along_axis(x, index.reshape(row), axis=-1) * share
        np.copyto(value, 0 * share if weigh_outside else 0, where=~inside.reshape(row))
        total = total + value
    return np.asarray(total)


def _within(places: Array, shares: Array, n: int) -> list[tuple[Array, Array, Array]]:
    """By tap: an index that there is, whether it is the one meant, and its share."""
    inside = (places >= 0) & (places < n)
    return list(zip(np.where(inside, places, 0).astype(np.int64), inside, shares, strict=True))
