"""Check number, boolean and string arguments of public functions against their annotations."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from numbers import Real
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

import numpy as np

from convref.arrays.arguments import integer, shown
from convref.errors import ArgumentError, ShapeError

P = ParamSpec("P")
R = TypeVar("R")

_TOO_LARGE = ("Maximum allowed dimension exceeded", "Maximum allowed size exceeded", "array is too big")
"""Messages of NumPy's ValueError for shapes that no memory could hold."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate `function` to check number, boolean and string arguments against its annotations.

    The checks run at each call, before the function's body. The function itself must check arrays, sequences
    and the ranges of numbers. If a result is too large for memory (because of a huge padding, for example),
    the decorator raises a ShapeError instead of NumPy's error.

    Raises:
        ArgumentError: an argument is not of the annotated type.
        ShapeError: the result is too large.

    Example:
        >>> @checked
        ... def scaled(x: float, factor: float = 1.0) -> float:
        ...     return x * factor
        >>> scaled(2.0, factor="3")
        Traceback (most recent call last):
        ...
        convref.errors.ArgumentError: scaled: factor (='3') must be a real number
    """
    where = function.__name__
    checks = [
        (index, name, _CHECKS[str(parameter.annotation)])
        for index, (name, parameter) in enumerate(inspect.signature(function).parameters.items())
        if str(parameter.annotation) in _CHECKS
    ]

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        for index, name, check in checks:
            if index < len(args):
                check(where, name, args[index])
            elif name in kwargs:
                check(where, name, kwargs[name])
        try:
            return function(*args, **kwargs)
        except (MemoryError, OverflowError) as error:
            raise _too_large(where, error) from error
        except ValueError as error:
            if str(error).startswith(_TOO_LARGE):
                raise _too_large(where, error) from error
            raise

    return call


def _too_large(where: str, error: Exception) -> ShapeError:
    return ShapeError(f"{where}: the sizes must give a result that fits into memory ({error})")


def _number(where: str, name: str, value: Any) -> None:
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise ArgumentError(f"{where}: {name} (={shown(value)}) must be a real number")


def _flag(where: str, name: str, value: Any) -> None:
    if not isinstance(value, bool | np.bool_):
        raise ArgumentError(f"{where}: {name} (={shown(value)}) must be True or False")


def _text(where: str, name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise ArgumentError(f"{where}: {name} (={shown(value)}) must be a string")


def _optional(check: Callable[[str, str, Any], Any]) -> Callable[[str, str, Any], Any]:
    return lambda where, name, value: None if value is None else check(where, name, value)


_CHECKS = MappingProxyType(
    {
        "float": _number,
        "float | None": _optional(_number),
        "int": integer,
        "int | None": _optional(integer),
        "bool": _flag,
        "bool | None": _optional(_flag),
        "str": _text,
    }
)
