"""Compute a write into a view of a tensor, such as `x[:, 0] = y`, as a function without side effects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from convref.arrays.windows import Array
from convref.errors import ArgumentError
from convref.functional.operations.shapes import SHAPES


def scatter(
    whole: Array,
    part: Array,
    view: str,
    args: Sequence[Any] = (),
    options: Sequence[Any] = (),
    index: int = 0,
) -> Array:
    """Return a copy of `whole` in which the elements that a view of it selects are replaced by `part`.

    Args:
        whole: the array whose copy is written into.
        part: the new elements, with the shape of the view.
        view: the operation that makes the view, such as `slice.Tensor`.
        args: the arguments of that operation after the tensor.
        options: its keyword arguments, as pairs (name, value).
        index: the index of the view, if the operation returns several.

    Raises:
        ArgumentError: there is no NumPy function for the operation `view`.

    Example:
        >>> scatter(np.zeros((2, 3)), np.ones(2), "select.int", (1, 0))
        array([[1., 0., 0.],
               [1., 0., 0.]])
    """
    places = np.arange(whole.size).reshape(whole.shape)  # where each element of the view is in the whole
    rule = SHAPES.get(view)
    if rule is None:
        raise ArgumentError(f"a write into a view made by {view} cannot be run in NumPy")
    named = {key: value for key, value in options if key in {"dim", "start", "end", "step"}}
    if view in {"view", "_unsafe_view", "expand", "squeeze", "reshape"}:
        named["shape"] = part.shape
    seen = rule(places, *args, **named)
    shown = seen[index] if isinstance(seen, (list, tuple)) else seen
    made = whole.reshape(-1).copy()
    made[np.asarray(shown).reshape(-1)] = part.reshape(-1)
    return made.reshape(whole.shape)
