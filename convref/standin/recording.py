"""Compute the results of operations on tensors that hold no data, and record the operations.

They are recorded if a tape is active, that is, if a recording is in progress (see `convref.standin.tape`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convref.standin.dtypes import DType
from convref.standin.lines import user_line
from convref.standin.refusals import TorchRefuses
from convref.standin.shapes import Shape, ShapeMismatch
from convref.standin.tape import active
from convref.standin.tensor import Storage, Tensor, refused


def scope() -> str:
    """Return the path of the module whose forward is running; empty if no recording is in progress."""
    tape = active()
    return tape.scopes[-1] if tape is not None else ""


def operation(
    name: str,
    args: tuple[Any, ...],
    shape: Sequence[int],
    dtype: DType,
    *,
    strides: Shape | None = None,
    options: dict[str, Any] | None = None,
    base: Tensor | None = None,
) -> Tensor:
    """Return the result of an operation, and record the operation if a tape is active.

    Args:
        name: torch's name of the operation, such as `mean.dim`.
        args: its positional arguments, in the order of torch's schema.
        shape: the shape of the result.
        dtype: the dtype of the result.
        strides: the strides of the result; None if they are not known.
        options: the operation's keyword arguments.
        base: the tensor of which the result is, or may be, a view; None for a result with separate memory.
    """
    return operations(name, args, [Tensor(shape, dtype, strides, _shared(base))], options)[0]


def operations(
    name: str, args: tuple[Any, ...], made: list[Tensor], options: dict[str, Any] | None = None
) -> list[Tensor]:
    """Return the results of an operation, and record the operation if a tape is active.

    Args:
        name: torch's name of the operation.
        args: its positional arguments.
        made: its results.
        options: its keyword arguments.
    """
    tape = active()
    return made if tape is None else tape.operation(name, args, options or {}, made)


def _shared(base: Tensor | None) -> Storage | None:
    return None if base is None else base.storage


def written(tensor: Tensor, made: Tensor, name: str) -> Tensor:
    """Write a result into a tensor, as an in-place operation does, and return the tensor.

    Args:
        tensor: the tensor that is changed.
        made: the result.
        name: the name of the operation, which an error names.

    Raises:
        TorchRefuses: the result does not have the tensor's shape.
        NotFollowed: the tensor is a parameter or buffer of the module. A description cannot contain an
            operation that changes it.
    """
    if tuple(made.shape) != tuple(tensor.shape):
        rule = f"the result has shape {tuple(made.shape)}, but the changed tensor has {tuple(tensor.shape)}"
        raise TorchRefuses(name, rule, scope(), user_line())
    tape = active()
    if tape is not None and tape.is_held(tensor):
        rule = "the forward changes a parameter or a buffer, which a description cannot contain"
        raise refused(name, rule)
    tensor.storage.version += 1
    tensor.storage.written = f"{name} at {user_line()}"
    tensor.seen, tensor.numbers = tensor.storage.version, None
    tensor.tape, tensor.value = made.tape, made.value
    return tensor


def checked(name: str, rule: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Return `rule(*args, **options)`. If it raises a `ShapeMismatch`, raise a better error in its place.

    Args:
        name: the name of the operation.
        rule: a function that computes the shape of a result.
        *args: its positional arguments.
        **options: its keyword arguments.

    Raises:
        TorchRefuses: torch would refuse the operation for the shapes of its operands. The error names the
            operation, the batch size and the user's line.
    """
    try:
        return rule(*args, **options)
    except ShapeMismatch as error:
        tape = active()
        at = f" (in a batch of {tape.batch})" if tape is not None and tape.batch else ""
        raise TorchRefuses(name, f"{error}{at}", scope(), user_line()) from error
