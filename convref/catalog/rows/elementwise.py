"""Catalog entries for elementwise layers."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import has
from convref.nn import Dropout, Dropout1d, Dropout2d, Dropout3d, Softmax, Softmax2d
from convref.nn.activation import Elementwise

ROWS = (
    Operator(
        key="activations",
        title={"en": "Activation functions", "zh": "激活函数"},
        example="Sequential(PReLU(8), Hardswish(), GELU(), Softmax(1))",
        input_shape=(8, 13, 13),
        description=("convref.nn:PReLU.parameters", "convref.nn:PReLU.cost"),
        numpy=(
            "convref.functional.activation.piecewise:relu",
            "convref.functional.activation.piecewise:relu6",
            "convref.functional.activation.piecewise:prelu",
            "convref.functional.activation.smooth:sigmoid",
            "convref.functional.activation.smooth:tanh",
            "convref.functional.activation.piecewise:hardswish",
            "convref.functional.activation.smooth:gelu",
            "convref.functional.activation.elementwise:elementwise",
            "convref.functional.softmax:softmax",
        ),
        tests=("tests/functional/test_activation.py", "tests/nn/test_activation.py"),
        used=has(Elementwise, Softmax, Softmax2d),
    ),
    Operator(
        key="dropout",
        title={"en": "Dropout", "zh": "随机失活（Dropout）"},
        example="Dropout(0.5)",
        input_shape=(64,),
        description=("convref.nn:Dropout.output_shape",),
        numpy=("convref.functional.dropout:_dropped",),
        tests=("tests/functional/test_dropout.py", "tests/nn/test_dropout.py"),
        used=has(Dropout, Dropout1d, Dropout2d, Dropout3d),
    ),
)
