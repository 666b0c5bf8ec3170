"""What the pages on sharing and on choosing say about ranks, freedom and exact replacements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from convref import analyze
from convref.functional import init
from convref.functional.run import run
from convref.nn import Conv2d, Layer, Sequential
from convref.nn.blocks import asymmetric_conv, depthwise_separable_conv, flattened_conv

RNG = np.random.default_rng(0)


def kernels(layer: Layer, channels: int) -> torch.Tensor:
    """Return the composed kernel of a linear layer: its response to an impulse in each input channel."""
    weights = [torch.tensor(value) for value in init(layer, dtype="float64").values()]

    def composed(*parts: torch.Tensor) -> torch.Tensor:
        y = torch.zeros((channels, channels, 3, 3), dtype=torch.float64)
        y[range(channels), range(channels), 1, 1] = 1
        for part in parts:
            pads = [size // 2 for size in part.shape[2:]]
            y = torch.nn.functional.conv2d(y, part, padding=pads, groups=y.shape[1] // part.shape[1])
        return y.ravel()

    derive: Any = torch.autograd.functional.jacobian  # it has no types
    jacobians = derive(composed, tuple(weights))
    return torch.cat([each.reshape(each.shape[0], -1) for each in jacobians], dim=1)


@pytest.mark.parametrize(("layer", "lost"), [
    (Conv2d(4, 4, 3, padding=1, bias=False), 0),
    (depthwise_separable_conv(4, 4, 3, padding=1, bias=False), 4),
    (flattened_conv(4, 4, 3, padding=1, bias=False), 8),
])  # fmt: skip
def test_factorized_layers_lose_one_direction_per_scale_that_can_be_exchanged(
    layer: Layer, lost: int
) -> None:
    derivative = kernels(layer, 4)
    assert derivative.shape[1] == analyze(layer, (4, 9, 9)).params
    assert derivative.shape[1] - lost == int(np.linalg.matrix_rank(derivative.numpy()))


@pytest.mark.parametrize(("kernel", "rank"), [((1, 1), 4), ((1, 3), 12), ((3, 3), 32)])
def test_a_kernel_multiplies_the_rank_of_a_feature_map_by_its_positions_at_most(
    kernel: tuple[int, int], rank: int
) -> None:
    basis, mixing = RNG.standard_normal((4, 8, 8)), RNG.standard_normal((32, 4))
    x = np.einsum("cr,rij->cij", mixing, basis)[np.newaxis]
    layer = Conv2d(32, 32, kernel, padding=(kernel[0] // 2, kernel[1] // 2), bias=False)
    y = run(layer, init(layer, dtype="float64"), x).reshape(32, -1)
    assert rank == int(np.linalg.matrix_rank(y, tol=1e-6 * np.abs(y).max()))


@pytest.mark.parametrize(("before", "after", "ratio"), [
    (Conv2d(64, 64, 7, padding=3, bias=False), [Conv2d(64, 64, 3, padding=1, bias=False)] * 3, 49 / 27),
    (Conv2d(64, 64, 3, padding=1, bias=False), [asymmetric_conv(64, 64, 3, padding=1, bias=False)], 9 / 6),
    (Conv2d(64, 64, 3, padding=1, bias=False), [Conv2d(64, 64, 3, padding=1, groups=4, bias=False)], 4),
])  # fmt: skip
def test_a_replacement_keeps_the_shape_and_saves_what_the_formula_says(
    before: Layer, after: list[Layer], ratio: float
) -> None:
    reports = [analyze(net, (64, 14, 14)) for net in (before, Sequential(*after))]
    assert reports[0].output_shape == reports[1].output_shape
    assert ratio == pytest.approx(reports[0].macs / reports[1].macs)


def test_a_concatenation_before_a_pointwise_convolution_is_a_sum_of_pointwise_convolutions() -> None:
    a, b = (torch.tensor(RNG.standard_normal((1, 4, 6, 6))) for _ in range(2))
    weight = torch.tensor(RNG.standard_normal((5, 8, 1, 1)))
    joined = torch.nn.functional.conv2d(torch.cat([a, b], 1), weight)
    added = torch.nn.functional.conv2d(a, weight[:, :4]) + torch.nn.functional.conv2d(b, weight[:, 4:])
    np.testing.assert_allclose(joined, added, atol=1e-12)
