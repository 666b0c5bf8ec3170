"""Arguments and types of operations in the form in which a description holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from convref.nn import Value
from convref.nn.sizes import Size
from convref.torch.reader.nodes import Ref

SETTINGS = frozenset(
    {"device", "layout", "pin_memory", "memory_format", "non_blocking", "generator", "dtype"}
)
"""Options that change no number, or that the types of the outputs say."""


def type_name(dtype: torch.dtype, usual: torch.dtype) -> str:
    """A type's name; empty where it is the usual one."""
    return "" if dtype == usual else str(dtype).removeprefix("torch.")


def plain_arguments(given: Any, place: Mapping[int, int]) -> Any:
    """Arguments as a description has them."""
    if isinstance(given, Ref):
        return Value(place[given.value])
    if isinstance(given, (list, tuple)):
        return tuple([plain_arguments(each, place) for each in given])
    if isinstance(given, dict):
        return tuple((key, plain_arguments(each, place)) for key, each in given.items())
    if given is None or isinstance(given, (bool, int, float, complex, str, Size)):
        return given
    return str(given).removeprefix("torch.")


def tupled(numbers: Any) -> Any:
    """Turn nested lists into nested tuples."""
    return tuple(map(tupled, numbers)) if isinstance(numbers, list) else numbers
