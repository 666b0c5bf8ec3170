"""Norms over features, groups and neighbours: how they print, costs, errors."""

import pytest

from convref.errors import ArgumentError, ShapeError
from convref.nn import Cost, GroupNorm, Layer, LayerNorm, LocalResponseNorm, RMSNorm


def test_a_shape_of_equal_sizes_is_not_written_as_one_integer() -> None:
    assert "LayerNorm((4, 4))" == repr(LayerNorm((4, 4)))
    assert "LayerNorm(4)" == repr(LayerNorm((4,)))
    assert LayerNorm(4) == LayerNorm([4])  # type: ignore[arg-type]


def test_costs_count_elements_and_groups() -> None:
    elements = 2 * 3 * 4
    scale = Cost(adds=elements, muls=elements)
    norm = Cost(adds=3 * elements, muls=2 * elements)
    assert norm + scale + Cost(functions=4 * 6) == LayerNorm(4).cost((2, 3, 4))
    assert norm + Cost(functions=4) == LayerNorm((2, 3, 4), elementwise_affine=False).cost((2, 3, 4))
    assert norm + scale + Cost(functions=4 * 2) == GroupNorm(2, 2).cost((2, 3, 4))
    assert Cost(adds=elements, muls=3 * elements, functions=3 * 6) == RMSNorm(4).cost((2, 3, 4))
    response = LocalResponseNorm(5).cost((2, 3, 4))
    assert Cost(adds=5 * elements, muls=2 * elements, functions=2 * elements) == response


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (
            LayerNorm,
            {"normalized_shape": (3, 0)},
            r"LayerNorm: normalized_shape \(=\(3, 0\)\) must be at least 1",
        ),
        (LayerNorm, {"normalized_shape": ()}, r"normalized_shape \(=\(\)\) must be an integer$"),
        (LayerNorm, {"normalized_shape": 3, "eps": "a"}, r"LayerNorm: eps \(='a'\) must be a number"),
        (RMSNorm, {"normalized_shape": "3"}, r"RMSNorm: normalized_shape \(='3'\) must be an integer"),
        (RMSNorm, {"normalized_shape": 3, "eps": -1}, r"RMSNorm: eps \(=-1\) must be at least 0"),
        (
            GroupNorm,
            {"num_groups": 2, "num_channels": 3},
            r"GroupNorm: num_channels \(=3\) must be divisible by num_groups \(=2\)",
        ),
        (GroupNorm, {"num_groups": 0, "num_channels": 3}, r"GroupNorm: num_groups \(=0\) must be at least 1"),
        (LocalResponseNorm, {"size": 0}, r"LocalResponseNorm: size \(=0\) must be at least 1"),
    ],
)
def test_wrong_arguments_are_refused(layer: type[Layer], arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(**arguments)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            LayerNorm((3, 4)),
            (4, 3),
            r"normalized_shape \(=\(3, 4\)\) must equal the last sizes of the input's shape \(4, 3\)",
        ),
        (
            RMSNorm((3, 4)),
            (4,),
            r"normalized_shape \(=\(3, 4\)\) must equal the last sizes of the input's shape \(4,\)",
        ),
        (GroupNorm(1, 3), (4, 3), r"num_channels \(=3\) must equal the 4 channels of the input"),
        (
            LocalResponseNorm(3),
            (4,),
            r"LocalResponseNorm takes an input of shape \(C, \*\), but got \(4,\)",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer: Layer, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)
