"""The outputs of a forward by name, from whatever it returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convref.torch.reader.nodes import Ref
from convref.torch.reader.refusals import Unreadable


def outputs(result: Any) -> dict[str, int]:
    """The values of the outputs by name, the main one first.

    Raises:
        Unreadable: there is none.

    Example:
        >>> outputs({"out": Ref(3), "aux": [Ref(1), None]})
        {'out': 3, 'aux.0': 1}
    """
    named = {name or "output": ref.value for name, ref in _named("", result)}
    if not named:
        raise Unreadable("the outputs must be tensors")
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
