"""The PyTorch module of `convref.nn.PositionalEncoding`."""

from __future__ import annotations

import torch


class PositionalEncoding(torch.nn.Module):
    """Adds sines and cosines of several wavelengths to each embedding, computed from its position.

    Sines are added to the elements with even indices, cosines to the elements with odd indices.

    Source: Vaswani et al., 2017, section 3.5.
    """

    def __init__(self, embed_dim: int, base: float = 10000.0) -> None:
        super().__init__()
        self.embed_dim, self.base = embed_dim, base

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the encoding to a tensor (N, L, embed_dim)."""
        position = torch.arange(x.shape[1], device=x.device, dtype=torch.float64)[:, None]
        element = torch.arange(self.embed_dim, device=x.device)
        angle = position / self.base ** (element.double() // 2 * 2 / self.embed_dim)
        return x + torch.where(element % 2 == 1, angle.cos(), angle.sin()).to(x.dtype)
