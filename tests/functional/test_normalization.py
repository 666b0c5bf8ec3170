"""Norms agree with torch, running statistics too."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from convref import functional as F


def statistics(dtype: Any = np.float64) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.normal(size=4).astype(dtype), rng.uniform(1, 2, 4).astype(dtype)


@pytest.mark.parametrize("shape", [(3, 4), (0, 4), (3, 4, 5), (3, 4, 5, 2), (2, 4, 0)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_batch_norm_matches_torch(
    agree: Callable[..., None], shape: tuple[int, ...], dtype: Any, rng: np.random.Generator
) -> None:
    x, (weight, bias) = rng.normal(size=shape).astype(dtype), statistics(dtype)
    agree("batch_norm", x, *statistics(dtype))
    agree("batch_norm", x, *statistics(dtype), weight, bias, eps=0.1)


@pytest.mark.parametrize("name", ["batch_norm", "instance_norm"])
def test_training_moves_the_running_statistics_as_torch_does(name: str, rng: np.random.Generator) -> None:
    x, (mean, var) = rng.normal(size=(3, 4, 5)), statistics()
    options = {"training": True} if name == "batch_norm" else {"use_input_stats": True}
    running = [torch.from_numpy(each.copy()) for each in (mean, var)]
    expected = getattr(torch.nn.functional, name)(torch.from_numpy(x), *running, momentum=0.3, **options)
    assert_allclose(getattr(F, name)(x, mean, var, momentum=0.3, **options), expected, atol=1e-12)
    assert_allclose(mean, running[0], atol=1e-12)
    assert_allclose(var, running[1], atol=1e-12)


def test_an_empty_batch_leaves_the_running_statistics_alone() -> None:
    mean, var = statistics()
    F.batch_norm(np.zeros((0, 4, 3)), mean, var, training=True)
    assert [each.tolist() for each in statistics()] == [mean.tolist(), var.tolist()]


def test_an_empty_input_gives_an_empty_result(agree: Callable[..., None]) -> None:
    agree("batch_norm", np.zeros((0, 4, 3)), None, None, training=True)
    agree("instance_norm", np.zeros((0, 4, 3)))


def test_half_precision_accepts_single_precision_statistics(rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 4, 3)).astype(np.float16)
    expected = F.batch_norm(x.astype(np.float32), *statistics(np.float32))
    actual = F.batch_norm(x, *statistics(np.float32))
    assert np.float16 == actual.dtype
    assert_allclose(actual, expected, atol=2e-3)


@pytest.mark.parametrize("shape", [(3, 4, 5), (2, 4, 3, 3)])
def test_instance_norm_matches_torch(
    agree: Callable[..., None], shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    x = rng.normal(size=shape)
    agree("instance_norm", x)
    agree("instance_norm", x, weight=rng.normal(size=4), bias=rng.normal(size=4))
    agree("instance_norm", x, *statistics(), use_input_stats=False)


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("shape", [(3, 4), (2, 4, 5), (0, 4, 3), (2, 4, 3, 3)])
def test_group_norm_matches_torch(
    agree: Callable[..., None], groups: int, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    agree("group_norm", rng.normal(size=shape), groups, *statistics(), eps=1e-3)


def test_group_norm_with_one_group_is_layer_norm_over_all_but_the_batch(rng: np.random.Generator) -> None:
    x = rng.normal(size=(2, 4, 3))
    assert_allclose(F.group_norm(x, 1), F.layer_norm(x, (4, 3)), atol=1e-12)


@pytest.mark.parametrize("name", ["layer_norm", "rms_norm"])
@pytest.mark.parametrize("shape", [(5,), (4, 5), (3, 4, 5), (0, 4, 5)])
def test_layer_and_rms_norm_match_torch(
    agree: Callable[..., None], name: str, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    x = rng.normal(size=shape).astype(np.float32)
    agree(name, x, (5,))
    agree(name, x, shape[-2:], rng.normal(size=shape[-2:]).astype(np.float32), eps=0.1)


@pytest.mark.parametrize("size", [1, 2, 5, 9])
@pytest.mark.parametrize("shape", [(2, 6, 3), (2, 6, 3, 3), (1, 3, 2, 2, 2), (0, 3, 2)])
def test_local_response_norm_matches_torch(
    agree: Callable[..., None], size: int, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    agree("local_response_norm", rng.normal(size=shape), size, 0.5, 0.6, 2.0)
    agree("local_response_norm", rng.integers(-9, 9, shape), size)


@pytest.mark.parametrize("p", [0, 1, 2, 3.5, float("inf"), float("-inf")])
def test_normalize_matches_torch(agree: Callable[..., None], p: float, rng: np.random.Generator) -> None:
    x = rng.normal(size=(3, 4, 5))
    agree("normalize", x, p, 2)
    agree("normalize", np.zeros((2, 3)), p)


def test_normalize_accepts_several_axes_and_an_output(rng: np.random.Generator) -> None:
    x = rng.normal(size=(3, 4, 5))
    y = np.empty_like(x)
    assert F.normalize(x, dim=(0, 2), out=y) is y
    assert_allclose(y, x / np.linalg.norm(x, axis=(0, 2), keepdims=True))


def test_similarity_and_distance_match_torch(agree: Callable[..., None], rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(3, 4, 5)), rng.normal(size=(4, 5))
    agree("cosine_similarity", a, b, 2)
    agree("cosine_similarity", np.zeros((2, 3)), np.zeros((2, 3)))
    agree("cosine_similarity", np.array(2.0), np.array(-3.0), 0)
    agree("pairwise_distance", a, b, 3.0, keepdim=True)
