"""Name the tensors in the return value of a forward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from convref.assembly.nodes import Ref
from convref.assembly.refusals import Unreadable


def outputs(result: Any) -> dict[str, int]:
    """Return a dict from the name of each output to the number of its value, the main output first.

    The name of an output consists of the keys, fields or indices that lead to it, such as `aux.0`. If the
    forward returns a single tensor, its name is `output`.

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


def opened(result: Any) -> Any:
    """Return the return value of a forward, with each dataclass replaced by a dict of its fields.

    Example:
        >>> from dataclasses import make_dataclass
        >>> opened([make_dataclass("Output", ["logits", "loss"])(1, None)])
        [{'logits': 1, 'loss': None}]
    """
    if isinstance(result, Mapping):
        return {key: opened(each) for key, each in result.items()}
    if isinstance(result, (list, tuple)):
        items = [opened(each) for each in result]
        return type(result)(*items) if hasattr(result, "_fields") else items
    if is_dataclass(result) and not isinstance(result, type):
        return {field.name: opened(getattr(result, field.name)) for field in fields(result)}
    return result


def _named(name: str, result: Any) -> list[tuple[str, Ref]]:
    if isinstance(result, Ref):
        return [(name, result)]
    items: list[tuple[str, Any]] = []
    if isinstance(result, Mapping):
        items = [(str(key), each) for key, each in result.items()]
    elif isinstance(result, (list, tuple)):
        names = getattr(result, "_fields", [str(index) for index in range(len(result))])
        items = list(zip(names, result, strict=True))
    return [pair for key, each in items for pair in _named(f"{name}.{key}" if name else key, each)]
