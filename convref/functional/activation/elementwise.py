"""Apply a function to every value of an array, with the checks and the types that all activations share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convref.arrays.checks import ANY, FLOATING, overwrite, tensor, wide
from convref.arrays.windows import Array


def elementwise(
    where: str,
    input: Array,
    function: Callable[[Array], Any],
    kinds: str = FLOATING,
    inplace: bool = False,
) -> Array:
    """Return `function` of every value of `input`, rounded to the type of `input`.

    Half precision is computed in single precision and rounded once. Overflow and NaN raise no warnings:
    they are results here, as in torch.

    Args:
        where: the name of the activation, for messages.
        input: any shape.
        function: maps an array to an array of the same shape.
        kinds: the element types that the activation accepts.
        inplace: write the result into `input`, and return that.

    Raises:
        ArgumentError: `input` is not an array of one of these types, or read-only with `inplace`.
    """
    x = tensor(where, "input", input, kinds)
    with np.errstate(all="ignore"):
        y = np.asarray(function(wide(x))).astype(x.dtype, copy=False)
    return overwrite(where, "input", input, y) if inplace else y


def promoted(where: str, input: Array) -> Array:
    """Return a floating array as it is, and an integer or boolean one as float32, as torch does."""
    x = tensor(where, "input", input, ANY)
    return x if x.dtype.kind in "fc" else x.astype(np.float32)
