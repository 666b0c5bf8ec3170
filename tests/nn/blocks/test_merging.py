"""Merging: factors that are learnt, channels that are widened, channels that are dealt out; errors."""

import numpy as np
import pytest

from convref import functional, init
from convref.errors import ArgumentError
from convref.nn import Identity, Mean, Sum
from convref.nn.blocks import pointwise_conv, shuffled_concat, weighted_sum, widened_sum

X = np.random.default_rng(0).standard_normal((2, 3, 4, 4))


def test_a_weighted_sum_starts_as_the_mean_and_uses_its_learnt_factors() -> None:
    net = weighted_sum(Identity(), Identity())
    params = init(net, dtype="float64")
    np.testing.assert_allclose(functional.run(net, params, X), X, rtol=1e-12)
    params["1.scale.weight"][:] = 2
    np.testing.assert_allclose(functional.run(net, params, X), 2.5 * X, rtol=1e-12)


def test_only_branches_with_other_channels_are_widened() -> None:
    net = widened_sum([Identity(), pointwise_conv(3, 6)], [3, 6], 6)
    assert ["0.widen.weight", "0.widen.bias", "1.weight", "1.bias"] == list(net.parameters())
    assert isinstance(net, Sum)
    assert isinstance(widened_sum([Identity()], [3], 3, mean=True), Mean)


def test_shuffled_channels_come_from_each_branch_in_turn() -> None:
    net = shuffled_concat(Identity(), Sum(Identity(), Identity()))
    assert np.array_equal(np.stack([X, 2 * X], axis=2).reshape(2, 6, 4, 4), functional.run(net, {}, X))


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ArgumentError, match="weighted_sum: needs at least one branch"):
        weighted_sum()
    with pytest.raises(ArgumentError, match=r"widened_sum: channels \(=\[3\]\) must have 2 entries"):
        widened_sum([Identity(), Identity()], [3], 3)
    with pytest.raises(ArgumentError, match=r"Concat: needs at least one child"):
        shuffled_concat()
