"""PyTorch modules that multiply by learnt factors or by a constant."""

from __future__ import annotations

import torch


class LayerScale(torch.nn.Module):
    """Multiplies each channel by a learnt factor."""

    def __init__(self, channels: int, init: float = 1e-6) -> None:
        super().__init__()
        self.layer_scale = torch.nn.Parameter(torch.full((channels, 1, 1), float(init)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Multiply each channel of a tensor (N, C, H, W) by its factor."""
        return x * self.layer_scale


class Scale(torch.nn.Module):
    """Multiplies all elements by one learnt factor."""

    def __init__(self, init: float = 1.0) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.full((1,), float(init)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Multiply a tensor of any shape by the factor."""
        return x * self.weight


class Affine(torch.nn.Module):
    """Multiplies all elements by a constant and adds another constant."""

    def __init__(self, factor: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        self.factor, self.offset = factor, offset

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `factor * x + offset` for a tensor of any shape."""
        return x * self.factor + self.offset
