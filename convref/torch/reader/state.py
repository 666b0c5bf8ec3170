"""Add the tensors that the forward does not use to a description, and convert a module's tensors to arrays.

A recording contains only tensors that the forward uses. A description, however, must have all parameters and
buffers of the module, with all their names, so that the module's state_dict can be loaded.
"""

from __future__ import annotations

import functools
from typing import Any

import torch

from convref.assembly.state import completed as completed_with
from convref.errors import ArgumentError
from convref.nn import Layer
from convref.torch.reader.held import leaves_of
from convref.torch.reader.modules import described


def completed(net: Layer, module: torch.nn.Module, dtype: torch.dtype) -> Layer:
    """Return a description with all parameters and buffers of the module from which it was read.

    Args:
        net: the description that was assembled.
        module: the module from which it was read.
        dtype: the dtype in which the network computes.
    """
    parts = [(path, functools.partial(described, part)) for path, part in module.named_modules()]
    return completed_with(net, leaves_of(module), parts, dtype)


def parameters_of(module: torch.nn.Module, net: Layer | None = None) -> dict[str, Any]:
    """Return the tensors of a module as arrays, to run the module's description in NumPy.

    They include the non-persistent buffers and the tensors in plain attributes, which are not in the
    state_dict.

    Args:
        module: the module.
        net: the description of the module, to return only the tensors that it uses; by default, all tensors
            are returned.

    Returns:
        A dict from the name of each tensor in the description to its array.

    Raises:
        ArgumentError: `module` is not a module, or a tensor cannot be an array: it has the dtype bfloat16 or
            a sparse layout, is on the meta device, or belongs to a lazy layer that was not called yet.

    Example:
        >>> {name: array.shape for name, array in parameters_of(torch.nn.Linear(2, 3)).items()}
        {'weight': (3, 2), 'bias': (3,)}
    """
    from convref.torch.reader.reader import unwrapped

    found: dict[str, Any] = {}
    names = None if net is None else net.parameters().keys() | net.buffers().keys()
    for leaf in leaves_of(unwrapped(module))[0]:
        if names is not None and leaf.path not in names:
            continue
        found[leaf.path] = _array(leaf.path, leaf.tensor)
    return found


def _array(path: str, tensor: torch.Tensor) -> Any:
    """Return a tensor as an array.

    Raises:
        ArgumentError: the tensor has no elements, or NumPy does not have its dtype or layout.
    """
    rule = ""
    if torch.nn.parameter.is_lazy(tensor):
        rule = "has no shape before the module's first call; call it once"
    elif tensor.is_meta:
        rule = "is on the meta device, where tensors hold no data"
    elif tensor.layout is not torch.strided:
        rule = f"has the layout {tensor.layout}, which NumPy does not have"
    elif tensor.dtype == torch.bfloat16:
        rule = "is of type bfloat16, which NumPy does not have"
    if rule:
        raise ArgumentError(f"parameters_of: {path} {rule}")
    return tensor.detach().cpu().numpy()
