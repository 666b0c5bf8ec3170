"""Compute the shapes and strides of results by torch's rules: of views, broadcast operands and products."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

Shape = tuple[int, ...]


class ShapeMismatch(Exception):  # noqa: N818 - the operation and the line are added where it is caught
    """Raised if torch would refuse an operation for the shapes of its operands; the text says why."""


class Size(tuple[int, ...]):
    """The shape of a tensor, as `torch.Size`: a tuple of sizes with a method `numel`."""

    __slots__ = ()

    def numel(self) -> int:
        """Return the number of elements of a tensor with this shape."""
        return math.prod(self)

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Size(found) if isinstance(index, slice) else found

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


def contiguous(shape: Sequence[int]) -> Shape:
    """Return the strides of a contiguous tensor of this shape.

    Example:
        >>> contiguous((2, 3, 4))
        (12, 4, 1)
    """
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= max(size, 1)
    return tuple(strides[::-1])


def is_contiguous(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Return True if a tensor with this shape and these strides is contiguous.

    The strides of axes of size 1 do not matter.
    """
    return all(
        size == 1 or one == other for size, one, other in zip(shape, strides, contiguous(shape), strict=True)
    )


def axis(dim: int, rank: int) -> int:
    """Return the index of an axis, counted from 0, for an index that may be negative.

    Args:
        dim: the axis; a negative number counts from the end.
        rank: the number of axes.

    Raises:
        ShapeMismatch: there is no such axis.

    Example:
        >>> axis(-1, 4)
        3
    """
    rank = max(rank, 1)
    if not isinstance(dim, int) or not -rank <= dim < rank:
        raise ShapeMismatch(f"dim (={dim!r}) must be from {-rank} to {rank - 1}")
    return dim % rank


def broadcast(*shapes: Sequence[int]) -> Shape:
    """Return the shape of an elementwise operation on operands of these shapes.

    Raises:
        ShapeMismatch: they cannot be broadcast against each other.

    Example:
        >>> broadcast((8, 1, 1), (2, 8, 6, 6))
        (2, 8, 6, 6)
    """
    rank = max(map(len, shapes))
    made = []
    for place in range(-rank, 0):
        sizes = {shape[place] for shape in shapes if len(shape) >= -place} - {1}
        if len(sizes) > 1:
            rule = " and ".join(str(tuple(shape)) for shape in shapes)
            raise ShapeMismatch(f"the shapes {rule} cannot be broadcast: their sizes at axis {place} differ")
        made.append(sizes.pop() if sizes else 1)
    return tuple(made)


def inferred(shape: Sequence[int], sizes: Sequence[int]) -> Shape:
    """Return the sizes of a view of a tensor, with -1 replaced by the size that results.

    Args:
        shape: the shape of the tensor.
        sizes: the sizes of the view; one of them may be -1.

    Raises:
        ShapeMismatch: the view has another number of elements than the tensor, or several sizes are -1.

    Example:
        >>> inferred((2, 8, 6, 6), (2, -1))
        (2, 288)
    """
    count, known = math.prod(shape), math.prod(size for size in sizes if size != -1)
    unknown = sum(size == -1 for size in sizes)
    rule = f"a tensor of shape {tuple(shape)} has {count} elements and cannot be viewed as {tuple(sizes)}"
    if unknown > 1 or any(size < -1 for size in sizes):
        raise ShapeMismatch(f"only one size may be -1, not {tuple(sizes)}")
    if unknown and (known == 0 or count % known):
        raise ShapeMismatch(rule)
    made = tuple([count // known if size == -1 else size for size in sizes])
    if math.prod(made) != count:
        raise ShapeMismatch(rule)
    return made


def view_strides(shape: Sequence[int], strides: Sequence[int], made: Sequence[int]) -> Shape | None:
    """Return the strides of a view of a tensor with another shape.

    Return None if no such view exists, so that the elements would have to be copied.

    Args:
        shape: the shape of the tensor.
        strides: its strides.
        made: the shape of the view.

    Example:
        >>> view_strides((2, 3, 4), (12, 1, 3), (2, 12)), view_strides((2, 3, 4), (12, 4, 1), (2, 12))
        (None, (12, 1))
    """
    if math.prod(shape) <= 1 or list(shape) == list(made):
        return tuple(strides) if list(shape) == list(made) else contiguous(made)
    result = [0] * len(made)
    place, step, chunk = len(made) - 1, strides[-1], 1
    seen = 1
    for at in range(len(shape) - 1, -1, -1):
        chunk *= shape[at]
        if at == 0 or (shape[at - 1] != 1 and strides[at - 1] != chunk * step):
            while place >= 0 and (seen < chunk or made[place] == 1):
                result[place] = seen * step
                seen *= made[place]
                place -= 1
            if seen != chunk:
                return None
            if at > 0:
                step, chunk, seen = strides[at - 1], 1, 1
    return tuple(result) if place < 0 else None


def matmul(one: Sequence[int], other: Sequence[int]) -> Shape:
    """Return the shape of a product of matrices, vectors, or batches of matrices.

    Raises:
        ShapeMismatch: the columns of `one` and the rows of `other` differ in number, or an operand has no
            axis.

    Example:
        >>> matmul((2, 5, 3), (3, 4)), matmul((2, 5, 3), (3,))
        ((2, 5, 4), (2, 5))
    """
    if not one or not other:
        raise ShapeMismatch("both operands need at least one axis")
    left = tuple(one) if len(one) > 1 else (1, *one)
    right = tuple(other) if len(other) > 1 else (*other, 1)
    if left[-1] != right[-2]:
        rule = f"{tuple(one)} and {tuple(other)} cannot be multiplied: {left[-1]} is not {right[-2]}"
        raise ShapeMismatch(rule)
    made = list(broadcast(left[:-2], right[:-2])) if left[:-2] or right[:-2] else []
    if len(one) > 1:
        made.append(left[-2])
    if len(other) > 1:
        made.append(right[-1])
    return tuple(made)


def reduced(shape: Sequence[int], dims: Sequence[int], *, keepdim: bool) -> Shape:
    """Return the shape of the result of a reduction over the axes `dims`; over all axes if `dims` is empty.

    Example:
        >>> reduced((2, 8, 6, 6), (2, -1), keepdim=True)
        (2, 8, 1, 1)
    """
    gone = {axis(dim, len(shape)) for dim in dims} if dims else set(range(len(shape)))
    if keepdim:
        return tuple([1 if place in gone else size for place, size in enumerate(shape)])
    return tuple([size for place, size in enumerate(shape) if place not in gone])
