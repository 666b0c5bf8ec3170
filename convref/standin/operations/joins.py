"""Joins and splits: concatenating, stacking, chunks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convref.standin.dtypes import promoted
from convref.standin.operations.elementwise import joint_strides
from convref.standin.recording import checked, operation, operations
from convref.standin.shapes import ShapeMismatch, axis
from convref.standin.tensor import Tensor


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Concatenate tensors along an axis.

    Raises:
        TorchRefuses: the shapes of the tensors differ along another axis.
    """
    given = _sequence("cat", tensors)
    place = checked("cat", axis, dim, given[0].ndim)
    shape = checked("cat", _joined, given, place)
    args = (list(given), dim) if dim else (list(given),)
    return operation("cat", args, shape, promoted(given), strides=joint_strides(shape, *given))


def _sequence(name: str, tensors: Any) -> list[Tensor]:
    given = list(tensors)
    if not given or not all(isinstance(each, Tensor) for each in given):
        raise TypeError(f"{name}(): expected a sequence of tensors")
    return given


def _joined(tensors: Sequence[Tensor], place: int) -> tuple[int, ...]:
    first = tensors[0].shape
    for each in tensors[1:]:
        rest = [shape[:place] + shape[place + 1 :] for shape in (tuple(first), tuple(each.shape))]
        if len(each.shape) != len(first) or rest[0] != rest[1]:
            rule = f"the shapes {tuple(first)} and {tuple(each.shape)} differ along another axis than {place}"
            raise ShapeMismatch(rule)
    return (*first[:place], sum(each.shape[place] for each in tensors), *first[place + 1 :])


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors of equal shapes along a new axis.

    Raises:
        TorchRefuses: the shapes of the tensors differ.
    """
    given = _sequence("stack", tensors)
    shape = given[0].shape
    place = checked("stack", axis, dim, len(shape) + 1)
    checked("stack", _equal, given)
    made = (*shape[:place], len(given), *shape[place:])
    args = (list(given), dim) if dim else (list(given),)
    return operation("stack", args, made, promoted(given), strides=joint_strides(made, *given))


def _equal(tensors: Sequence[Tensor]) -> None:
    shapes = list(dict.fromkeys(tuple(each.shape) for each in tensors))
    if len(shapes) > 1:
        raise ShapeMismatch(f"all tensors must have the same shape, not {shapes[0]} and {shapes[1]}")


def split(tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Split a tensor along an axis, and return the consecutive parts as views.

    If one size is given, all parts have this size, except that the last one may be smaller. If a list of
    sizes is given, the parts have these sizes.

    Raises:
        TorchRefuses: the sizes do not add up to the size of the axis.
    """
    place = checked("split", axis, dim, tensor.ndim)
    size, given = tensor.shape[place], split_size_or_sections
    if isinstance(given, int):
        if given < 1:
            raise RuntimeError(f"split expects split_size be at least 1, but got split_size={given}")
        sizes = [min(given, size - start) for start in range(0, max(size, 1), given)]
        return _parts("split.Tensor", (tensor, given, dim), tensor, place, sizes)
    checked("split", _complete, list(given), size)
    return _parts("split_with_sizes", (tensor, list(given), dim), tensor, place, list(given))


def _complete(sizes: list[int], size: int) -> None:
    if sum(sizes) != size:
        raise ShapeMismatch(f"the sizes {sizes} must add up to {size}, the size of the axis")


def _parts(
    name: str, args: tuple[Any, ...], tensor: Tensor, place: int, sizes: Sequence[int]
) -> tuple[Tensor, ...]:
    given = args if args[2] else args[:2]
    shapes = [(*tensor.shape[:place], size, *tensor.shape[place + 1 :]) for size in sizes]
    made = [Tensor(shape, tensor.dtype, tensor.strides, tensor.storage) for shape in shapes]
    return tuple(operations(name, given, made))


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Split a tensor along an axis into at most `chunks` parts of equal size; the last one may be smaller."""
    place = checked("chunk", axis, dim, input.ndim)
    if chunks < 1:
        raise RuntimeError(f"chunk expects chunks to be greater than 0, got: {chunks}")
    return split(input, max(-(-input.shape[place] // chunks), 1), dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return a tuple with a view for each index along the axis `dim`; the views do not have this axis."""
    place = checked("unbind", axis, dim, input.ndim)
    shape = (*input.shape[:place], *input.shape[place + 1 :])
    strides = None if input.strides is None else (*input.strides[:place], *input.strides[place + 1 :])
    made = [Tensor(shape, input.dtype, strides, input.storage) for _ in range(input.shape[place])]
    return tuple(operations("unbind.int", (input, dim) if dim else (input,), made))


def each_of(tensor: Tensor) -> Any:
    """Return an iterator over the first axis of a tensor, for `for row in tensor`."""
    if not tensor.shape:
        raise TypeError("iteration over a 0-d tensor")
    known = tensor.known()
    if known is not None:
        return iter([Tensor(tensor.shape[1:], tensor.dtype, None, numbers=row) for row in known])
    return iter(unbind(tensor, 0))
