"""Check the integer arguments that convolutions and pools share; no arrays here.

Every function takes the name of its caller, so that a message says where the argument was given:
``conv2d: stride (=0) must be at least 1``.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

from convref.errors import ArgumentError

Ints: TypeAlias = int | Sequence[int]
"""One number for all spatial axes, or one number for each."""


def integer(where: str, name: str, value: Any, *, minimum: int | None = None) -> int:
    """`value` as a Python int; booleans and floats are not integers here.

    Raises:
        ArgumentError: it is no integer, or less than `minimum`.

    Example:
        >>> integer("conv2d", "groups", 2, minimum=1)
        2
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ArgumentError(f"{where}: {name} (={value!r}) must be an integer")
    number = operator.index(value)
    if minimum is not None and number < minimum:
        raise ArgumentError(f"{where}: {name} (={number}) must be at least {minimum}")
    return number


def per_axis(where: str, name: str, value: Any, rank: int, *, minimum: int | None = None) -> tuple[int, ...]:
    """`value` as one integer for each of `rank` axes; a single number stands for all of them.

    Raises:
        ArgumentError: another count of numbers, no integers, or one less than `minimum`.

    Example:
        >>> per_axis("conv2d", "stride", 2, 2), per_axis("conv3d", "stride", (1, 2, 2), 3)
        ((2, 2), (1, 2, 2))
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        return (integer(where, name, value, minimum=minimum),) * rank
    numbers = tuple(value)
    if len(numbers) == 1:
        numbers *= rank
    if len(numbers) != rank:
        raise ArgumentError(f"{where}: {name} (={value!r}) must be one integer or {rank} of them")
    for each in numbers:
        if isinstance(each, bool) or not hasattr(each, "__index__"):
            raise ArgumentError(f"{where}: {name} (={value!r}) must consist of integers")
        if minimum is not None and each < minimum:
            raise ArgumentError(f"{where}: {name} (={value!r}) must be at least {minimum} on every axis")
    return tuple(operator.index(each) for each in numbers)
