"""Learnt factors: what they start from, costs, errors."""

import numpy as np
import pytest

from convref import init
from convref.errors import ArgumentError, ShapeError
from convref.nn import Affine, Cost, Layer, LayerScale, PReLU, Scale
from convref.torch import build


@pytest.mark.parametrize("layer", [LayerScale(3, 0.25), Scale(0.25), PReLU(3, 0.25)])
def test_factors_start_from_init_in_numpy_and_in_torch(layer: Layer) -> None:
    (value,) = init(layer).values()
    (parameter,) = build(layer).parameters()
    assert {0.25} == set(value.ravel().tolist()) == set(parameter.detach().numpy().ravel().tolist())


def test_each_element_is_multiplied_once() -> None:
    assert Cost(muls=24) == LayerScale(2).cost((2, 3, 4)) == Scale().cost((2, 3, 4))


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"LayerScale: channels \(=0\) must be at least 1"):
        LayerScale(0)
    with pytest.raises(ArgumentError, match=r"LayerScale: init \(='a'\) must be a number"):
        LayerScale(1, "a")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"Scale: init \(=None\) must be a number"):
        Scale(None)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"Affine: offset \(='a'\) must be a number"):
        Affine(1.0, "a")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"Affine: factor \(=None\) must be a number"):
        Affine(None)  # type: ignore[arg-type]


def test_layer_scale_needs_its_number_of_channels() -> None:
    with pytest.raises(ShapeError, match=r"channels \(=2\) must equal the 3 channels of the input"):
        LayerScale(2).output_shape((3, 4, 4))
    with pytest.raises(ShapeError, match=r"LayerScale takes an input of shape \(C, H, W\), but got \(2, 4\)"):
        LayerScale(2).output_shape((2, 4))


def test_the_table_of_factors_is_float32_like_the_rest() -> None:
    assert np.dtype(np.float32) == init(LayerScale(2))["layer_scale"].dtype


def test_factors_of_1_and_offsets_of_0_cost_no_operations() -> None:
    costs = [Affine(*given).cost((2, 3, 4)) for given in ((), (2.0,), (1.0, 3.0), (-1.0, 1.0))]
    assert [Cost(), Cost(muls=24), Cost(adds=24), Cost(adds=24, muls=24)] == costs
