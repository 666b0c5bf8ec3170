"""Norms of channels: what is learnt and kept, costs, folding, errors."""

import numpy as np
import pytest

from convref import functional, init
from convref.errors import ArgumentError, ShapeError
from convref.nn import (
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Cost,
    InstanceNorm1d,
    InstanceNorm2d,
    Layer,
    Sequential,
)
from convref.nn.batch_norm import statistics_cost


def test_scale_shift_and_statistics_are_there_as_the_arguments_say() -> None:
    assert {"weight": (3,)} == BatchNorm2d(3, bias=False).parameters()
    assert (
        {} == BatchNorm2d(3, affine=False).parameters() | BatchNorm2d(3, track_running_stats=False).buffers()
    )
    assert {} == InstanceNorm2d(3).parameters() | InstanceNorm2d(3).buffers()


def test_the_cost_is_a_scale_and_a_shift_or_without_running_statistics_these_too() -> None:
    assert Cost(adds=24, muls=24) == BatchNorm2d(2).cost((2, 3, 4))
    expected = statistics_cost(24, 2, affine=True)
    assert expected == BatchNorm2d(2, track_running_stats=False).cost((2, 3, 4))
    assert statistics_cost(24, 2, affine=False) == InstanceNorm2d(2).cost((2, 3, 4))
    assert expected == Cost(adds=24, muls=24) + statistics_cost(24, 2, affine=False)


def test_it_folds_into_the_convolution_before_it() -> None:
    rng = np.random.default_rng(0)
    net = Sequential(conv=Conv2d(3, 4, 3), norm=BatchNorm2d(4))
    params = {name: rng.uniform(0.5, 2, array.shape) for name, array in init(net, dtype="float64").items()}
    scale = params["norm.weight"] / np.sqrt(params["norm.running_var"] + 1e-5)
    folded = {
        "weight": params["conv.weight"] * scale[:, None, None, None],
        "bias": (params["conv.bias"] - params["norm.running_mean"]) * scale + params["norm.bias"],
    }
    x = rng.standard_normal((2, 3, 6, 6))
    np.testing.assert_allclose(
        functional.run(Conv2d(3, 4, 3), folded, x), functional.run(net, params, x), rtol=1e-10
    )


def test_drawn_statistics_make_it_nearly_the_identity() -> None:
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 4))
    net = BatchNorm2d(3, eps=0)
    assert np.array_equal(x, functional.run(net, init(net, dtype="float64"), x))


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (BatchNorm2d, {"num_features": 0}, r"BatchNorm2d: num_features \(=0\) must be at least 1"),
        (BatchNorm2d, {"eps": -1}, r"BatchNorm2d: eps \(=-1\) must be at least 0"),
        (InstanceNorm1d, {"momentum": "a"}, r"InstanceNorm1d: momentum \(='a'\) must be a number"),
    ],
)
def test_wrong_arguments_are_refused(layer: type[Layer], arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(**{"num_features": 3} | arguments)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            BatchNorm2d(3),
            (3, 4),
            r"BatchNorm2d takes an input with channels and 2 spatial axes, but got \(3, 4\)",
        ),
        (
            BatchNorm1d(3),
            (3, 4, 5),
            r"BatchNorm1d takes an input with channels and 0 or 1 spatial axis, but got \(3, 4, 5\)",
        ),
        (BatchNorm1d(3), (4,), r"num_features \(=3\) must equal the 4 channels of the input"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer: Layer, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)
