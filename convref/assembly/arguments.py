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
"""Options that a description leaves out: they do not affect the elements of the result.

The exception is `dtype`, which is left out because it is stored with the outputs.
"""


def type_name(dtype: object, usual: object) -> str:
    """Return the name of a dtype, such as "int64", or "" if it is `usual`, the dtype of the network."""
    return "" if dtype == usual else str(dtype).removeprefix("torch.")


def plain_arguments(given: Any, place: Mapping[int, int]) -> Any:
    """Convert recorded arguments to the immutable form in a description, which has no objects of torch.

    Args:
        given: an argument, or nested lists, tuples and dicts of arguments.
        place: a dict from the number of a value to its index among the operation's inputs.

    Returns:
        The arguments, with these replacements: a `Value` for each `Ref`, a tuple for each list, a tuple of
        pairs for each dict, and the name for each dtype and other object of torch.
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
    """Convert nested lists to nested tuples."""
    return tuple(map(tupled, numbers)) if isinstance(numbers, list) else numbers
