"""Reductions along axes: sums, means, maxima, variances and norms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from convref.standin.dtypes import bool_, int64
from convref.standin.recording import checked, operation, operations
from convref.standin.shapes import contiguous, reduced
from convref.standin.tensor import Tensor, refused

Dims = Any
"""The axes of a reduction: one axis, a sequence of axes, or None for all axes."""


class Extremes(NamedTuple):
    """The result of `max` or `min` along an axis: a named tuple with the values and their indices."""

    values: Tensor
    indices: Tensor


def _dims(dim: Dims) -> tuple[int, ...]:
    return () if dim is None else tuple(dim) if isinstance(dim, Sequence) else (dim,)


def _reduced(
    name: str,
    tensor: Tensor,
    dim: Dims,
    *,
    keepdim: bool,
    dtype: Any = None,
    args: Any = None,
    options: dict[str, Any] | None = None,
) -> Tensor:
    """Record a reduction, and return its result.

    Args:
        name: torch's name of the operation.
        tensor: the tensor.
        dim: the axes.
        keepdim: whether the reduced axes are kept with size 1.
        dtype: the dtype of the result; by default, that of the tensor.
        args: the positional arguments to record; by default, the tensor, the axes, and `keepdim` if it is
            True.
        options: the keyword arguments to record.
    """
    dims = _dims(dim)
    shape = checked(name.partition(".")[0], reduced, tensor.shape, dims, keepdim=keepdim)
    given = args if args is not None else ((tensor, list(dims), True) if keepdim else (tensor, list(dims)))
    strides = contiguous(shape) if tensor.strides == contiguous(tensor.shape) else None
    return operation(name, given, shape, dtype or tensor.dtype, strides=strides, options=options)


def mean(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Return the mean along the axes in `dim`, by default along all axes.

    Raises:
        NotFollowed: the elements are not floating-point numbers; torch would raise an error too.
    """
    if not input.dtype.is_floating_point:
        raise refused("mean", f"torch cannot compute a mean of {input.dtype!r}")
    if dim is None and not keepdim:
        return _reduced("mean", input, None, keepdim=False, args=(input,))
    return _reduced("mean.dim", input, dim if dim is not None else (), keepdim=keepdim)


def total(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Return the sum along the axes in `dim`, by default along all axes."""
    dtype = input.dtype if input.dtype.category == "float" else int64
    if dim is None and not keepdim:
        return _reduced("sum", input, None, keepdim=False, args=(input,), dtype=dtype)
    return _reduced("sum.dim_IntList", input, dim if dim is not None else (), keepdim=keepdim, dtype=dtype)


def amax(input: Tensor, dim: Dims = (), keepdim: bool = False) -> Tensor:
    """Return the maximum along the axes in `dim`, by default along all axes."""
    return _reduced("amax", input, dim, keepdim=keepdim)


def amin(input: Tensor, dim: Dims = (), keepdim: bool = False) -> Tensor:
    """Return the minimum along the axes in `dim`, by default along all axes."""
    return _reduced("amin", input, dim, keepdim=keepdim)


def maximum(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """Return the maximum of all elements. With an axis `dim`, return the maxima along it and their indices.

    If `dim` is a tensor, return the elementwise maximum of both tensors.
    """
    return _extreme("max", input, dim, keepdim=keepdim)


def minimum(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """Return the minimum of all elements. With an axis `dim`, return the minima along it and their indices.

    If `dim` is a tensor, return the elementwise minimum of both tensors.
    """
    return _extreme("min", input, dim, keepdim=keepdim)


def _extreme(name: str, tensor: Tensor, dim: Any, *, keepdim: bool) -> Any:
    if isinstance(dim, Tensor):
        from convref.standin.operations import elementwise

        return getattr(elementwise, f"{name}imum")(tensor, dim)
    if dim is None:
        return _reduced(name, tensor, None, keepdim=False, args=(tensor,))
    shape = checked(name, reduced, tensor.shape, (dim,), keepdim=keepdim)
    made = [Tensor(shape, tensor.dtype), Tensor(shape, int64)]
    return Extremes(*operations(f"{name}.dim", (tensor, dim, True) if keepdim else (tensor, dim), made))


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Return the indices of the maxima along `dim`; without `dim`, the index in the flattened tensor."""
    return _index("argmax", input, dim, keepdim=keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Return the indices of the minima along `dim`; without `dim`, the index in the flattened tensor."""
    return _index("argmin", input, dim, keepdim=keepdim)


def _index(name: str, tensor: Tensor, dim: int | None, *, keepdim: bool) -> Tensor:
    given: tuple[Any, ...] = (tensor,) if dim is None else (tensor, dim)
    return _reduced(
        name, tensor, dim, keepdim=keepdim, dtype=int64, args=(*given, True) if keepdim else given
    )


def variance(
    input: Tensor, dim: Dims = None, unbiased: Any = True, keepdim: bool = False, *, correction: Any = None
) -> Tensor:
    """Return the variance along the axes in `dim`, by default along all axes."""
    return _spread("var.correction", input, dim, unbiased, correction, keepdim=keepdim)


def deviation(
    input: Tensor, dim: Dims = None, unbiased: Any = True, keepdim: bool = False, *, correction: Any = None
) -> Tensor:
    """Return the standard deviation along the axes in `dim`, by default along all axes."""
    return _spread("std.correction", input, dim, unbiased, correction, keepdim=keepdim)


def _spread(name: str, tensor: Tensor, dim: Dims, unbiased: Any, correction: Any, *, keepdim: bool) -> Tensor:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    options = {"correction": int(unbiased) if correction is None else correction}
    args: tuple[Any, ...] = (tensor,) if dim is None else (tensor, list(_dims(dim)))
    options |= {"keepdim": True} if keepdim else {}
    return _reduced(name, tensor, dim, keepdim=keepdim, args=args, options=options)


def norm(input: Tensor, p: Any = "fro", dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Return the vector norm of order `p` along the axes in `dim`, by default along all axes.

    `p` is a number, or "fro" for 2. Other norms by name are not supported.
    """
    order = 2 if p in {"fro", None} else p
    if isinstance(order, str):
        raise refused("norm", f"the norm {p!r} is not supported without PyTorch")
    args: tuple[Any, ...] = (input, order) if dim is None else (input, order, list(_dims(dim)))
    return _reduced(
        "linalg_vector_norm", input, dim, keepdim=keepdim, args=(*args, True) if keepdim else args
    )


def logsumexp(input: Tensor, dim: Dims, keepdim: bool = False) -> Tensor:
    """Return `log(sum(exp(x)))` along the axes in `dim`."""
    return _reduced("logsumexp", input, dim, keepdim=keepdim)


def any_(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Return a tensor that is True where an element along the axis `dim` is not zero.

    Without `dim`, it has a single element, which is True if any element of the input is not zero.
    """
    return _truth("any", input, dim, keepdim=keepdim)


def all_(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Return a tensor that is True where all elements along the axis `dim` are not zero.

    Without `dim`, it has a single element, which is True if no element of the input is zero.
    """
    return _truth("all", input, dim, keepdim=keepdim)


def _truth(name: str, tensor: Tensor, dim: int | None, *, keepdim: bool) -> Tensor:
    args: tuple[Any, ...] = (tensor,) if dim is None else (tensor, dim)
    full = name if dim is None else f"{name}.dim"
    return _reduced(full, tensor, dim, keepdim=keepdim, dtype=bool_, args=(*args, True) if keepdim else args)
