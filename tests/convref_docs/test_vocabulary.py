"""The page on vocabulary says correctly which positions and channels a layer mixes."""

from __future__ import annotations

import pytest
import torch

CHANNELS, SIZE = 8, 9


@pytest.mark.parametrize(("layer", "channels", "positions"), [
    (torch.nn.ReLU(), 1, 1),
    (torch.nn.Conv2d(CHANNELS, CHANNELS, 1), CHANNELS, 1),
    (torch.nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, groups=CHANNELS), 1, 9),
    (torch.nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, groups=2), CHANNELS // 2, 9),
    (torch.nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1), CHANNELS, 9),
], ids=["activation", "pointwise", "depthwise", "grouped", "standard"])  # fmt: skip
def test_a_value_reaches_as_many_channels_and_positions_as_the_name_of_the_layer_says(
    layer: torch.nn.Module, channels: int, positions: int
) -> None:
    x = torch.ones(1, CHANNELS, SIZE, SIZE, requires_grad=True)
    reached = torch.zeros(CHANNELS, SIZE, SIZE, dtype=torch.bool)
    for value in torch.nonzero(reached == 0).tolist():
        (gradient,) = torch.autograd.grad(layer(x)[0, *value], x)
        reached[*value] = bool(gradient[0, 0, SIZE // 2, SIZE // 2] != 0)
    assert channels == int(reached.any(dim=(1, 2)).sum())
    assert positions == int(reached.any(dim=0).sum())


def test_a_group_convolution_is_a_split_a_convolution_each_and_a_concatenation() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, CHANNELS, SIZE, SIZE, generator=generator, dtype=torch.float64)
    weight = torch.randn(CHANNELS, CHANNELS // 2, 3, 3, generator=generator, dtype=torch.float64)
    branches = [
        torch.nn.functional.conv2d(part, kernel)
        for part, kernel in zip(x.chunk(2, dim=1), weight.chunk(2), strict=True)
    ]
    torch.testing.assert_close(torch.cat(branches, dim=1), torch.nn.functional.conv2d(x, weight, groups=2))
