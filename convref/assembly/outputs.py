"""Name the tensors in the return value of a forward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convref.assembly.nodes import Ref
from convref.assembly.refusals import Unreadable


def outputs(result: Any) -> dict[str, int]:
    """Return the numbers of the output values by name, the main output first.

    Names are the keys of dicts, the fields of named tuples and dataclasses, and the indices of lists and
    tuples, joined by dots; a single tensor is named `output`.

    Args:
        result: the return value of the forward, each tensor replaced by a `Ref`.

    Raises:
        Unreadable: the return value contains no tensor.

    Example:
        >>> outputs({"out": Ref(3), "aux": [Ref(1), None]})
        {'out': 3, 'aux.0': 1}
    """
    named = {name or "output": ref.value for name, ref in _named("", result)}
    if not named:
        raise Unreadable("it must return a tensor, or tensors in tuples, lists, dicts or dataclasses")
    return named


def _named(name: str, result: Any) -> list[tuple[str, Ref]]:
    if isinstance(result, Ref):
        return [(name, result)]
    items: list[tuple[str, Any]] = []
    if isinstance(result, Mapping):
        items = [(str(key), each) for key, each in result.items()]
    elif isinstance(result, (list, tuple)):
        fields = getattr(result, "_fields", [str(index) for index in range(len(result))])
        items = list(zip(fields, result, strict=True))
    elif hasattr(result, "__dataclass_fields__"):
        items = [(key, getattr(result, key)) for key in result.__dataclass_fields__]
    return [pair for key, each in items for pair in _named(f"{name}.{key}" if name else key, each)]
