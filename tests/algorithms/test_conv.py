"""Every method agrees with the definition to a stated tolerance, or rejects the call."""

import importlib
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from convref.algorithms import METHODS, choose, conv
from convref.algorithms.cook_toom import cook_toom
from convref.algorithms.fft import fast_length
from convref.algorithms.plan import ConvPlan, plan_convolution
from convref.algorithms.strassen import strassen_product
from convref.algorithms.winograd import winograd
from convref.arrays.geometry import same_padding
from convref.errors import ArgumentError, ShapeError

TOLERANCE = {np.float32: 1e-4, np.float64: 1e-11, np.complex128: 1e-11}
"""Tolerances relative to the largest output; Winograd's transforms lose most, up to two digits."""


@st.composite
def convolutions(draw: Any) -> tuple[Any, dict[str, Any]]:
    """Small arrays of one to three axes, and options."""
    rank = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    dtype = draw(st.sampled_from(list(TOLERANCE)))
    groups = draw(st.sampled_from([1, 2]))
    kernel = [draw(st.integers(1, 3)) for _ in range(rank)]
    dilation, stride = draw(st.sampled_from([(1, 1), (2, 1), (1, 2), (2, 3)]))
    size = [dilation * (k - 1) + draw(st.integers(1, 3)) for k in kernel]
    shapes = [(draw(st.integers(0, 2)), 2, *size), (2, 2 // groups, *kernel), (2,)]
    arrays = [rng.normal(size=shape).astype(dtype) for shape in shapes]
    options = {"stride": stride, "dilation": dilation, "groups": groups, "padding": draw(st.integers(0, 1))}
    return arrays, options


@settings(max_examples=30, deadline=None)
@given(convolutions())
def test_every_method_agrees_with_the_definition(case: tuple[Any, dict[str, Any]]) -> None:
    arrays, options = case
    expected = conv(*arrays, **options, method="direct")
    tolerance = TOLERANCE[arrays[0].dtype.type] * max(1, abs(expected).max(initial=0))
    able = set(METHODS) - {"direct"}
    if (options["stride"], options["dilation"]) != (1, 1):
        able.remove("winograd")
    method: Any
    for method in sorted(able):
        actual = conv(*arrays, **options, method=method)
        assert (expected.dtype, expected.shape) == (actual.dtype, actual.shape)
        assert_allclose(actual, expected, rtol=0, atol=tolerance, err_msg=method)


def test_the_definition_matches_torch() -> None:
    rng = np.random.default_rng(0)
    arrays: Any = [rng.normal(size=shape) for shape in [(2, 4, 6, 5), (6, 2, 3, 2), (6,)]]
    options: dict[str, Any] = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 2}
    x, weight, bias = map(torch.from_numpy, arrays)
    expected = torch.nn.functional.conv2d(x, weight, bias, **options)
    assert_allclose(conv(*arrays, **options, method="direct"), expected, atol=1e-12)


def test_methods_of_exact_sums_are_exact_on_integers() -> None:
    rng = np.random.default_rng(0)
    x, weight = rng.integers(-9, 9, (1, 2, 7, 7)), rng.integers(-9, 9, (3, 2, 3, 3))
    expected = conv(x, weight, method="direct")
    for method in ("im2col", "strassen", None):
        np.testing.assert_array_equal(conv(x, weight, method=method), expected)


def test_strassen_multiplies_any_shapes() -> None:
    rng = np.random.default_rng(0)
    for shape in [(1, 1, 1), (2, 3, 4), (7, 5, 9), (16, 16, 16), (33, 17, 40)]:
        a, b = rng.integers(-9, 9, shape[:2]), rng.integers(-9, 9, shape[1:])
        np.testing.assert_array_equal(strassen_product(a, b, leaf=2), a @ b)


@pytest.mark.parametrize(("m", "r"), [(1, 1), (2, 3), (4, 3), (3, 2), (6, 3), (4, 5)])
def test_a_winograd_scheme_is_an_identity_in_exact_numbers(m: int, r: int) -> None:
    scheme = cook_toom(m, r)
    d = [Fraction(3 * i * i - 7 * i + 2, i + 1) for i in range(m + r - 1)]
    g = [Fraction(5 - 2 * k, 3) for k in range(r)]
    products = [
        sum(a * b for a, b in zip(row, d, strict=True)) * sum(a * b for a, b in zip(kernel, g, strict=True))
        for row, kernel in zip(scheme.input, scheme.kernel, strict=True)
    ]
    actual = [sum(a * b for a, b in zip(row, products, strict=True)) for row in scheme.output]
    assert [sum(d[i + k] * g[k] for k in range(r)) for i in range(m)] == actual


def test_winograd_f23_transforms_its_input_by_integers() -> None:
    assert {Fraction(-1), Fraction(0), Fraction(1)} == {each for row in cook_toom(2, 3).input for each in row}


@pytest.mark.parametrize(("options", "message"), [
    ({"stride": 2}, r"winograd: stride \(2, 2\) and dilation \(1, 1\) must be 1 on every axis"),
    ({"dilation": 2}, r"winograd: stride \(1, 1\) and dilation \(2, 2\) must be 1 on every axis"),
    ({"kernel": 8}, r"winograd: kernel size \(8, 8\) must be at most 7 on every axis with tile 2"),
])  # fmt: skip
def test_winograd_rejects_strides_dilations_and_large_kernels(options: dict[str, Any], message: str) -> None:
    size = options.pop("kernel", 3)
    with pytest.raises(ArgumentError, match=message):
        conv(np.ones((1, 1, 9, 9)), np.ones((1, 1, size, size)), method="winograd", **options)


@pytest.mark.parametrize("method", ["fft", "winograd", "banded"])
def test_inexact_methods_reject_integers(method: Any) -> None:
    with pytest.raises(
        ArgumentError,
        match=rf"conv: x \(of type int64\) must be floating or complex for the method '{method}'",
    ):
        conv(np.ones((1, 1, 5), np.int64), np.ones((1, 1, 3), np.int64), method=method)


def test_an_unknown_method_lists_the_known_ones() -> None:
    with pytest.raises(
        ArgumentError, match=r"conv: method \(='magic'\) must be one of direct, im2col, fft, wino"
    ):
        conv(np.ones((1, 1, 5)), np.ones((1, 1, 3)), method="magic")  # type: ignore[arg-type]


def test_a_weight_without_spatial_axes_is_rejected() -> None:
    with pytest.raises(
        ShapeError, match=r"conv: weight \(of shape \(2, 3\)\) must be \(O, C / groups, \*kernel\)"
    ):
        conv(np.ones((1, 3)), np.ones((2, 3)))


def chosen(x: np.ndarray, weight: np.ndarray, **options: Any) -> str:
    return choose(plan_convolution("conv", x.shape, weight.shape, **options), x, weight)


def test_only_large_kernels_over_few_channels_are_computed_by_fft() -> None:
    ones = np.ones
    assert "fft" == chosen(ones((1, 1, 256, 256)), ones((1, 1, 64, 64)))
    assert "fft" == chosen(ones((1, 1, 100_000)), ones((1, 1, 1001)))
    assert "winograd" == chosen(ones((1, 64, 56, 56)), ones((64, 64, 3, 3)), padding=1)
    assert "im2col" == chosen(ones((1, 64, 32, 32)), ones((64, 64, 15, 15)))


def test_winograd_is_chosen_where_many_tiles_share_the_transformed_kernels() -> None:
    weight = np.ones((512, 512, 3, 3), np.float32)
    assert "winograd" == chosen(np.ones((1, 512, 28, 28), np.float32), weight, padding=1)
    assert "im2col" == chosen(np.ones((1, 512, 7, 7), np.float32), weight, padding=1)


def test_large_depthwise_kernels_are_computed_by_banded_matrices() -> None:
    x = np.ones((1, 96, 56, 56))
    assert "banded" == chosen(x, np.ones((96, 1, 7, 7)), groups=96, padding=3)
    assert "im2col" == chosen(x, np.ones((96, 1, 3, 3)), groups=96, padding=1)


def test_large_feature_maps_of_many_channels_are_computed_by_winograd() -> None:
    x, weight = np.ones((1, 128, 112, 112)), np.ones((128, 128, 3, 3))
    assert "winograd" == chosen(x, weight, padding=1)
    assert "im2col" == chosen(x, weight, padding=1, stride=2)
    assert "im2col" == chosen(x[..., :7, :7], weight, padding=1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
def test_arrays_with_nan_infinity_or_huge_values_are_computed_by_im2col(bad: float) -> None:
    x = np.ones((1, 96, 56, 56))
    x[0, 3, 5, 5] = bad
    assert "im2col" == chosen(x, np.ones((96, 1, 7, 7)), groups=96, padding=3)


@pytest.mark.parametrize("tile", [1, 2, 3, 4])
def test_winograd_agrees_with_the_definition_for_every_tile(tile: int) -> None:
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(2, 4, 7, 9, 6)), rng.normal(size=(6, 2, 3, 2, 3))
    plan = plan_convolution("conv", x.shape, weight.shape, groups=2, padding=(1, 0, 1))
    expected = METHODS["direct"](x, weight, plan)
    assert_allclose(winograd(x, weight, plan, tile), expected, atol=1e-10)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
@pytest.mark.parametrize("channels", [(2, 2), (4, 6)])
def test_im2col_of_groups_does_not_carry_a_value_into_the_next_row(
    bad: float, channels: tuple[int, int]
) -> None:
    c, o = channels
    x, weight = np.ones((2, c, 5, 4)), np.ones((o, c // 2, 3, 3))
    x[..., 2, -1] = bad  # the last of a row
    options: dict[str, Any] = {"padding": 1, "groups": 2}
    expected = conv(x, weight, **options, method="direct")
    np.testing.assert_array_equal(conv(x, weight, **options, method="im2col"), expected)
    assert np.isfinite(expected[..., 3, :2]).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("which", [0, 1])
def test_arrays_with_nan_or_infinity_are_never_computed_by_fft(bad: float, which: int) -> None:
    arrays = [np.ones((1, 1, 256, 256)), np.ones((1, 1, 64, 64))]
    arrays[which][0, 0, 5, 5] = bad
    assert "im2col" == chosen(*arrays)


def test_fast_lengths_have_only_small_prime_factors() -> None:
    assert [1, 2, 8, 12, 15, 100, 108] == [fast_length(n) for n in (1, 2, 7, 11, 13, 97, 101)]


def test_a_plan_counts_its_multiply_accumulates() -> None:
    plan = plan_convolution("conv", (2, 4, 8, 8), (6, 2, 3, 3), groups=2, padding=1)
    assert (2 * 6 * 8 * 8 * 2 * 9, 18, 2) == (plan.macs, plan.depth, plan.rank)
    assert isinstance(plan, ConvPlan)


def test_same_padding_puts_the_odd_zero_last() -> None:
    assert ((1, 1), (1, 2)) == same_padding((3, 4), (1, 1))


@pytest.mark.parametrize("method", ["im2col", "fft", "winograd", "banded"])
def test_computing_in_parts_gives_the_same_result(method: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(2, 6, 7, 5)), rng.normal(size=(6, 2, 3, 3))
    expected = conv(x, weight, padding=1, groups=3, method=method)
    module = importlib.import_module(f"convref.algorithms.{method}")
    monkeypatch.setattr(module, "LIMIT", 1)
    monkeypatch.setattr(module, "COLUMNS", 1, raising=False)
    assert_allclose(conv(x, weight, padding=1, groups=3, method=method), expected, atol=1e-12)
