"""A write through a view: the whole with a part of it replaced."""

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
    """The array `whole` in which what `view` shows of it is `part`.

    Args:
        whole: what is written into.
        part: what the view gives afterwards.
        view: the operation that makes the view, `slice.Tensor`.
        args: its arguments after the tensor.
        options: its arguments by name, in pairs.
        index: which of its results is written.

    Raises:
        ArgumentError: NumPy has no view of this kind.

    Example:
        >>> scatter(np.zeros((2, 3)), np.ones(2), "select.int", (1, 0))
        array([[1., 0., 0.],
               [1., 0., 0.]])
    """
    places = np.arange(whole.size).reshape(whole.shape)  # where each element of the view is in the whole
    rule = SHAPES.get(view)
    if rule is None:
        raise ArgumentError(f"a write through {view} cannot be run in NumPy")
    named = {key: value for key, value in options if key in {"dim", "start", "end", "step"}}
    if view in {"view", "_unsafe_view", "expand", "squeeze", "reshape"}:
        named["shape"] = part.shape
    seen = rule(places, *args, **named)
    shown = seen[index] if isinstance(seen, (list, tuple)) else seen
    made = whole.reshape(-1).copy()
    made[np.asarray(shown).reshape(-1)] = part.reshape(-1)
    return made.reshape(whole.shape)
