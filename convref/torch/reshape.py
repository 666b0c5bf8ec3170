"""The module of `convref.nn.Permute`."""

from __future__ import annotations

import torch


class Permute(torch.nn.Module):
    """Reorders the axes as `dims` lists them."""

    def __init__(self, dims: tuple[int, ...]) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return a view with the axes in that order."""
        return x.permute(self.dims)
