"""A description -> a `torch.nn.Module` of the modules that torch has, under the same names.

Each combinator becomes a `Composite`, a module that holds its children under their keys and lets the
description say how tensors flow through them; so `model.features(x)` works as in any torch model, and the
state_dict has exactly the names of the description's parameters.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import torch

from convref import nn
from convref.nn.base import Layer
from convref.torch.composite import Composite


def build(net: Layer, params: Mapping[str, Any] | None = None) -> torch.nn.Module:
    """Make the module of a description.

    Args:
        net: the description.
        params: its parameters and buffers by full name, arrays or tensors; without them, torch's own
            initialization. The module is in evaluation mode when they are given.

    Raises:
        ArgumentError: a parameter is missing, unknown or of another shape.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> list(build(Sequential(Conv2d(3, 8, 3), ReLU())).state_dict())
        ['0.weight', '0.bias']
    """
    model = Composite(net, module) if net.composite else module(net)
    if params is None:
        return model
    nn.check_params(net, params)
    state = {name: torch.as_tensor(value) for name, value in params.items()}
    dtypes = {tensor.dtype for tensor in state.values() if tensor.is_floating_point()}
    if len(dtypes) == 1:
        model = model.to(dtypes.pop())
    model.load_state_dict(state, strict=False)  # check_params was strict, batch counters aside
    return model.eval()


@singledispatch
def module(layer: Layer) -> torch.nn.Module:
    """The torch module of one primitive."""
    raise NotImplementedError(f"{type(layer).__name__} has no torch module")


def _arguments(layer: Any) -> dict[str, Any]:
    return {field.name: getattr(layer, field.name) for field in dataclasses.fields(layer)}


@module.register(nn.AdaptiveAvgPool1d)
@module.register(nn.AdaptiveAvgPool2d)
@module.register(nn.AdaptiveAvgPool3d)
@module.register(nn.Conv1d)
@module.register(nn.Conv2d)
@module.register(nn.Conv3d)
@module.register(nn.Dropout)
@module.register(nn.Flatten)
@module.register(nn.Identity)
@module.register(nn.Linear)
@module.register(nn.LocalResponseNorm)
@module.register(nn.MaxPool1d)
@module.register(nn.MaxPool2d)
@module.register(nn.MaxPool3d)
@module.register(nn.ReLU)
def _(layer: Layer) -> torch.nn.Module:
    made: torch.nn.Module = getattr(torch.nn, type(layer).__name__)(**_arguments(layer))
    return made
