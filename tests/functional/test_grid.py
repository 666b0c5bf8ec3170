"""grid_sample and affine_grid agree with torch in all modes, at all points."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convref import functional as F
from convref.errors import ConvrefError

KINDS = [("bilinear", 2), ("bilinear", 3), ("nearest", 2), ("nearest", 3), ("bicubic", 2)]
PADDING = ["zeros", "border", "reflection"]
EDGES = [-1.0, 0.0, 1.0]
EXACT = st.integers(-1600, 1600).map(lambda eighths: eighths / 8)
"""Coordinates with exact arithmetic, so that points halfway between pixels are so in torch, too."""

LOST = [np.nan, np.inf, -np.inf]
PLACES = st.sampled_from(EDGES) | EXACT | st.floats(-3, 3, width=32) | st.sampled_from(LOST)


def drawn(data: st.DataObject, rank: int, dtype: Any, places: st.SearchStrategy[float]) -> Any:
    """An input of random values, and a grid with the points in another order for each image."""
    size = data.draw(st.lists(st.integers(1, 6), min_size=rank, max_size=rank))
    x = np.random.default_rng(0).normal(size=(2, 3, *size)).astype(dtype)
    few = data.draw(st.lists(st.tuples(*[places] * rank), min_size=1, max_size=12))
    grid = np.array([few, few[::-1]], dtype).reshape(2, *[1] * (rank - 1), len(few), rank)
    return x, grid


@pytest.mark.parametrize("padding_mode", PADDING)
@pytest.mark.parametrize(("mode", "rank"), KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_sampling_matches_torch_everywhere(
    agree: Callable[..., None], mode: str, rank: int, padding_mode: str, data: st.DataObject
) -> None:
    x, grid = drawn(data, rank, data.draw(st.sampled_from([np.float32, np.float64])), PLACES)
    agree("grid_sample", x, grid, mode, padding_mode, data.draw(st.booleans()))


@pytest.mark.parametrize("padding_mode", PADDING)
@pytest.mark.parametrize(("mode", "rank"), KINDS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_nan_and_infinity_in_the_input_are_read_where_torch_reads_them(
    agree: Callable[..., None], mode: str, rank: int, padding_mode: str, data: st.DataObject
) -> None:
    x, grid = drawn(data, rank, np.float64, EXACT)
    flat = x.reshape(2, 3, -1)
    flat[..., 0], flat[..., -1] = np.inf, np.nan
    agree("grid_sample", x, grid, mode, padding_mode, data.draw(st.booleans()))


@pytest.mark.parametrize(
    "shapes",
    [
        ((0, 2, 4, 3), (0, 2, 2, 2)),
        ((1, 0, 4, 3), (1, 2, 2, 2)),
        ((1, 2, 4, 3), (1, 0, 2, 2)),
        ((0, 2, 4, 3, 2), (0, 1, 2, 2, 3)),
        ((1, 2, 4, 3, 2), (1, 1, 0, 2, 3)),
    ],
)
def test_empty_inputs_give_empty_results(agree: Callable[..., None], shapes: Any) -> None:
    agree("grid_sample", *map(np.zeros, shapes), align_corners=False)


@pytest.mark.parametrize(("mode", "rank"), KINDS)
def test_half_precision_is_sampled_in_single_precision_and_rounded_once(
    mode: str, rank: int, rng: np.random.Generator
) -> None:
    x = rng.normal(size=(1, 2, *[7] * rank)).astype(np.float16)
    grid = rng.uniform(-1.2, 1.2, (1, *[3] * rank, rank)).astype(np.float16)
    single, points = (torch.from_numpy(each.astype(np.float32)) for each in (x, grid))
    expected = torch.nn.functional.grid_sample(single, points, mode, align_corners=True).half()
    actual = F.grid_sample(x, grid, mode, align_corners=True)
    assert np.float16 == actual.dtype
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(max_examples=60, deadline=None)
@given(
    size=st.lists(st.integers(1, 6), min_size=4, max_size=5),
    align_corners=st.booleans(),
    lost=st.sampled_from([0.5, *LOST]),
)
@pytest.mark.filterwarnings("ignore:.*affine_grid behavior has changed")
def test_an_affine_grid_matches_torch(
    agree: Callable[..., None], dtype: Any, size: list[int], align_corners: bool, lost: float
) -> None:
    rank = len(size) - 2
    theta = np.random.default_rng(0).normal(size=(size[0], rank, rank + 1)).astype(dtype)
    theta[0, 0, -1] = lost
    agree("affine_grid", theta, size, align_corners=align_corners)


def test_an_affine_grid_in_half_precision_is_rounded_once(rng: np.random.Generator) -> None:
    theta = rng.normal(size=(2, 3, 4)).astype(np.float16)
    single = torch.from_numpy(theta.astype(np.float32))
    expected = torch.nn.functional.affine_grid(single, [2, 1, 3, 4, 5], align_corners=False).half()
    actual = F.affine_grid(theta, (2, 1, 3, 4, 5))
    assert np.float16 == actual.dtype
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.filterwarnings("ignore:Default grid_sample and affine_grid behavior")
def test_corners_are_not_aligned_by_default(agree: Callable[..., None], rng: np.random.Generator) -> None:
    agree("grid_sample", rng.normal(size=(1, 2, 4, 5)), rng.uniform(-1, 1, (1, 3, 3, 2)))
    agree("affine_grid", rng.normal(size=(1, 2, 3)), [1, 1, 3, 4])


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize(("mode", "rank"), KINDS)
def test_the_identity_grid_reads_every_pixel_at_its_position(
    mode: str, rank: int, align_corners: bool, rng: np.random.Generator
) -> None:
    x = rng.normal(size=(2, 3, *range(4, 4 + rank)))
    theta = np.tile(np.eye(rank, rank + 1), (2, 1, 1))
    grid = F.affine_grid(theta, x.shape, align_corners)
    np.testing.assert_allclose(F.grid_sample(x, grid, mode, "border", align_corners), x, atol=1e-12)


IMAGE, VOLUME = torch.ones(1, 2, 4, 4), torch.ones(1, 2, 4, 4, 4)
REFUSED: list[tuple[str, tuple[Any, ...]]] = [
    ("grid_sample", (IMAGE, torch.ones(1, 3, 3, 2), "cubic")),
    ("grid_sample", (IMAGE, torch.ones(1, 3, 3, 2), "nearest", "wrap")),
    ("grid_sample", (IMAGE, torch.ones(1, 3, 3, 2), "nearest", "zeros", 1)),
    ("grid_sample", (IMAGE, torch.ones(1, 3, 3, 2).double())),
    ("grid_sample", (IMAGE.long(), torch.ones(1, 3, 3, 2).long())),
    ("grid_sample", (IMAGE.to(torch.cfloat), torch.ones(1, 3, 3, 2, dtype=torch.cfloat))),
    ("grid_sample", (IMAGE, torch.ones(2, 3, 3, 2))),
    ("grid_sample", (IMAGE, torch.ones(1, 3, 3, 3))),
    ("grid_sample", (IMAGE, torch.ones(1, 3, 3, 3, 2))),
    ("grid_sample", (IMAGE[0], torch.ones(3, 3, 2))),
    ("grid_sample", (IMAGE[..., :0], torch.ones(1, 3, 3, 2))),
    ("grid_sample", (VOLUME, torch.ones(1, 3, 3, 3, 3), "bicubic")),
    ("grid_sample", (VOLUME[None], torch.ones(1, 1, 3, 3, 3, 4))),
    ("affine_grid", (torch.ones(1, 2, 3).long(), (1, 1, 4, 4))),
    ("affine_grid", (torch.ones(1, 2, 3), (2, 1, 4, 4))),
    ("affine_grid", (torch.ones(2, 2, 3), (1, 1, 4, 4))),
    ("affine_grid", (torch.ones(1, 2, 3), (1, 1, 4))),
    ("affine_grid", (torch.ones(1, 2, 3), 4)),
    ("affine_grid", (torch.ones(1, 2, 3), (1, 1, 4, 4, 4))),
    ("affine_grid", (torch.ones(1, 3, 4), (1, 1, 4, 4))),
    ("affine_grid", (torch.ones(2, 3), (1, 1, 4, 4))),
    ("affine_grid", (torch.ones(1, 2, 3), (1, 1, 0, 4))),
    ("affine_grid", (torch.ones(1, 2, 3), (1, 0, 4, 4))),
    ("affine_grid", (torch.ones(1, 2, 3), (1, 1, 4.0, 4))),
    ("affine_grid", (torch.ones(0, 2, 3), (0, 1, 4, 4))),
    ("affine_grid", (torch.ones(1, 2, 3), (1, 1, 4, 4), 1)),
]


@pytest.mark.filterwarnings("ignore:Default grid_sample and affine_grid behavior")
@pytest.mark.parametrize(("name", "args"), REFUSED)
def test_calls_that_torch_rejects_are_rejected(name: str, args: tuple[Any, ...]) -> None:
    ours = [each.numpy() if isinstance(each, torch.Tensor) else each for each in args]
    calls: list[tuple[ModuleType, Any, Any]] = [
        (torch.nn.functional, args, (ValueError, RuntimeError, TypeError, NotImplementedError)),
        (F, ours, ConvrefError),
    ]
    for module, given_to, error in calls:
        with pytest.raises(error):
            getattr(module, name)(*given_to)
