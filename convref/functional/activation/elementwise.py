"""Apply an activation to every value of an array, after the type checks that all activations share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from convref.arrays.checks import ANY, FLOATING, overwrite, tensor, wide
from convref.arrays.numerics import BLOCK, ieee
from convref.arrays.windows import Array

Function: TypeAlias = Callable[[Array, Array], Any]
"""A function of an input and an output array, which writes its result into the output.

Before that it may use the output as scratch memory: the two never share memory.
"""


def elementwise(
    where: str,
    input: Array,
    function: Function,
    kinds: str = FLOATING,
    inplace: bool = False,
    block: int | None = BLOCK,
) -> Array:
    """Apply `function` to every value of `input` and round the results to the type of `input`.

    Half precision is computed in single precision and rounded once. As in torch, overflow and NaN are
    ordinary results, so they cause no warnings.

    Args:
        where: the name of the activation, for messages.
        input: any shape.
        function: a function `f(x, out)` of two arrays, which writes the activation of `x` into `out`. It is
            called on one part of the values after another.
        kinds: the element types that the activation accepts, as the letters of NumPy's `dtype.kind`.
        inplace: write the result into `input`, and return `input`.
        block: the number of values that `function` is applied to at a time; None for all values at once, for
            a function that makes a single pass and needs no temporary arrays.

    Raises:
        ArgumentError: `input` is not an array of one of these types, or it is read-only and `inplace` is
            True.
    """
    x = tensor(where, "input", input, kinds)
    with ieee():
        y = _in_blocks(function, x, block or max(1, x.size))
    return overwrite(where, "input", input, y) if inplace else y


def promoted(where: str, input: Array) -> Array:
    """Convert an integer or boolean array to float32, as torch does; return a floating array unchanged."""
    x = tensor(where, "input", input, ANY)
    return x if x.dtype.kind in "fc" else x.astype(np.float32)


def _in_blocks(function: Function, x: Array, size: int) -> Array:
    """Apply `function` to successive blocks of `size` values, so that temporary arrays fit into the cache.

    A formula such as x / (1 + exp(-x)) is four passes over the data, each with a temporary array. On blocks
    that fit into the cache, the temporaries never reach main memory.
    """
    y = np.empty_like(x)
    # In the order of memory ("K"), any array without gaps is one line: a view, not a copy.
    values, results = x.ravel("K"), y.ravel("K")
    for start in range(0, values.size, size):
        block = values[start : start + size]
        if x.dtype == np.float16:
            single = wide(block)
            function(single, single_result := np.empty_like(single))
            results[start : start + size] = single_result
        else:
            function(block, results[start : start + size])
    return y
