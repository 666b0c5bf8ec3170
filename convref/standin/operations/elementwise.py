"""Elementwise operations: arithmetic, functions of each element, comparisons and choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convref.standin.dtypes import DType, bool_, float32, promoted
from convref.standin.recording import checked, operation
from convref.standin.shapes import Shape, axis, broadcast, contiguous, is_contiguous
from convref.standin.tensor import Tensor, refused

Operand = Any
"""A tensor or a Python number."""


def kept_strides(tensor: Tensor) -> Shape | None:
    """Return the strides of the result of a function such as `relu`; None if they are unknown."""
    if tensor.strides is None:
        return None
    if is_contiguous(tensor.shape, tensor.strides):
        return contiguous(tensor.shape)
    order = sorted(range(tensor.ndim), key=lambda place: tensor.strides[place])  # type: ignore[index]
    packed, step = True, 1
    for place in order:
        packed = packed and tensor.strides[place] == step
        step *= tensor.shape[place]
    return tensor.strides if packed else None


def joint_strides(shape: Shape, *tensors: Tensor) -> Shape | None:
    """Return the strides of the result of an elementwise operation on tensors; None if they are unknown.

    They are known if all operands are contiguous. `shape` is the shape of the result.
    """
    known = [each.strides is not None and is_contiguous(each.shape, each.strides) for each in tensors]
    return contiguous(shape) if all(known) else None


def unary(name: str, *, of_float: bool = False) -> Callable[[Tensor], Tensor]:
    """Return the function that applies an operation to each element.

    Args:
        name: torch's name of the operation.
        of_float: whether the result for integers is a float, such as for `exp`. If not, it is an integer,
            such as for `abs`.
    """

    def apply(input: Tensor) -> Tensor:
        dtype = float32 if of_float and input.dtype.category in {"int", "bool"} else input.dtype
        return operation(name, (input,), input.shape, dtype, strides=kept_strides(input))

    apply.__name__ = name.partition(".")[0]
    return apply


FLOATING = (
    "sigmoid tanh exp exp2 expm1 log log1p log2 log10 sqrt rsqrt reciprocal sin cos tan erf atan sinh cosh"
)
ANY = "relu abs neg sign floor ceil round trunc silu mish hardswish hardsigmoid"
UNARY: dict[str, Callable[[Tensor], Tensor]] = {
    **{name: unary(name, of_float=True) for name in FLOATING.split()},
    **{name: unary(name) for name in ANY.split()},
}


def _pair(name: str, one: Operand, other: Operand, dtype: DType | None = None, **options: Any) -> Tensor:
    """Record an operation on two operands, at least one of which is a tensor, and return its result."""
    tensors = [each for each in (one, other) if isinstance(each, Tensor)]
    for each in (one, other):
        if not isinstance(each, (Tensor, int, float, complex)):
            raise TypeError(
                f"{name.partition('.')[0]}(): an operand is a {type(each).__name__}, not a tensor or a number"
            )
    shape = checked(name.partition(".")[0], broadcast, *(each.shape for each in tensors))
    dtype = dtype or promoted((one, other))
    return operation(
        name, (one, other), shape, dtype, strides=joint_strides(shape, *tensors), options=options
    )


def add(input: Operand, other: Operand, *, alpha: float = 1) -> Tensor:
    """Return `input + alpha * other`."""
    if not isinstance(input, Tensor):
        input, other = other, input
    options: dict[str, Any] = {} if alpha == 1 else {"alpha": alpha}
    return _pair("add.Tensor", input, other, **options)


def sub(input: Tensor, other: Operand, *, alpha: float = 1) -> Tensor:
    """Return `input - alpha * other`."""
    if isinstance(input, Tensor) and input.dtype is bool_:
        raise refused("sub", "torch cannot subtract boolean tensors")
    options: dict[str, Any] = {} if alpha == 1 else {"alpha": alpha}
    return _pair("sub.Tensor", input, other, **options)


def rsub(input: Tensor, other: Operand) -> Tensor:
    """Return `other - input`."""
    return _pair("rsub.Scalar", input, other)


def mul(input: Operand, other: Operand) -> Tensor:
    """Return the elementwise product."""
    return (
        _pair("mul.Tensor", input, other) if isinstance(input, Tensor) else _pair("mul.Tensor", other, input)
    )


def div(input: Tensor, other: Operand, *, rounding_mode: str | None = None) -> Tensor:
    """Return the elementwise quotient, rounded if a `rounding_mode` is given."""
    dtype = promoted((input, other))
    if rounding_mode is not None:
        return _pair("div.Tensor_mode", input, other, dtype, rounding_mode=rounding_mode)
    return _pair("div.Tensor", input, other, float32 if dtype.category in {"int", "bool"} else dtype)


def rdiv(input: Tensor, other: Operand) -> Tensor:
    """Return `other / input`, which torch computes as `input.reciprocal() * other`."""
    return mul(UNARY["reciprocal"](input), other)


def floor_divide(input: Tensor, other: Operand) -> Tensor:
    """Return the elementwise quotient, rounded down."""
    return _pair("floor_divide", input, other)


def remainder(input: Tensor, other: Operand) -> Tensor:
    """Return the remainder of the elementwise division."""
    return _pair("remainder.Tensor" if isinstance(other, Tensor) else "remainder.Scalar", input, other)


def power(input: Operand, exponent: Operand) -> Tensor:
    """Return `input ** exponent` elementwise."""
    if not isinstance(input, Tensor):
        return _pair("pow.Scalar", input, exponent)
    return _pair(
        "pow.Tensor_Tensor" if isinstance(exponent, Tensor) else "pow.Tensor_Scalar", input, exponent
    )


def square(input: Tensor) -> Tensor:
    """Return the square of each element, which torch computes as a power."""
    return power(input, 2)


def maximum(input: Tensor, other: Tensor) -> Tensor:
    """Return the elementwise maximum of two tensors."""
    return _pair("maximum", input, other)


def minimum(input: Tensor, other: Tensor) -> Tensor:
    """Return the elementwise minimum of two tensors."""
    return _pair("minimum", input, other)


def comparison(name: str) -> Callable[[Tensor, Operand], Tensor]:
    """Return the function `name`, such as `gt`, which compares two tensors and returns booleans."""

    def compare(input: Tensor, other: Operand) -> Tensor:
        kind = "Tensor" if isinstance(other, Tensor) else "Scalar"
        return _pair(f"{name}.{kind}", input, other, bool_)

    compare.__name__ = name
    return compare


COMPARISONS = {name: comparison(name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}


def clamp(input: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    """Return the elements, limited to the range from `min` to `max`; None means that there is no limit."""
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        raise refused("clamp", "limits that are tensors are not supported without PyTorch")
    args = (input, min) if max is None else (input, min, max)
    return operation(
        "clamp",
        args,
        input.shape,
        promoted([input, *(each for each in (min, max) if each is not None)]),
        strides=kept_strides(input),
    )


def where(condition: Tensor, input: Operand, other: Operand) -> Tensor:
    """Return the elements of `input` where `condition` is True, and those of `other` elsewhere."""
    both = [each for each in (input, other) if isinstance(each, Tensor)]
    if len(both) < 2:
        raise refused("where", "a number as an input is not supported without PyTorch; use masked_fill")
    shape = checked("where", broadcast, condition.shape, *(each.shape for each in both))
    strides = joint_strides(shape, condition, *both)
    return operation("where.self", (condition, input, other), shape, promoted(both), strides=strides)


def masked_fill(input: Tensor, mask: Tensor, value: Operand) -> Tensor:
    """Return the elements of `input`, replaced by `value` where `mask` is True."""
    if isinstance(value, Tensor):
        raise refused("masked_fill", "a value that is a tensor is not supported without PyTorch")
    shape = checked("masked_fill", broadcast, input.shape, mask.shape)
    strides = joint_strides(shape, input, mask)
    return operation("masked_fill.Scalar", (input, mask, value), shape, input.dtype, strides=strides)


def softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    """Return the softmax along an axis."""
    return _soft("_softmax", input, dim, dtype)


def log_softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    """Return the logarithm of the softmax along an axis."""
    return _soft("_log_softmax", input, dim, dtype)


def _soft(name: str, tensor: Tensor, dim: int, dtype: DType | None) -> Tensor:
    if dtype is not None and dtype != tensor.dtype:
        raise refused(name.strip("_"), "a dtype other than the input's is not supported without PyTorch")
    checked(name.strip("_"), axis, dim, tensor.ndim)
    return operation(name, (tensor, dim, False), tensor.shape, tensor.dtype, strides=kept_strides(tensor))


def cumsum(input: Tensor, dim: int) -> Tensor:
    """Return the cumulative sum along an axis."""
    return operation("cumsum", (input, dim), input.shape, input.dtype, strides=kept_strides(input))
