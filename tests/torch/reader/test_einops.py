"""Modules written with einops: parameters, operations and outputs, against arithmetic by hand and torch."""

import einops
import numpy as np
import pytest
import torch
from einops import rearrange, reduce, repeat
from einops.layers.torch import Rearrange, Reduce
from torch import nn

from convref import analyze, functional
from convref.torch import from_torch

Shape = tuple[int, ...]


class Attention(nn.Module):
    """Attention of two heads over the positions of a map, with the mean over the positions."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.qkv = nn.Linear(8, 24)
        self.project = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        tokens = rearrange(self.conv(x), "b c h w -> b (h w) c")
        q, k, v = rearrange(self.qkv(tokens), "b n (three heads d) -> three b heads n d", three=3, heads=2)
        scores = einops.einsum(q, k, "b heads i d, b heads j d -> b heads i j").softmax(-1)
        mixed = rearrange(scores @ v, "b heads n d -> b n (heads d)")
        return reduce(self.project(mixed), "b n c -> b c", "mean")


class Patches(nn.Module):
    """Patches as tokens behind a class token, packed and unpacked, with the maximum over the tokens."""

    def __init__(self) -> None:
        super().__init__()
        patches = Rearrange("b c (h p1) (w p2) -> b (h w) (p1 p2 c)", p1=4, p2=4)
        self.embed = nn.Sequential(patches, nn.LayerNorm(48), nn.Linear(48, 16))
        self.cls = nn.Parameter(torch.randn(1, 1, 16))
        self.head = nn.Sequential(Reduce("b n c -> b c", "max"), nn.Linear(16, 5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        cls = repeat(self.cls, "1 1 c -> b 1 c", b=len(x))
        packed, sizes = einops.pack([cls, self.embed(x)], "b * c")
        _, tokens = einops.unpack(packed, sizes, "b * c")
        return self.head(torch.cat([tokens, cls], dim=1))


class Upsampled(nn.Module):
    """Channels shuffled, positions repeated and pooled, and two maps concatenated."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = rearrange(x, "b (g c) h w -> b (c g) h w", g=2)
        y = repeat(y, "b c h w -> b c (h 2) (w 2)")
        y = reduce(self.conv(y), "b c (h 2) (w 2) -> b c h w", "max")
        return rearrange([x, y], "two b c h w -> b (two c) h w")


CONV, QKV, PROJECT = 64 * 8 * 3 * 9, 64 * 8 * 24, 64 * 8 * 8
CASES: list[tuple[type[nn.Module], Shape, int, int]] = [
    # The scores and their product with the values: for each of 2 heads, 64 * 64 positions, 4 channels, twice.
    (Attention, (3, 8, 8), 224 + 216 + 72, CONV + QKV + PROJECT + 2 * 2 * 64 * 64 * 4),
    (Patches, (3, 16, 16), 2 * 48 + 48 * 16 + 16 + 16 + 16 * 5 + 5, 16 * 48 * 16 + 16 * 5),
    (Upsampled, (8, 6, 6), 8 * 8 + 8, 12 * 12 * 8 * 8),
]


@pytest.mark.parametrize(("module", "shape", "params", "macs"), CASES)
def test_a_module_that_uses_einops_is_read_with_its_numbers_and_runs_to_its_output(
    module: type[nn.Module], shape: Shape, params: int, macs: int
) -> None:
    model, x = module().eval(), torch.randn(2, *shape)
    net = from_torch(model, shape, verify=True)
    report = analyze(net, shape)
    assert (params, macs) == (report.params, report.macs)
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    with torch.inference_mode():
        expected = model(x).numpy()
    np.testing.assert_allclose(functional.run(net, state, x.numpy()), expected, rtol=1e-4, atol=1e-5)
