"""Layers that only change the shape: what they print, infer, refuse."""

import pytest

from convref.errors import ArgumentError, ShapeError
from convref.nn import Flatten, Layer, Permute, Unflatten


def test_sizes_and_axes_are_printed_in_full() -> None:
    assert "Unflatten(1, (2, 2))" == repr(Unflatten(1, [2, 2]))  # type: ignore[arg-type]
    assert "Permute((0,))" == repr(Permute([0]))  # type: ignore[arg-type]


def test_a_size_of_minus_one_is_inferred() -> None:
    assert (2, 3, 4, 5) == Unflatten(1, (2, -1)).output_shape((6, 4, 5))
    assert (6, 4, 1, 5) == Unflatten(-1, (-1, 5)).output_shape((6, 4, 5))


def test_reshapes_cost_no_operations_and_make_no_feature_map() -> None:
    for layer in (Flatten(), Permute((0, 3, 2, 1)), Unflatten(1, (2, 3))):
        assert not layer.makes_map((6, 4, 5))
        assert 0 == layer.cost((6, 4, 5)).muls + layer.cost((6, 4, 5)).macs


@pytest.mark.parametrize(
    ("layer", "arguments", "message"),
    [
        (Flatten, ("1",), r"Flatten: start_dim \(='1'\) must be an integer"),
        (Flatten, (1, None), r"Flatten: end_dim \(=None\) must be an integer"),
        (
            Unflatten,
            (0, (2, 3)),
            r"Unflatten: dim \(=0\) must be an integer other than 0; axis 0 is the batch",
        ),
        (
            Unflatten,
            ("C", (2, 3)),
            r"Unflatten: dim \(='C'\) must be an integer other than 0; axis 0 is the batch",
        ),
        (Unflatten, (1, 6), r"Unflatten: unflattened_size \(=6\) must be a tuple of integers"),
        (Unflatten, (1, ()), r"Unflatten: unflattened_size \(=\(\)\) must be a tuple of integers"),
        (Unflatten, (1, (2, -2)), r"Unflatten: unflattened_size \(=\(2, -2\)\) must be at least -1"),
        (
            Unflatten,
            (1, (-1, -1)),
            r"unflattened_size \(=\(-1, -1\)\) must be positive, except for at most one -1",
        ),
        (
            Unflatten,
            (1, (2, 0)),
            r"unflattened_size \(=\(2, 0\)\) must be positive, except for at most one -1",
        ),
        (
            Permute,
            ((1, 0),),
            r"Permute: dims \(=\(1, 0\)\) must be a permutation of the axes that keeps 0, the batch, first",
        ),
        (Permute, ((0, 1, 1),), r"Permute: dims \(=\(0, 1, 1\)\) must be a permutation of the axes"),
        (Permute, (0,), r"Permute: dims \(=0\) must be a permutation of the axes"),
    ],
)
def test_wrong_arguments_are_refused(layer: type[Layer], arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        layer(*arguments)


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (
            Flatten(2, 1),
            (6, 4),
            r"start_dim \(=2\) to end_dim \(=1\) must be axes 1 to 2 of the input \(6, 4\)",
        ),
        (Flatten(0), (6, 4), r"start_dim \(=0\) to end_dim \(=-1\) must be axes 1 to 2"),
        (Unflatten(3, (2, 3)), (6, 4), r"dim \(=3\) must be an axis of the input \(6, 4\)"),
        (
            Unflatten(1, (2, 4)),
            (6, 4),
            r"the product of unflattened_size \(=\(2, 4\)\) must be 6, the first size of",
        ),
        (Unflatten(1, (4, -1)), (6, 4), r"the product of unflattened_size \(=\(4, -1\)\) must be 6"),
        (
            Permute((0, 2, 1)),
            (6,),
            r"dims \(=\(0, 2, 1\)\) must have 2 entries: for the batch, and for the 1 axis of",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer: Layer, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)
