"""The PyTorch module of `convref.nn.Permute`."""

from __future__ import annotations

import torch


class Permute(torch.nn.Module):
    """Reorders the axes of a tensor, as `Tensor.permute(dims)` does."""

    def __init__(self, dims: tuple[int, ...]) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a view of the tensor with its axes in the order of `dims`."""
        return x.permute(self.dims)
