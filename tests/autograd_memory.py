"""Measure the memory that a forward pass in PyTorch keeps for the backward pass."""

from __future__ import annotations

import torch

from convref.nn import Layer, Shape
from convref.torch import build


def autograd_keeps(net: Layer, shape: Shape, batch: int, *, inner: bool = False) -> int:
    """Return the number of bytes that autograd keeps on the CPU in training, without parameters and buffers.

    Args:
        net: the description of the network, which is built as a PyTorch module.
        shape: the shape of the input, without the batch.
        batch: the number of inputs.
        inner: True if the input is itself the output of an operation, so that autograd needs its
            gradient, too.
    """
    model = build(net).train()
    own = {each.untyped_storage().data_ptr() for each in (*model.parameters(), *model.buffers())}
    kept = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = (storage.nbytes(), tensor)  # held, so that no address is used twice
        return tensor

    x = torch.randn(batch, *shape, requires_grad=inner)
    x = x * 1.0 if inner else x
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(x)
    return sum(size for address, (size, _) in kept.items() if address not in own)
