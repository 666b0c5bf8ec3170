"""Deformable convolution agrees with torch's grid_sample, and with ordinary convolution at zero offsets."""

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from convref import functional as F


def oracle(*arrays: np.ndarray, stride: int, padding: int, dilation: int) -> torch.Tensor:
    """Sample with grid_sample for each kernel position, and convolve the samples pointwise."""
    x, offset, weight, mask = map(torch.from_numpy, arrays)
    (kh, kw), (height, width), (rows, columns) = weight.shape[2:], x.shape[2:], offset.shape[2:]
    groups = offset.shape[1] // (2 * kh * kw)
    total = torch.zeros(())
    for number, (i, j) in enumerate(product(range(kh), range(kw))):
        parts = []
        for group, part in enumerate(x.chunk(groups, dim=1)):
            at = 2 * (group * kh * kw + number)
            down = torch.arange(rows)[:, None] * stride - padding + i * dilation + offset[:, at]
            right = torch.arange(columns) * stride - padding + j * dilation + offset[:, at + 1]
            grid = torch.stack([2 * right / (width - 1) - 1, 2 * down / (height - 1) - 1], dim=-1)
            sampled = torch.nn.functional.grid_sample(part, grid, align_corners=True)
            parts.append(sampled * mask[:, group * kh * kw + number, None])
        rows_of = weight[:, :, i : i + 1, j : j + 1]
        groups_of = x.shape[1] // weight.shape[1]
        total = total + torch.nn.functional.conv2d(torch.cat(parts, dim=1), rows_of, groups=groups_of)
    return total


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("offset_groups", [1, 2, 4])
@pytest.mark.parametrize("steps", [(1, 0, 1), (2, 1, 1), (1, 2, 2)])
def test_deformable_convolution_is_grid_sample_and_a_pointwise_convolution(
    groups: int, offset_groups: int, steps: tuple[int, int, int], rng: np.random.Generator
) -> None:
    x, weight = rng.normal(size=(2, 4, 7, 6)), rng.normal(size=(6, 4 // groups, 3, 2))
    size = F.conv2d(x, weight, None, *steps, groups).shape[2:]
    offset = rng.normal(size=(2, 2 * offset_groups * 6, *size)) * 3
    mask = rng.uniform(size=(2, offset_groups * 6, *size))
    options: dict[str, Any] = dict(zip(("stride", "padding", "dilation"), steps, strict=True))
    expected = oracle(x, offset, weight, mask, **options)
    actual = F.deform_conv2d(x, offset, weight, mask=mask, **options)
    assert_allclose(actual, expected, atol=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_zero_offsets_are_an_ordinary_convolution(dtype: Any, rng: np.random.Generator) -> None:
    x, weight, bias = (rng.normal(size=shape).astype(dtype) for shape in [(2, 4, 7, 6), (6, 2, 3, 3), (6,)])
    actual = F.deform_conv2d(x, np.zeros((2, 18, 4, 3), dtype), weight, bias, 2, 1)
    expected = F.conv2d(x, weight, bias, 2, 1, groups=2)
    assert expected.dtype == actual.dtype
    assert_allclose(actual, expected, rtol=1e-5, atol=1e-5)


def test_whole_offsets_are_a_shifted_input(rng: np.random.Generator) -> None:
    x, weight = rng.normal(size=(1, 2, 6, 6)), rng.normal(size=(3, 2, 1, 1))
    offset = np.tile(np.array([2.0, -1.0]).reshape(1, 2, 1, 1), (1, 1, 6, 6))
    y = F.deform_conv2d(x, offset, weight)
    assert_allclose(y[..., :4, 1:], F.conv2d(x, weight)[..., 2:, :5], atol=1e-12)
    assert 0 == abs(y[..., 4:, :]).max()


def test_an_empty_batch_gives_an_empty_batch() -> None:
    y = F.deform_conv2d(np.zeros((0, 2, 5, 5)), np.zeros((0, 18, 3, 3)), np.zeros((4, 2, 3, 3)))
    assert (0, 4, 3, 3) == y.shape


def test_taps_outside_read_nothing_from_an_infinite_pixel() -> None:
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 0, 0] = np.inf
    y = F.deform_conv2d(x, np.full((1, 2, 3, 3), 100.0), np.ones((1, 1, 1, 1)))
    assert np.zeros((3, 3)).tolist() == y[0, 0].tolist()
