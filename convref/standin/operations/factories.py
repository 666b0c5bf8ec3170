"""Functions that create tensors: filled with a value, from given numbers, or at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref.standin.dtypes import DType, dtype_of, float32, int64
from convref.standin.operations.views import numbers
from convref.standin.recording import operation
from convref.standin.shapes import Shape, contiguous
from convref.standin.tape import active
from convref.standin.tensor import Tensor, refused

FEW = 1 << 12
"""The largest number of elements for which a new tensor stores their values."""


def _filled(shape: Shape, value: Any) -> Any:
    """Return nested lists of this shape, filled with `value`; None if there are more than `FEW` elements."""
    if not shape:
        return value
    count = 1
    for size in shape:
        count *= size
    if count > FEW:
        return None
    return [_filled(shape[1:], value) for _ in range(shape[0])]


def filled(name: str, value: float) -> Callable[..., Tensor]:
    """Return the function `name`, which creates a tensor filled with `value`: `zeros` or `ones`."""

    def make(*size: Any, dtype: DType | None = None, requires_grad: bool = False, **_settings: Any) -> Tensor:
        shape = numbers(size)
        return _made(name, (list(shape),), shape, dtype or float32, value, requires_grad=requires_grad)

    make.__name__ = name
    return make


def full(size: Any, fill_value: float, *, dtype: DType | None = None, **_settings: Any) -> Tensor:
    """Return a tensor filled with `fill_value`."""
    shape = numbers([size])
    return _made("full", (list(shape), fill_value), shape, dtype or dtype_of(fill_value), fill_value)


def _made(
    name: str, args: tuple[Any, ...], shape: Shape, dtype: DType, value: Any, *, requires_grad: bool = False
) -> Tensor:
    if active() is not None:
        return operation(name, args, shape, dtype, strides=contiguous(shape))
    number = value if dtype.category == "float" else int(value)
    made = Tensor(
        shape,
        dtype,
        contiguous(shape),
        numbers=_filled(shape, float(number) if dtype.category == "float" else number),
    )
    made.requires_grad = requires_grad
    return made


def like(name: str) -> Callable[..., Tensor]:
    """Return the function `name` (`zeros_like` or `ones_like`), which copies the shape of another tensor."""

    def make(input: Tensor, *, dtype: DType | None = None, **_settings: Any) -> Tensor:
        return operation(name, (input,), input.shape, dtype or input.dtype, strides=contiguous(input.shape))

    make.__name__ = name
    return make


def random(name: str) -> Callable[..., Tensor]:
    """Return the function `name`, which creates a tensor of random numbers, such as `randn`.

    During a forward pass it raises NotFollowed, because the result of the forward must not be random.
    """

    def make(*size: Any, dtype: DType | None = None, requires_grad: bool = False, **_settings: Any) -> Tensor:
        if active() is not None:
            raise refused(name, "it draws random numbers in evaluation mode")
        shape = numbers(size)
        made = Tensor(shape, dtype or float32, contiguous(shape))
        made.requires_grad = requires_grad
        return made

    make.__name__ = name
    return make


def random_like(name: str) -> Callable[..., Tensor]:
    """Return the function `name`, such as `randn_like`: random numbers in the shape of another tensor.

    During a forward pass it raises NotFollowed, because the result of the forward must not be random.
    """

    def make(input: Tensor, *, dtype: DType | None = None, **_settings: Any) -> Tensor:
        if active() is not None:
            raise refused(name, "it draws random numbers in evaluation mode")
        return Tensor(input.shape, dtype or input.dtype, contiguous(input.shape))

    make.__name__ = name
    return make


def randint(
    low: int,  # noqa: ARG001 - torch's signature
    high: Any = None,
    size: Any = None,
    *,
    dtype: DType = int64,
    **_settings: Any,
) -> Tensor:
    """Return a tensor of random integers.

    Raises:
        NotFollowed: it is called during a forward pass; the result of the forward must not be random.
    """
    if active() is not None:
        raise refused("randint", "it draws random numbers in evaluation mode")
    shape = numbers([size if size is not None else high])
    return Tensor(shape, dtype, contiguous(shape))


def tensor(data: Any, *, dtype: DType | None = None, **_settings: Any) -> Tensor:
    """Return a tensor with the given numbers; `data` is a number or nested lists of numbers."""
    if isinstance(data, Tensor):
        return data
    given = data.tolist() if hasattr(data, "tolist") else data
    shape, flat = _shape(given), list(_flat(given))
    kinds = [dtype_of(each) for each in flat] or [float32]
    found = dtype or max(kinds, key=lambda each: ("bool", "int", "float", "complex").index(each.category))
    return Tensor(shape, found, contiguous(shape), numbers=_cast(given, found))


def _shape(data: Any) -> Shape:
    if not isinstance(data, (list, tuple, range)):
        return ()
    return (len(data), *(_shape(data[0]) if len(data) else ()))


def _flat(data: Any) -> Any:
    if isinstance(data, (list, tuple, range)):
        for each in data:
            yield from _flat(each)
    else:
        yield float(data) if isinstance(data, Tensor) else data


def _cast(data: Any, dtype: DType) -> Any:
    if isinstance(data, (list, tuple, range)):
        return [_cast(each, dtype) for each in data]
    kind = {"float": float, "int": int, "bool": bool, "complex": complex}[dtype.category]
    return kind(data)


def arange(*bounds: Any, dtype: DType | None = None, **_settings: Any) -> Tensor:
    """Return a tensor with the numbers of `range(*bounds)`; the bounds may be floats too."""
    given = [each.item() if isinstance(each, Tensor) else each for each in bounds]
    start, stop, step = (
        (0, given[0], 1) if len(given) == 1 else (given[0], given[1], given[2] if len(given) > 2 else 1)
    )
    kind = dtype or (int64 if all(isinstance(each, int) for each in given) else float32)
    count = max(0, -(-(stop - start) // step))
    shape = (int(count),)
    if active() is not None:
        name = ("arange", "arange.start", "arange.start_step")[len(given) - 1]
        return operation(name, tuple(given), shape, kind, strides=(1,))
    found = [start + index * step for index in range(int(count))]
    return Tensor(shape, kind, (1,), numbers=_cast(found, kind) if len(found) <= FEW else None)


def linspace(start: float, end: float, steps: int, *, dtype: DType | None = None, **_settings: Any) -> Tensor:
    """Return a tensor with `steps` evenly spaced numbers from `start` to `end`."""
    if active() is not None:
        return operation("linspace", (start, end, steps), (steps,), dtype or float32, strides=(1,))
    gap = (end - start) / max(steps - 1, 1)
    found = [float(start + gap * index) for index in range(steps)]
    return Tensor((steps,), dtype or float32, (1,), numbers=found)


def eye(n: int, m: int | None = None, *, dtype: DType | None = None, **_settings: Any) -> Tensor:
    """Return the identity matrix with `n` rows and `m` columns, by default as many as rows."""
    shape = (n, n if m is None else m)
    args, name = ((n,), "eye") if m is None else ((n, m), "eye.m")
    return operation(name, args, shape, dtype or float32, strides=contiguous(shape))


def triangle(name: str) -> Callable[..., Tensor]:
    """Return the function `name`, which sets all but one triangle of a matrix to zero: `tril` or `triu`."""

    def make(input: Tensor, diagonal: int = 0) -> Tensor:
        args = (input, diagonal) if diagonal else (input,)
        return operation(name, args, input.shape, input.dtype, strides=contiguous(input.shape))

    make.__name__ = name
    return make


FACTORIES: dict[str, Callable[..., Tensor]] = {
    "zeros": filled("zeros", 0.0),
    "ones": filled("ones", 1.0),
    **{name: like(name) for name in ("zeros_like", "ones_like")},
    **{name: random(name) for name in ("rand", "randn", "empty")},
    **{name: random_like(name) for name in ("rand_like", "randn_like", "empty_like", "bernoulli")},
    **{name: triangle(name) for name in ("tril", "triu")},
    "full": full,
    "randint": randint,
    "tensor": tensor,
    "as_tensor": tensor,
    "arange": arange,
    "linspace": linspace,
    "eye": eye,
}
