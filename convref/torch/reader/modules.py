"""Find the layer that has the name and the arguments of a module of `torch.nn`."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import torch

from convref import nn
from convref.assembly.refusals import Unreadable
from convref.errors import ArgumentError
from convref.nn import Layer
from convref.torch.composite import Composite


def described(module: torch.nn.Module) -> Layer:
    """Return the layer that has the name of a module's class, with the module's arguments.

    If no layer has the name of the class, the names of its base classes are tried. A subclass may do
    something else than the layer, so callers also compare the operations of both (see `twins`).

    Raises:
        Unreadable: no layer has such a name, or the layer does not accept the module's arguments.

    Example:
        >>> described(torch.nn.Conv2d(3, 8, 3, bias=False))
        Conv2d(3, 8, 3, bias=False)
    """
    if isinstance(module, Composite):
        return module.description
    kind = _kind(type(module))  # type: ignore[arg-type] # torch declares __hash__ for instances
    if kind is None:
        raise Unreadable(f"convref has no layer for the module class {type(module).__name__}")
    try:
        layer: Layer = kind(**_arguments(kind, module))
    except (ArgumentError, AttributeError, TypeError) as error:
        raise Unreadable(str(error)) from error
    return layer


def _arguments(kind: Any, module: torch.nn.Module) -> dict[str, Any]:
    arguments = {}
    for field in dataclasses.fields(kind):
        value = getattr(module, field.name, field.default)
        if field.name == "bias" and not isinstance(value, bool):
            has_weight = getattr(module, "weight", None) is not None
            value = value is not None if has_weight else True
        arguments[field.name] = value
    # Which stores some arguments only through the parameters that it has.
    if isinstance(module, torch.nn.MultiheadAttention):
        arguments |= {"bias": module.in_proj_bias is not None, "add_bias_kv": module.bias_k is not None}
    return arguments


@cache
def _kind(module: type[torch.nn.Module]) -> Any:
    """Return the class of layers that has the name of a module's class or of its nearest base class."""
    for base in module.__mro__:
        kind = vars(nn).get(base.__name__)  # getattr would raise an error for an unknown name
        if isinstance(kind, type) and issubclass(kind, Layer) and not kind.composite:
            return kind
    return None
