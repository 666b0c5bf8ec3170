"""Activations agree with torch at ordinary, huge and missing values."""

from collections.abc import Callable
from math import erfc

import numpy as np
import pytest
from numpy.testing import assert_allclose

from convref import functional as F
from convref.functional import _special

VALUES = [
    0.0,
    -0.0,
    0.5,
    -0.5,
    1.0,
    3.0,
    -3.0,
    6.0,
    20.0,
    30.0,
    1000.0,
    -1000.0,
    1e-8,
    np.nan,
    np.inf,
    -np.inf,
]
PLAIN = [
    "relu", "relu6", "hardtanh", "leaky_relu", "rrelu", "elu", "selu", "celu", "sigmoid", "logsigmoid",
    "tanh", "silu", "mish", "hardsigmoid", "hardswish", "softplus", "softsign", "tanhshrink",
    "hardshrink", "softshrink",
]  # fmt: skip
OPTIONS = [
    ("threshold", {"threshold": 0.5, "value": -2.0}),
    ("hardtanh", {"min_val": -2.0, "max_val": 0.5}),
    ("leaky_relu", {"negative_slope": -0.3}),
    ("elu", {"alpha": 2.0}),
    ("celu", {"alpha": -1.5}),
    ("gelu", {"approximate": "tanh"}),
    ("softplus", {"beta": 2.0, "threshold": 3.0}),
    ("hardshrink", {"lambd": 1.0}),
    ("softshrink", {"lambd": 1.0}),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", PLAIN)
def test_an_activation_matches_torch(agree: Callable[..., None], name: str, dtype: type) -> None:
    agree(name, np.array(VALUES, dtype))


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_matches_torch(agree: Callable[..., None], approximate: str) -> None:
    """Compare in double precision, as torch's single-precision kernel turns infinity into NaN."""
    agree("gelu", np.array(VALUES), approximate=approximate)


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_options_match_torch(
    agree: Callable[..., None], name: str, options: dict[str, object], rng: np.random.Generator
) -> None:
    agree(name, rng.normal(size=(3, 4)) * 3, **options)


@pytest.mark.parametrize("name", ["relu", "relu6", "hardtanh", "sigmoid", "tanh", "softsign", "tanhshrink"])
def test_integers_are_accepted_where_torch_accepts_them(agree: Callable[..., None], name: str) -> None:
    agree(name, np.arange(-4, 5, dtype=np.int64))


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "silu", "softsign", "tanhshrink"])
def test_complex_numbers_are_accepted_where_torch_accepts_them(agree: Callable[..., None], name: str) -> None:
    agree(name, np.array([1 + 1j, -0.5j, 2.0]))


@pytest.mark.parametrize("name", PLAIN)
def test_half_precision_is_rounded_once(name: str, rng: np.random.Generator) -> None:
    x = rng.normal(size=99).astype(np.float16)
    expected = getattr(F, name)(x.astype(np.float64)).astype(np.float16)
    assert_allclose(getattr(F, name)(x), expected, rtol=2e-3, atol=1e-3)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)])
def test_any_shape_is_kept(shape: tuple[int, ...]) -> None:
    assert [shape] * len(PLAIN) == [getattr(F, name)(np.zeros(shape)).shape for name in PLAIN]


@pytest.mark.parametrize("size", [1, 4])
def test_prelu_has_one_slope_or_one_per_channel(
    agree: Callable[..., None], size: int, rng: np.random.Generator
) -> None:
    agree("prelu", rng.normal(size=(2, 4, 3)), rng.normal(size=size))


def test_inplace_writes_into_the_input_and_returns_it() -> None:
    x = np.array([-1.0, 2.0])
    assert F.relu(x, inplace=True) is x
    assert [0.0, 2.0] == x.tolist()


def test_rrelu_draws_slopes_between_its_limits_in_training() -> None:
    y = F.rrelu(-np.ones(999), 0.1, 0.3, training=True, generator=np.random.default_rng(0))
    assert -0.3 <= y.min() < -0.29
    assert -0.11 < y.max() <= -0.1


def test_erfc_matches_the_standard_library() -> None:
    x = np.linspace(-6, 25.9, 4001)
    expected = [erfc(each) for each in x]
    assert_allclose(_special.erfc(x), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin"])
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_softmax_and_its_variants_match_torch(
    agree: Callable[..., None], name: str, dim: int, rng: np.random.Generator
) -> None:
    x = rng.normal(size=(3, 4, 2)) * 500
    agree(name, x, dim)
    agree(name, x.astype(np.float32), dim, dtype=np.float64)
    agree(name, np.array(5.0), 0)
    agree(name, np.zeros((3, 0, 2)), dim)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_of_infinities_matches_torch(agree: Callable[..., None], name: str) -> None:
    agree(name, np.array([[0.0, -np.inf], [-np.inf, -np.inf], [np.inf, 0], [np.nan, 1]]), 1)


@pytest.mark.parametrize("shape", [(3,), (3, 4), (2, 3, 4), (2, 3, 4, 5)])
def test_a_softmax_without_dim_uses_torchs_default_and_warns(
    shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    x = rng.normal(size=shape)
    with pytest.warns(UserWarning, match="softmax: dim was not given and is taken to be"):
        actual = F.softmax(x)
    assert_allclose(actual, F.softmax(x, 0 if len(shape) in {1, 3} else 1))


def test_glu_matches_torch(agree: Callable[..., None], rng: np.random.Generator) -> None:
    agree("glu", rng.normal(size=(4, 6)), 0)
    agree("glu", rng.normal(size=(4, 6)))
