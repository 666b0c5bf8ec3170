"""Create the `torch.nn.Module` of a description, from torch's modules of the same names.

Each combinator (a layer that contains others) becomes a `Composite`. Its submodules have the names from the
description, so `model.features(x)` works as in any torch model. Its state_dict has exactly the names of the
description's parameters.

For each class of layers, a function (a *rule*) is registered in `convref.nn.rules.TORCH`:

- For a *primitive* (a layer without children), the rule returns the module. If torch has a module with the
  layer's name, it is that module. If torch does not have it, or has it with other arguments, the module is
  defined in this package.
- For a combinator that joins branches, such as a sum, the rule joins the branches' tensors into one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import torch

from convref import nn
from convref.nn.base import Layer
from convref.nn.given import check_net
from convref.nn.graph import frozen
from convref.nn.rules import TORCH
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
"""The modules of layers that torch lacks or has in another form."""


def same_arguments(
    kind: type[Layer], make: Callable[..., torch.nn.Module]
) -> Callable[[Layer], torch.nn.Module]:
    """Return a rule that creates a layer's module by calling `make` with the layer's arguments.

    Fields that a subclass adds to `kind` are not passed. Arguments that have their default value are omitted,
    since an older version of torch may not have them.
    """
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type] # layers are dataclasses

    def rule(layer: Layer) -> torch.nn.Module:
        return make(**{field.name: value for field, value in layer.given() if field.name in names})

    return rule


def _primitives() -> dict[type[Layer], Callable[..., torch.nn.Module]]:
    """Return a dict from each class of layers without children to the class of its PyTorch module.

    This is the class in `OURS`, or otherwise torch's class of the same name. Layers with neither are omitted.
    """
    layers = [each for each in vars(nn).values() if isinstance(each, type) and issubclass(each, Layer)]
    found = {
        each: OURS.get(each) or getattr(torch.nn, each.__name__, None)
        for each in layers
        if not each.composite
    }
    return {kind: make for kind, make in found.items() if make is not None}


for _kind, _make in _primitives().items():
    TORCH.register(_kind)(same_arguments(_kind, _make))


def build(net: Layer, params: Mapping[str, Any] | None = None) -> torch.nn.Module:
    """Create the PyTorch module of a description.

    Args:
        net: the description.
        params: the parameters and buffers of the description, as a dict from full names, such as `0.weight`,
            to arrays or tensors. With them, the module is in evaluation mode. Without them, it has torch's
            initialization and is in training mode.

    Raises:
        ArgumentError: `net` is not a description, or a parameter is missing, unknown or of the wrong shape.
        MissingRuleError: no rule is registered for the class of a layer; the error names the layer's path.

    Example:
        >>> from convref.nn import Conv2d, ReLU, Sequential
        >>> list(build(Sequential(Conv2d(3, 8, 3), ReLU())).state_dict())
        ['0.weight', '0.bias']
    """
    check_net(net)
    model = Composite(net, module) if net.composite else module(net)
    still = set(frozen(net))
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in still and parameter.requires_grad)
    if params is None:
        return model
    nn.check_params(net, params)
    state = {name: torch.as_tensor(value) for name, value in params.items()}
    dtypes = {each.dtype for each in state.values() if each.is_floating_point() or each.is_complex()}
    if len(dtypes) == 1:
        model = model.to(dtypes.pop())
    # `check_params` has compared all names, except for the counters of batches.
    model.load_state_dict(state, strict=False)
    return model.eval()


def module(layer: Layer, path: str = "") -> torch.nn.Module:
    """Create the PyTorch module of one layer without children.

    Args:
        layer: the layer's description.
        path: the layer's path in the network, which the error names.

    Raises:
        MissingRuleError: no rule is registered for the layer's class.

    Example:
        >>> from convref.nn import MaxPool2d
        >>> module(MaxPool2d(2)).kernel_size
        2
    """
    made: torch.nn.Module = TORCH.rule(layer, path)(layer)
    return made
