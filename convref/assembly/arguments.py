"""Convert arguments and dtypes of recorded operations to the form in which a description stores them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convref.assembly.nodes import Ref
from convref.nn import Value
from convref.nn.sizes import Size

SETTINGS = frozenset(
    {"device", "layout", "pin_memory", "memory_format", "non_blocking", "generator", "dtype"}
)
"""Options that do not affect the elements of the result, and `dtype`, which is stored with the outputs."""


def type_name(dtype: object, usual: object) -> str:
    """Return the name of a dtype, such as `int64`; an empty string if it is `usual`, the network's dtype."""
    return "" if dtype == usual else str(dtype).removeprefix("torch.")


def plain_arguments(given: Any, place: Mapping[int, int]) -> Any:
    """Convert arguments to immutable ones without objects of torch.

    Args:
        given: an argument, or nested lists, tuples and dicts of them.
        place: a dict from the number of a value to its index among the operation's inputs.

    Returns:
        The same with a `Value` in place of each `Ref`, tuples in place of lists, tuples of pairs in place of
        dicts, and names in place of dtypes and the like.
    """
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
