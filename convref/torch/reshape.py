"""The axes in another order."""

from __future__ import annotations

import torch


class Permute(torch.nn.Module):
    """The axes in the order of `dims`."""

    def __init__(self, dims: tuple[int, ...]) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """A view with the axes in that order."""
        return x.permute(self.dims)
