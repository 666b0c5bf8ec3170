"""Modules that multiply by learnt factors or by a number."""

from __future__ import annotations

import torch


class LayerScale(torch.nn.Module):
    """A learnt factor for each channel."""

    def __init__(self, channels: int, init: float = 1e-6) -> None:
        super().__init__()
        self.layer_scale = torch.nn.Parameter(torch.full((channels, 1, 1), float(init)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scale the channels of (N, C, H, W)."""
        return x * self.layer_scale


class Scale(torch.nn.Module):
    """One learnt factor for all elements."""

    def __init__(self, init: float = 1.0) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.full((1,), float(init)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scale a tensor of any shape."""
        return x * self.weight


class Affine(torch.nn.Module):
    """A fixed factor and a fixed offset for all elements."""

    def __init__(self, factor: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self.factor, self.offset = factor, offset

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scale and shift a tensor of any shape."""
        return x * self.factor + self.offset
