"""Gated convolutions: causal in one dimension, features times gates in two."""

import numpy as np
import pytest

from convref import functional, init
from convref.nn import Conv2d
from convref.nn.blocks import gated_conv1d, gated_conv2d


@pytest.mark.parametrize(("kernel", "dilation"), [(1, 1), (2, 1), (3, 2), (4, 3)])
def test_in_one_dimension_an_output_depends_on_its_own_position_and_those_before(
    kernel: int, dilation: int
) -> None:
    net = gated_conv1d(3, 4, kernel, dilation)
    params, x = init(net, dtype="float64"), np.random.default_rng(0).standard_normal((1, 3, 16))
    before = functional.run(net, params, x)
    x[:, :, 6] += 1
    changed = (before != functional.run(net, params, x)).any(axis=1)[0]
    assert {6 + dilation * tap for tap in range(kernel) if 6 + dilation * tap < 16} == set(
        changed.nonzero()[0]
    )


def test_in_two_dimensions_features_are_multiplied_by_gates_between_0_and_1() -> None:
    net = gated_conv2d(3, 4, 3, padding=1, activation=None)
    params, x = init(net, dtype="float64"), np.random.default_rng(0).standard_normal((2, 3, 5, 5))
    feature, gate = (
        functional.run(
            Conv2d(3, 4, 3, padding=1), {key: params[f"{part}.conv.{key}"] for key in ("weight", "bias")}, x
        )
        for part in ("feature", "gate")
    )
    expected = feature / (1 + np.exp(-gate))
    np.testing.assert_allclose(functional.run(net, params, x), expected, rtol=1e-12)
