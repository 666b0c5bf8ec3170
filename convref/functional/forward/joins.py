"""Compute joins in NumPy: layers that combine several arrays into one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from convref import nn
from convref.functional.init import Array
from convref.functional.resampling import interpolate
from convref.nn.combinators import Concatenation
from convref.nn.rules import NUMPY


@NUMPY.register(nn.Sum)
def add(_layer: nn.Sum, values: Sequence[Array]) -> Array:
    """Return the sum of the arrays."""
    return reduce(np.add, values)


@NUMPY.register(nn.Mean)
def mean(_layer: nn.Mean, values: Sequence[Array]) -> Array:
    """Return the mean of the arrays."""
    total: Array = reduce(np.add, values)
    return np.divide(total, len(values), dtype=total.dtype)


@NUMPY.register(nn.Product)
def multiply(_layer: nn.Product, values: Sequence[Array]) -> Array:
    """Return the product of the arrays."""
    return reduce(np.multiply, values)


@NUMPY.register(Concatenation)
def concatenate(layer: Concatenation, values: Sequence[Array]) -> Array:
    """Concatenate the arrays along the layer's `dim`."""
    return np.concatenate(values, axis=layer.dim)


@NUMPY.register(nn.ResizeLike)
def resize_like(layer: nn.ResizeLike, values: Sequence[Array]) -> Array:
    """Resize the first array to the spatial size of the second."""
    output, like = values
    return interpolate(output, like.shape[2:], mode=layer.mode)
