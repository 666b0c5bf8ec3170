"""One module of torch.nn -> the layer of the same name with the same arguments."""

from __future__ import annotations

import dataclasses
from typing import Any

import torch
from torch.nn.utils import parametrize

from convref import nn
from convref.errors import ArgumentError
from convref.nn import Layer


class Unreadable(Exception):  # noqa: N818 - it is caught where the operation's line is known
    """Something has no description; the text says why."""


def described(module: torch.nn.Module) -> Layer:
    """The description of one module.

    Raises:
        Unreadable: no layer has its name, or the layer cannot take its arguments, or has other parameters.

    Example:
        >>> described(torch.nn.Conv2d(3, 8, 3, bias=False))
        Conv2d(3, 8, 3, bias=False)
    """
    if parametrize.is_parametrized(module):
        names = ", ".join(getattr(module, "parametrizations"))  # noqa: B009 (torch types it as a tensor)
        raise Unreadable(
            f"its {names} is computed by a parametrization; "
            "torch.nn.utils.parametrize.remove_parametrizations(module, name) makes it plain"
        )
    kind = getattr(nn, type(module).__name__, None)
    if not (isinstance(kind, type) and issubclass(kind, Layer) and not kind.composite):
        raise Unreadable(f"{type(module).__name__} has no description")
    try:
        layer: Layer = kind(**_arguments(kind, module))
    except (ArgumentError, AttributeError) as error:
        raise Unreadable(str(error)) from error
    _check_parameters(layer, module)
    return layer


def _arguments(kind: Any, module: torch.nn.Module) -> dict[str, Any]:
    arguments = {}
    for field in dataclasses.fields(kind):
        value = getattr(module, field.name, field.default)
        if field.name == "bias" and not isinstance(value, bool):
            has_weight = getattr(module, "weight", None) is not None
            value = value is not None if has_weight else True
        arguments[field.name] = value
    if isinstance(module, torch.nn.MultiheadAttention):  # which tells these by what it holds
        arguments |= {"bias": module.in_proj_bias is not None, "add_bias_kv": module.bias_k is not None}
    return arguments


def _check_parameters(layer: Layer, module: torch.nn.Module) -> None:
    """A module whose parameters are others than its kind has, such as one with a weight norm, is another."""
    known = layer.parameters() | layer.buffers()
    held = {name: tuple(value.shape) for name, value in module.state_dict().items()}
    held.pop("num_batches_tracked", None)
    if held != known:
        raise Unreadable(
            f"it holds {', '.join(held) or 'nothing'}, but a {type(module).__name__} {', '.join(known)}"
        )
