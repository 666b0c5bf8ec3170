"""The PyTorch module of `convref.nn.StochasticDepth`."""

from __future__ import annotations

import torch


class StochasticDepth(torch.nn.Module):
    """Drops its input at random in training: with probability `p` it returns zeros.

    Otherwise it returns the input divided by 1 - p. In evaluation mode it returns its input unchanged.
    """

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        self.p, self.mode = p, mode

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Set samples to zero at random: each separately (mode "row"), or the whole batch (mode "batch")."""
        if not self.training or self.p == 0:
            return x
        rows = len(x) if self.mode == "row" else 1
        keep = torch.empty(rows, *(1,) * (x.ndim - 1), dtype=x.dtype, device=x.device)
        keep.bernoulli_(1 - self.p)
        return x * (keep / (1 - self.p) if self.p < 1 else keep)
