"""Attention: a window that covers all is the whole, costs as in the paper, errors."""

import numpy as np
import pytest

from convref import functional, init
from convref.errors import ArgumentError, ShapeError
from convref.nn import (
    AttentionHeads,
    Layer,
    Linear,
    MultiheadAttention,
    RestrictedSelfAttention,
    Sequential,
    inline,
)


def test_restricted_to_a_window_that_covers_all_it_is_full_attention() -> None:
    full, near = MultiheadAttention(12, 3, batch_first=True), RestrictedSelfAttention(12, 3, 13)
    params = init(full, dtype="float64")
    x = np.random.default_rng(0).standard_normal((2, 7, 12))
    np.testing.assert_allclose(
        functional.run(near, params, x), functional.run(full, params, x), rtol=1e-10, atol=1e-12
    )


def test_a_position_does_not_depend_on_those_outside_its_window() -> None:
    layer = RestrictedSelfAttention(8, 2, 5)
    params, x = init(layer, dtype="float64"), np.random.default_rng(0).standard_normal((1, 9, 8))
    before = functional.run(layer, params, x)
    x[0, 4] += 1
    changed = (before != functional.run(layer, params, x)).any(axis=2)[0]
    assert [place in range(2, 7) for place in range(9)] == changed.tolist()


@pytest.mark.parametrize("length", [10, 1000])
def test_cost_grows_with_the_square_of_the_length_or_with_the_window(length: int) -> None:
    dim, window = 64, 9
    projections = 4 * length * dim**2
    full = MultiheadAttention(dim, 4, batch_first=True).cost((length, dim))
    near = RestrictedSelfAttention(dim, 4, window).cost((length, dim))
    assert projections + 2 * length**2 * dim == full.macs
    assert projections + 2 * length * window * dim == near.macs
    assert 4 * length * dim == full.bias_adds == near.bias_adds
    assert 2 * 4 * length**2 == full.functions


def test_positions_that_are_appended_are_attended_to() -> None:
    plain, more = (
        MultiheadAttention(8, 2, add_bias_kv=each, add_zero_attn=each, batch_first=True).cost((5, 8)).macs
        for each in (False, True)
    )
    assert 2 * 5 * 2 * 8 == more - plain


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (MultiheadAttention, {"num_heads": 5}, r"embed_dim \(=12\) must be divisible by num_heads \(=5\)"),
        (MultiheadAttention, {"num_heads": 0}, r"MultiheadAttention: num_heads \(=0\) must be at least 1"),
        (MultiheadAttention, {"dropout": 2}, r"dropout \(=2\) must be a probability from 0 to 1"),
        (
            MultiheadAttention,
            {"kdim": 8},
            r"kdim \(=8\) must be embed_dim \(=12\), since keys and values are",
        ),
        (
            MultiheadAttention,
            {"batch_first": False},
            r"batch_first \(=False\) must be True, because every layer has the batch as axis 0",
        ),
        (RestrictedSelfAttention, {"window_size": 4}, r"window_size \(=4\) must be odd, so that"),
        (RestrictedSelfAttention, {"window_size": 0}, r"window_size \(=0\) must be at least 1"),
    ],
)
def test_wrong_arguments_are_refused(layer: type[Layer], arguments: dict[str, object], message: str) -> None:
    usual = {"batch_first": True} if layer is MultiheadAttention else {"window_size": 3}
    with pytest.raises(ArgumentError, match=message):
        layer(**{"embed_dim": 12, "num_heads": 3} | usual | arguments)


def test_an_input_of_another_width_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"shape \(L, embed_dim\) with embed_dim = 8, not \(5, 6\)"):
        RestrictedSelfAttention(8, 2, 3).output_shape((5, 6))


def test_heads_and_their_projection_are_the_whole_attention() -> None:
    heads, whole = AttentionHeads(8, 2), MultiheadAttention(8, 2, batch_first=True)
    net = Sequential(heads=inline(heads), out_proj=Linear(8, 8))
    params = init(whole, seed=5)
    x = np.random.default_rng(0).standard_normal((2, 5, 8)).astype(np.float32)
    assert whole.parameters() == net.parameters()
    np.testing.assert_allclose(
        functional.run(net, params, x), functional.run(whole, params, x), rtol=1e-5, atol=1e-6
    )
    assert net.cost((5, 8)) == whole.cost((5, 8))
