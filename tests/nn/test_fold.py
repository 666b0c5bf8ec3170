"""Windows as columns and back: a convolution as a product, overlaps counted, errors."""

import numpy as np
import pytest

from convref import functional
from convref.errors import ArgumentError, ShapeError
from convref.nn import Cost, Fold, Layer, Sequential, Unfold


def test_folding_what_was_unfolded_counts_each_element_s_windows() -> None:
    net = Sequential(Unfold(2), Fold((3, 3), 2))
    counts = functional.run(net, {}, np.ones((1, 1, 3, 3)))[0, 0]
    assert [[1, 2, 1], [2, 4, 2], [1, 2, 1]] == counts.tolist()
    assert Cost(adds=16) == Fold((3, 3), 2).cost((4, 4))


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (Unfold, {"kernel_size": 0}, r"Unfold: kernel_size \(=0\) must be at least 1"),
        (Unfold, {"kernel_size": 2, "padding": -1}, r"Unfold: padding \(=-1\) must be at least 0"),
        (Fold, {"output_size": 0, "kernel_size": 2}, r"Fold: output_size \(=0\) must be at least 1"),
        (Fold, {"output_size": 4, "kernel_size": 2, "stride": 0}, r"Fold: stride \(=0\) must be at least 1"),
    ],
)
def test_wrong_arguments_are_refused(layer: type[Layer], arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(**arguments)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            Unfold(3),
            (1, 2, 9),
            r"kernel_size \(=3\) does not fit into an image of size \(2, 9\) with padding 0",
        ),
        (
            Fold((4, 4), 2),
            (6, 9),
            r"has 4 elements, so the number of rows of the input \(6\) must be divisible by 4",
        ),
        (
            Fold((4, 4), 2),
            (8, 8),
            r"output_size \(=4\) has 9 windows, which must equal the 8 columns of the input",
        ),
        (Fold((4, 4), 2), (8, 3, 3), r"Fold takes an input of shape \(C, L\), but got \(8, 3, 3\)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer: Layer, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)
