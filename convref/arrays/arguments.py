"""Validate the integer arguments of convolutions and pooling functions.

The first argument of every function, `where`, is the name of the public function that was called. It begins
the message: ``conv2d: stride (=0) must be at least 1``.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

from convref.errors import ArgumentError

Ints: TypeAlias = int | Sequence[int]
"""One integer for all spatial axes, or one for each axis."""


def integer(
    where: str, name: str, value: Any, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Check that `value` is an integer in a range, and return it as a Python int.

    NumPy integers are accepted. Booleans and floats are rejected, even 2.0: as a stride they are more
    likely a mistake than intended.

    Raises:
        ArgumentError: `value` is not an integer, or lies outside of `minimum` to `maximum`.

    Example:
        >>> integer("conv2d", "groups", 2, minimum=1)
        2
    """
    if type(value) is int:  # the usual case, without a call
        number = value
    elif is_integer(value):
        number = operator.index(value)
    else:
        raise ArgumentError(f"{where}: {name} (={shown(value)}) must be an integer")
    if minimum is not None and number < minimum:
        raise ArgumentError(f"{where}: {name} (={shown(number)}) must be at least {minimum}")
    if maximum is not None and number > maximum:
        raise ArgumentError(f"{where}: {name} (={shown(number)}) must be at most {maximum}")
    return number


def is_integer(value: Any) -> bool:
    """Return whether `value` is an integer of Python or NumPy; a boolean is not."""
    if isinstance(value, bool):
        return False
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def shown(value: Any) -> str:
    """Return a shortened repr of a value for an error message, which a large array would otherwise fill."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return f"an array of shape {shape}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def per_axis(where: str, name: str, value: Any, rank: int, *, minimum: int | None = None) -> tuple[int, ...]:
    """Return `value` as one integer per axis, repeating a single integer `rank` times.

    Raises:
        ArgumentError: the number of integers is neither 1 nor `rank`, a value is not an integer, or one
            is less than `minimum`.

    Example:
        >>> per_axis("conv2d", "stride", (2,), 2), per_axis("conv3d", "stride", (1, 2, 2), 3)
        ((2, 2), (1, 2, 2))
    """
    # The usual types are tested first: a test against Sequence, an abstract class, takes ten times as long.
    if type(value) is int or (type(value) is not tuple and not _is_sequence(value)):
        return (integer(where, name, value, minimum=minimum),) * rank
    numbers = tuple(value)
    if len(numbers) == 1:
        numbers *= rank
    if len(numbers) != rank:
        raise ArgumentError(
            f"{where}: {name} (={shown(value)}) must be one integer or a sequence of integers "
            f"of length {rank}"
        )
    for each in numbers:
        if type(each) is not int and not is_integer(each):
            raise ArgumentError(f"{where}: {name} (={shown(value)}) must consist of integers")
        if minimum is not None and each < minimum:
            raise ArgumentError(f"{where}: {name} (={shown(value)}) must be at least {minimum} on every axis")
    return tuple([operator.index(each) for each in numbers])


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)
