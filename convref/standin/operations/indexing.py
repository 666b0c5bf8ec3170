"""Indexing: integers, slices and ranges along axes."""

from __future__ import annotations

from typing import Any

from convref.standin.operations.views import mismatch, ordered, unsqueeze
from convref.standin.recording import checked, operation
from convref.standin.shapes import axis
from convref.standin.tensor import Tensor, refused

WHOLE = 9223372036854775807
"""The end that torch gives a slice without an end."""


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """Return a view of the elements at one index along an axis; for dim 1, this is `input[:, index]`."""
    place = checked("select", axis, dim, input.ndim)
    size = input.shape[place]
    if not -size <= index < size:
        raise IndexError(f"index {index} is out of range for an axis of size {size}")
    return ordered(
        "select.int", (input, dim, index), input, [each for each in range(input.ndim) if each != place]
    )


def sliced(tensor: Tensor, dim: int, start: int | None, stop: int | None, step: int = 1) -> Tensor:
    """Return a view of the indices `start:stop:step` along an axis; the tensor itself if these are all."""
    size = tensor.shape[dim]
    first, last, _ = slice(start, stop, step).indices(size)
    count = len(range(first, last, step))
    if step < 1:
        raise ValueError("step must be greater than zero")
    if (first, count, step) == (0, size, 1) and (start, stop) in {(None, None), (0, None)}:
        return tensor
    shape = (*tensor.shape[:dim], count, *tensor.shape[dim + 1 :])
    strides = tensor.strides
    if strides is not None:
        strides = (*strides[:dim], strides[dim] * step, *strides[dim + 1 :])
    args = (tensor, dim, 0 if start is None else start, WHOLE if stop is None else stop)
    given = args if step == 1 else (*args, step)
    return operation("slice.Tensor", given, shape, tensor.dtype, strides=strides, base=tensor)


def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """Return a view of `length` indices along an axis, from `start` on."""
    place = checked("narrow", axis, dim, input.ndim)
    if start + length > input.shape[place]:
        checked(
            "narrow", mismatch, f"{start} + {length} is beyond the {input.shape[place]} indices of the axis"
        )
    return sliced(input, place, start, start + length)


def item_at(input: Tensor, index: Any) -> Tensor:
    """Return `input[index]`; an index may consist of integers, slices, None and `...`."""
    given = index if isinstance(index, tuple) else (index,)
    if (
        input.known() is not None
        and all(isinstance(each, int) for each in given)
        and len(given) == input.ndim
    ):
        found = input.numbers
        for each in given:
            found = found[each]
        return Tensor((), input.dtype, (), numbers=found)
    for each in given:
        if not (each is None or each is Ellipsis or isinstance(each, slice) or _is_index(each)):
            rule = f"an index of type {type(each).__name__} is not supported without PyTorch"
            raise refused("Tensor.__getitem__", rule)
    return _indexed(input, _without_dots(input, given))


def _is_index(each: object) -> bool:
    return isinstance(each, int) and not isinstance(each, bool)


def _without_dots(tensor: Tensor, given: tuple[Any, ...]) -> tuple[Any, ...]:
    used = sum(each is not None and each is not Ellipsis for each in given)
    if used > tensor.ndim:
        raise IndexError(f"too many indices for a tensor of {tensor.ndim} axes")
    if Ellipsis not in [each for each in given if each is Ellipsis]:
        return given
    place = next(at for at, each in enumerate(given) if each is Ellipsis)
    return (*given[:place], *[slice(None)] * (tensor.ndim - used), *given[place + 1 :])


def _indexed(tensor: Tensor, given: tuple[Any, ...]) -> Tensor:
    dim = 0
    for each in given:
        if each is None:
            tensor = unsqueeze(tensor, dim)
            dim += 1
        elif isinstance(each, slice):
            start, stop, step = (
                None if one is None else int(one) for one in (each.start, each.stop, each.step)
            )
            tensor = sliced(tensor, dim, start, stop, 1 if step is None else step)
            dim += 1
        else:
            tensor = select(tensor, dim, each)
    return tensor
