"""Find the layer that does the same as an operation on axes: `Permute`, `Flatten` or `Unflatten`.

These layers keep the batch as the first axis.
"""

from __future__ import annotations

from collections.abc import Sequence

from convref import nn
from convref.assembly.items import Item
from convref.errors import ConvrefError
from convref.nn import Identity, Layer
from convref.nn.sizes import FullShape


def fixed_behind_batch(shapes: Sequence[FullShape]) -> bool:
    """Return True if each shape has at least one axis, and only the first one depends on the batch size."""
    return all(shape and all(isinstance(size, int) for size in shape[1:]) for shape in shapes)


def permuted(item: Item, rank: int) -> Layer | None:
    """Return the `Permute` that does the same as an item; an `Identity` if no axis moves.

    Return None if the batch axis moves.

    Args:
        item: an item with the operation `permute` or `transpose`.
        rank: the number of axes of its input.
    """
    if item.name == "permute":
        dims = [dim % rank for dim in item.args[1]]
    else:
        dims = list(range(rank))
        one, other = (dim % rank for dim in item.args[1:3])
        dims[one], dims[other] = dims[other], dims[one]
    if dims == list(range(rank)):
        return Identity()
    return nn.Permute(tuple(dims)) if dims[0] == 0 else None


def regrouped(taken: FullShape, made: FullShape) -> Layer | None:
    """Return the `Flatten` or `Unflatten` with an input of shape `taken` and an output of shape `made`.

    Return an `Identity` if the shapes are equal, and None if neither layer alone changes one to the other.
    """
    if taken == made:
        return Identity()
    start = next(
        (place for place, pair in enumerate(zip(taken, made, strict=False)) if pair[0] != pair[1]), None
    )
    shorter = min(len(taken), len(made))
    start = shorter - 1 if start is None else start
    same = 0
    while same < shorter - start - 1 and taken[-1 - same] == made[-1 - same]:
        same += 1
    before, after = taken[start : len(taken) - same], made[start : len(made) - same]
    try:
        if len(after) == 1 and start:
            return nn.Flatten(start, start + len(before) - 1)
        return nn.Unflatten(start, after) if len(before) == 1 and start else None  # type: ignore[arg-type]
    except ConvrefError:
        return None
