"""Factored kernels are exact at full rank, best at lower ranks, and equivalent to their layers."""

from functools import reduce
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from convref import functional as F
from convref.errors import ArgumentError, ShapeError
from convref.factorization import asymmetric, block_diagonal, cp, flattened, grouped, separable, tucker

WEIGHT = np.random.default_rng(0).normal(size=(6, 4, 3, 3))
X = np.random.default_rng(1).normal(size=(2, 4, 8, 7))


def convolved(kernels: Any, groups: Any) -> np.ndarray:
    """Convolve x with one kernel after the other."""
    return reduce(lambda x, each: F.conv2d(x, each[0], groups=each[1]), zip(kernels, groups, strict=True), X)


def test_separable_at_full_rank_is_exact() -> None:
    parts = separable(WEIGHT, 6)
    assert_allclose(parts.full(), WEIGHT, atol=1e-12)
    assert parts.error < 1e-12


def test_the_error_of_separable_is_the_norm_of_the_dropped_singular_values() -> None:
    by_channel = WEIGHT.transpose(1, 0, 2, 3).reshape(4, 6, 9)
    lost = np.linalg.svd(by_channel, compute_uv=False)[:, 2:]
    assert separable(WEIGHT, 2).error == pytest.approx(np.linalg.norm(lost) / np.linalg.norm(WEIGHT))


def test_separable_is_a_depthwise_and_a_pointwise_convolution() -> None:
    parts = separable(WEIGHT, 2)
    actual = convolved([parts.depthwise, parts.pointwise], [parts.groups, 1])
    assert_allclose(actual, F.conv2d(X, parts.full()), atol=1e-12)


def test_separable_recovers_a_depthwise_separable_kernel() -> None:
    rng = np.random.default_rng(2)
    depthwise, pointwise = rng.normal(size=(4, 1, 3, 3)), rng.normal(size=(6, 4, 1, 1))
    assert separable(pointwise * depthwise[:, 0], 1).error < 1e-12


def test_asymmetric_is_a_column_and_a_row_convolution() -> None:
    parts = asymmetric(WEIGHT, 5)
    assert_allclose(convolved([parts.column, parts.row], [1, 1]), F.conv2d(X, parts.full()), atol=1e-12)
    assert asymmetric(WEIGHT, 12).error < 1e-12


def test_cp_is_pointwise_depthwise_depthwise_pointwise() -> None:
    parts = cp(WEIGHT, 5, sweeps=10)
    assert_allclose(convolved(parts.kernels(), [1, 5, 5, 1]), F.conv2d(X, parts.full()), atol=1e-12)
    assert 5 == parts.rank


def test_cp_finds_a_sum_of_few_products() -> None:
    rng = np.random.default_rng(3)
    exact = np.einsum("ar,br,cr->abc", *(rng.normal(size=(n, 3)) for n in (6, 5, 4)))
    assert cp(exact, 3, sweeps=2000).error < 1e-4


def test_cp_never_gets_worse_with_more_sweeps() -> None:
    errors = [cp(WEIGHT, 4, sweeps=sweeps, tolerance=0).error for sweeps in range(8)]
    assert sorted(errors, reverse=True) == pytest.approx(errors)


def test_cp_accepts_more_terms_than_an_axis_has_entries() -> None:
    exact = np.random.default_rng(4).normal(size=(2, 3, 2))
    assert cp(exact, 6, sweeps=500).error < 1e-6


def test_cp_of_a_vector_is_the_vector() -> None:
    assert_allclose(cp(np.array([3.0, 4.0]), 1).full(), [3, 4])


def test_flattened_is_lateral_vertical_horizontal() -> None:
    parts = flattened(WEIGHT, 2)
    y = convolved([parts.lateral, *parts.spatial], [1, 12, 12])
    summed = y.reshape(2, 6, 2, *y.shape[2:]).sum(axis=2)
    assert_allclose(summed, F.conv2d(X, parts.full()), atol=1e-12)
    assert 0 < parts.error < flattened(WEIGHT, 1).error < 1


def test_flattened_recovers_a_flattened_kernel() -> None:
    rng = np.random.default_rng(5)
    lateral, vertical, horizontal = (
        rng.normal(size=shape) for shape in [(6, 4, 1, 1), (6, 1, 3, 1), (6, 1, 1, 3)]
    )
    assert flattened(lateral * vertical * horizontal).error < 1e-10


def test_tucker_at_full_rank_is_exact() -> None:
    assert tucker(WEIGHT, (6, 4, 3, 3)).error < 1e-12


def test_tucker_over_channels_is_pointwise_core_pointwise() -> None:
    parts = tucker(WEIGHT, (3, 2))
    assert_allclose(convolved(parts.kernels(), [1, 1, 1]), F.conv2d(X, parts.full()), atol=1e-12)
    assert [(2, 4, 1, 1), (3, 2, 3, 3), (6, 3, 1, 1)] == [each.shape for each in parts.kernels()]


def test_sweeps_of_tucker_reduce_the_error() -> None:
    start, better = tucker(WEIGHT, (3, 2, 2), sweeps=0), tucker(WEIGHT, (3, 2, 2))
    assert better.error < start.error
    assert (0, True) == (start.sweeps, better.sweeps > 0)


def test_the_matrices_of_tucker_are_orthonormal() -> None:
    for factor in tucker(WEIGHT, (3, 2, None, 2)).factors:
        if factor is not None:
            assert_allclose(factor.T @ factor, np.eye(factor.shape[1]), atol=1e-12)


def test_tucker_accepts_an_axis_longer_than_all_others_together() -> None:
    tall = np.random.default_rng(6).normal(size=(10, 2, 2))
    assert tucker(tall, (10, 2, 2)).error < 1e-12


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_grouped_inverts_block_diagonal(groups: int) -> None:
    weight = np.random.default_rng(7).normal(size=(8, 4 // groups, 3))
    parts = grouped(block_diagonal(weight, groups), groups)
    np.testing.assert_array_equal(parts.weight, weight)
    np.testing.assert_array_equal(parts.full(), block_diagonal(weight, groups))
    assert 0 == parts.error


def test_the_error_of_grouped_is_the_norm_outside_of_the_blocks() -> None:
    dense = np.zeros((2, 2, 1))
    dense[0, 0], dense[0, 1] = 3, 4
    assert 0.8 == grouped(dense, 2).error


LIST: Any = [1.0]
KERNEL, NAN = np.ones((4, 4, 3, 3)), np.full((4, 4, 3, 3), np.nan)


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: separable(KERNEL, 5), ArgumentError, r"separable: terms \(=5\) must be at most 4"),
    (lambda: separable(KERNEL, 0), ArgumentError, r"terms \(=0\) must be at least 1"),
    (lambda: separable(LIST), ArgumentError, r"separable: weight \(a list\) must be a floating"),
    (lambda: separable(NAN), ArgumentError, r"separable: weight must have finite values only"),
    (lambda: separable(np.ones((4, 4))), ShapeError, r"weight \(of shape \(4, 4\)\) must have at least 3"),
    (lambda: asymmetric(np.ones((4, 4, 3)), 1), ShapeError, r"asymmetric: weight .* must have 4 axes"),
    (lambda: cp(np.ones(0), 1), ShapeError, r"cp: tensor \(of shape \(0,\)\) must have no empty axis"),
    (lambda: cp(np.ones([1] * 11), 1), ShapeError, r"cp: tensor .* must have 1 to 10 axes"),
    (lambda: tucker(KERNEL, (5,)), ArgumentError, r"tucker: ranks\[0\] \(=5\) must be at most 4"),
    (lambda: tucker(np.ones(3), (1, 1)), ArgumentError, r"ranks \(=\(1, 1\)\) must have at most 1 ent"),
    (lambda: tucker(KERNEL, (2, 2, 2)).kernels(), ArgumentError, r"the ranks must have been \(R_out"),
    (lambda: block_diagonal(KERNEL, 3), ShapeError, r"block_diagonal: .* must divide the 4 output channels"),
    (lambda: grouped(KERNEL, 3), ShapeError, r"grouped: groups \(=3\) must divide the 4 output and"),
])  # fmt: skip
def test_invalid_input_raises_an_error_that_names_it(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
