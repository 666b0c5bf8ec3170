"""A description -> a `torch.nn.Module` of the modules that torch has, under the same names.

Each combinator becomes a `Composite`, a module that holds its children under their keys and lets the
description say how tensors flow through them; so `model.features(x)` works as in any torch model, and the
state_dict has exactly the names of the description's parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from convref import nn
from convref.nn.base import Layer
from convref.nn.given import check_net
from convref.torch.attention import AttentionHeads, RestrictedSelfAttention, SelfAttention
from convref.torch.composite import Composite
from convref.torch.deform import DeformConv2d
from convref.torch.embedding import PositionalEncoding
from convref.torch.reshape import Permute
from convref.torch.scale import Affine, LayerScale, Scale
from convref.torch.stochastic_depth import StochasticDepth

OURS: dict[type[Layer], Callable[..., torch.nn.Module]] = {
    nn.Affine: Affine,
    nn.DeformConv2d: DeformConv2d,
    nn.LayerScale: LayerScale,
    nn.MultiheadAttention: SelfAttention,
    nn.Permute: Permute,
    nn.PositionalEncoding: PositionalEncoding,
    nn.AttentionHeads: AttentionHeads,
    nn.RestrictedSelfAttention: RestrictedSelfAttention,
    nn.Scale: Scale,
    nn.StochasticDepth: StochasticDepth,
}
"""The modules of layers that torch lacks or has in another form; of others it is torch's of the same name."""


def build(net: Layer, params: Mapping[str, Any] | None = None) -> torch.nn.Module:
    """Make the module of a description.

    Args:
        net: the description.
        params: its parameters and buffers by full name, arrays or tensors; without them, torch's own
            initialization. The module is in evaluation mode when they are given.

    Raises:
        ArgumentError: `net` is no description, or a parameter is missing, unknown or of another shape.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> list(build(Sequential(Conv2d(3, 8, 3), ReLU())).state_dict())
        ['0.weight', '0.bias']
    """
    check_net(net)
    model = Composite(net, module) if net.composite else module(net)
    if params is None:
        return model
    nn.check_params(net, params)
    state = {name: torch.as_tensor(value) for name, value in params.items()}
    dtypes = {each.dtype for each in state.values() if each.is_floating_point() or each.is_complex()}
    if len(dtypes) == 1:
        model = model.to(dtypes.pop())
    model.load_state_dict(state, strict=False)  # check_params was strict, batch counters aside
    return model.eval()


def module(layer: Layer) -> torch.nn.Module:
    """The module of one primitive.

    Raises:
        NotImplementedError: the layer is none of `convref.nn`.

    Example:
        >>> from convref.nn import MaxPool2d
        >>> module(MaxPool2d(2)).kernel_size
        2
    """
    make = OURS.get(type(layer)) or getattr(torch.nn, type(layer).__name__, None)
    if make is None:
        raise NotImplementedError(f"{type(layer).__name__} has no torch module")
    # Arguments that are not given may be unknown to an older torch.
    made: torch.nn.Module = make(**{field.name: value for field, value in layer.given()})
    return made
