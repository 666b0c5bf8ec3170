"""Views (reshaping, permuting and expanding), copies, and conversions of dtype."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from convref.standin.dtypes import NAMES, DType
from convref.standin.operations.elementwise import kept_strides
from convref.standin.recording import checked, operation
from convref.standin.shapes import Shape, ShapeMismatch, axis, contiguous, inferred, view_strides
from convref.standin.tape import active
from convref.standin.tensor import Device, Tensor, refused


def numbers(given: Sequence[Any]) -> tuple[int, ...]:
    """Return sizes or axes as a tuple, for calls such as `reshape(2, 3)` and `reshape((2, 3))`."""
    if len(given) == 1 and isinstance(given[0], (tuple, list)):
        given = given[0]
    return tuple([int(each) if isinstance(each, Tensor) else each for each in given])


def view(input: Tensor, *shape: Any) -> Tensor:
    """Return a view with another shape.

    Raises:
        TorchRefuses: the number of elements differs, or the elements would have to be copied.
    """
    if len(shape) == 1 and isinstance(shape[0], DType):
        raise refused("view", "a view with a dtype other than the input's is not supported without PyTorch")
    return checked("view", _viewed, input, numbers(shape))  # type: ignore[no-any-return]


def _viewed(tensor: Tensor, sizes: Shape) -> Tensor:
    shape, strides = inferred(tensor.shape, sizes), None
    if tensor.strides is not None:
        strides = view_strides(tensor.shape, tensor.strides, shape)
        if strides is None:
            raise ShapeMismatch(
                f"a tensor of shape {tuple(tensor.shape)} that is not contiguous in memory cannot be viewed "
                f"as {shape} without a copy; use .reshape(…), or call .contiguous() before"
            )
    return operation("view", (tensor, list(sizes)), shape, tensor.dtype, strides=strides, base=tensor)


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """Return the elements in another shape: as a view if that is possible, otherwise as a copy."""
    sizes = numbers(shape)
    made = checked("reshape", inferred, input.shape, sizes)
    if input.strides is not None and view_strides(input.shape, input.strides, made) is None:
        return operation("_unsafe_view", (input, list(made)), made, input.dtype, strides=contiguous(made))
    strides = None if input.strides is None else view_strides(input.shape, input.strides, made)
    return operation("view", (input, list(made)), made, input.dtype, strides=strides, base=input)


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Return the tensor with the axes from `start_dim` to `end_dim` merged into one axis."""
    start, end = (checked("flatten", axis, dim, input.ndim) for dim in (start_dim, end_dim))
    if start > end:
        checked("flatten", mismatch, f"start_dim (={start_dim}) must not be after end_dim (={end_dim})")
    shape = (*input.shape[:start], math.prod(input.shape[start : end + 1]), *input.shape[end + 1 :])
    strides = None if input.strides is None else view_strides(input.shape, input.strides, shape)
    known = input.strides is not None and strides is None
    made = Tensor(
        shape, input.dtype, contiguous(shape) if known else strides, None if known else input.storage
    )
    tape = active()
    if tape is not None and not tape.function("flatten", (input, start_dim, end_dim), {}, [made], {}):
        return reshape(input, shape)
    return made


def mismatch(rule: str) -> None:
    """Raise a `ShapeMismatch` with a text; `checked` calls this, and adds the operation to the text."""
    raise ShapeMismatch(rule)


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Return a view in which the axis `dim` is divided into axes of the given sizes."""
    place = checked("unflatten", axis, dim, input.ndim)
    inner = checked("unflatten", inferred, (input.shape[place],), tuple(sizes))
    return view(input, *input.shape[:place], *inner, *input.shape[place + 1 :])


def permute(input: Tensor, *dims: Any) -> Tensor:
    """Return a view with the axes in another order."""
    order = numbers(dims)
    places = [checked("permute", axis, dim, input.ndim) for dim in order]
    if sorted(places) != list(range(input.ndim)):
        checked("permute", mismatch, f"dims (={order}) must name each of the {input.ndim} axes once")
    return ordered("permute", (input, list(order)), input, places)


def ordered(name: str, args: tuple[Any, ...], tensor: Tensor, places: Sequence[int]) -> Tensor:
    """Record a view with axes of a tensor in another order, or with only some of them, and return the view.

    Args:
        name: torch's name of the operation.
        args: its arguments.
        tensor: the tensor.
        places: for each axis of the view, the index of the tensor's axis.
    """
    shape = tuple([tensor.shape[place] for place in places])
    strides = None if tensor.strides is None else tuple([tensor.strides[place] for place in places])
    return operation(name, args, shape, tensor.dtype, strides=strides, base=tensor)


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Return a view with two axes swapped."""
    places = list(range(input.ndim))
    one, other = (checked("transpose", axis, dim, input.ndim) for dim in (dim0, dim1))
    places[one], places[other] = places[other], places[one]
    return ordered("transpose.int", (input, dim0, dim1), input, places)


def t(input: Tensor) -> Tensor:
    """Return the transpose of a matrix."""
    if input.ndim > 2:
        checked("t", mismatch, f"it needs at most 2 axes, not {input.ndim}")
    return ordered("t", (input,), input, range(input.ndim)[::-1])


def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Return a view in which the axes `source` are moved to the positions `destination`."""
    sources, targets = (
        [checked("movedim", axis, dim, input.ndim) for dim in numbers([each])]
        for each in (source, destination)
    )
    rest = [place for place in range(input.ndim) if place not in sources]
    moved = dict(zip(targets, sources, strict=True))
    return permute(input, [moved[place] if place in moved else rest.pop(0) for place in range(input.ndim)])


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """Return a view with a new axis of size 1 at the position `dim`."""
    place = checked("unsqueeze", axis, dim, input.ndim + 1)
    shape = (*input.shape[:place], 1, *input.shape[place:])
    strides = None
    if input.strides is not None:
        step = input.strides[place] * input.shape[place] if place < input.ndim else 1
        strides = (*input.strides[:place], step, *input.strides[place:])
    return operation("unsqueeze", (input, dim), shape, input.dtype, strides=strides, base=input)


def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Return a view without axes of size 1: those in `dim`, or by default all."""
    gone = [place for place, size in enumerate(input.shape) if size == 1]
    name, args = "squeeze", (input,)
    if dim is not None:
        several = isinstance(dim, (tuple, list))
        named = {checked("squeeze", axis, each, input.ndim) for each in (dim if several else [dim])}
        gone = [place for place in gone if place in named]
        name, args = ("squeeze.dims", (input, list(dim))) if several else ("squeeze.dim", (input, dim))  # type: ignore[assignment]
    kept = [place for place in range(input.ndim) if place not in gone]
    return ordered(name, args, input, kept)


def expand(input: Tensor, *sizes: Any) -> Tensor:
    """Return a view in which axes of size 1 have the given sizes; their element is repeated."""
    given = numbers(sizes)
    return checked("expand", _expanded, input, given)  # type: ignore[no-any-return]


def _expanded(tensor: Tensor, given: Shape) -> Tensor:
    if len(given) < tensor.ndim:
        raise ShapeMismatch(f"the sizes {given} have fewer axes than the tensor {tuple(tensor.shape)}")
    if -1 in given[: len(given) - tensor.ndim]:
        rule = f"an axis that the tensor {tuple(tensor.shape)} does not have"
        raise ShapeMismatch(f"the sizes {given} must not have -1 for {rule}")
    own = (1,) * (len(given) - tensor.ndim) + tuple(tensor.shape)
    shape = tuple([size if wanted == -1 else wanted for size, wanted in zip(own, given, strict=True)])
    if any(size not in {1, made} for size, made in zip(own, shape, strict=True)):
        rule = "only axes of size 1 can get another size"
        raise ShapeMismatch(f"the tensor {tuple(tensor.shape)} cannot be expanded to {given}: {rule}")
    strides = None
    if tensor.strides is not None:
        steps = (0,) * (len(given) - tensor.ndim) + tuple(tensor.strides)
        strides = tuple(
            [0 if size != made else step for size, made, step in zip(own, shape, steps, strict=True)]
        )
    return operation("expand", (tensor, list(given)), shape, tensor.dtype, strides=strides, base=tensor)


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """Return a view of `input`, expanded to the shape of `other`."""
    return expand(input, tuple(other.shape))


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """Return a view of `input` with the shape of `other`."""
    return view(input, tuple(other.shape))


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """Return the elements of `input` in the shape of `other`."""
    return reshape(input, tuple(other.shape))


def repeat(input: Tensor, *sizes: Any) -> Tensor:
    """Return a tensor that repeats the input `sizes[i]` times along the axis i."""
    given = numbers(sizes)
    if len(given) < input.ndim:
        checked("repeat", mismatch, f"{given} has fewer numbers than the tensor has axes, {input.ndim}")
    own = (1,) * (len(given) - input.ndim) + tuple(input.shape)
    shape = tuple([size * times for size, times in zip(own, given, strict=True)])
    return operation("repeat", (input, list(given)), shape, input.dtype, strides=contiguous(shape))


def flip(input: Tensor, *dims: Any) -> Tensor:
    """Return the elements in reverse order along the axes `dims`."""
    given = numbers(dims)
    for dim in given:
        checked("flip", axis, dim, input.ndim)
    return operation("flip", (input, list(given)), input.shape, input.dtype, strides=kept_strides(input))


def roll(input: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """Return the elements, moved by `shifts` along the axes `dims`; those moved past the end wrap around."""
    args = (input, list(numbers([shifts])), list(numbers([dims])))
    return operation("roll", args, input.shape, input.dtype, strides=contiguous(input.shape))


# Copies and conversions


def alias(tensor: Tensor) -> Tensor:
    """Return a tensor with the same elements and the same memory."""
    made = Tensor(tensor.shape, tensor.dtype, tensor.strides, tensor.storage, tensor.known())
    tape = active()
    if tape is not None:
        made.value, made.tape = tape.value_of(tensor), tape
    return made


def same(input: Tensor, *args: Any, **options: Any) -> Tensor:  # noqa: ARG001 - torch's signature
    """Return the tensor itself, as the result of methods such as `cuda` that only change the device."""
    return input


def copied(input: Tensor, memory_format: Any = None) -> Tensor:  # noqa: ARG001 - torch's signature
    """Return a copy that shares no memory with the tensor."""
    made = alias(input)
    fresh = Tensor(made.shape, made.dtype, kept_strides(input), None, made.numbers)
    fresh.tape, fresh.value = made.tape, made.value
    return fresh


def contiguous_(input: Tensor, memory_format: Any = None) -> Tensor:
    """Return a contiguous tensor with the same elements.

    If `memory_format` is given and is not `torch.contiguous_format`, the layout is not changed.
    """
    if memory_format is not None and str(memory_format) != "torch.contiguous_format":
        return alias(input)
    made = alias(input)
    made.strides = contiguous(input.shape)
    return made


def to(input: Tensor, *args: Any, **options: Any) -> Tensor:
    """Return the tensor with the dtype that is among the arguments, if there is one. Devices are ignored."""
    dtype = options.get("dtype")
    for each in args:
        if isinstance(each, DType):
            dtype = each
        elif isinstance(each, Tensor):
            dtype = each.dtype
        elif not isinstance(each, (str, int, Device, bool)) and each is not None:
            raise refused("to", f"an argument of type {type(each).__name__} is not supported without PyTorch")
    return input if dtype is None else cast(input, dtype)


def cast(input: Tensor, dtype: DType) -> Tensor:
    """Return the elements, converted to a dtype."""
    if dtype == input.dtype:
        return input
    if active() is None:
        return Tensor(input.shape, dtype, kept_strides(input))
    return operation("_to_copy", (input,), input.shape, dtype, strides=kept_strides(input))


def _method(dtype: DType) -> Callable[[Tensor], Tensor]:
    def convert(input: Tensor) -> Tensor:
        return cast(input, dtype)

    return convert


CASTS = {
    name: _method(NAMES[name])
    for name in ("float", "double", "half", "long", "int", "short", "bool", "bfloat16")
}
