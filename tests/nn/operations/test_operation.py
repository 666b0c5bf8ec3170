"""An operation refuses other shapes than those with which it was recorded."""

import pytest

from convref.errors import ShapeError
from convref.nn import N, Operation, Value


def test_inputs_that_differ_only_in_the_batch_are_refused_with_both_shapes() -> None:
    relu = Operation("relu", (Value(0),), ((64, 3 * N),), ((64, 3 * N),))
    rule = r"recorded with inputs of shape \(64, 3 \* N\), but its inputs now have the shape \(64, 3\)$"
    with pytest.raises(ShapeError, match=rule):
        relu.check_inputs(((64, 3),))
