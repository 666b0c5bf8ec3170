"""Convolutions and their transposes: every output channel sees every input channel."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import has
from convref.nn import Conv2d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d

ROWS = (
    Operator(
        key="conv2d",
        title={"en": "2-D convolution", "zh": "二维卷积"},
        example="Conv2d(3, 8, 3, stride=2, padding=1)",
        input_shape=(3, 32, 32),
        description=(
            "convref.nn:Conv2d.output_shape",
            "convref.nn:Conv2d.parameters",
            "convref.nn:Conv2d.cost",
        ),
        numpy=("convref.algorithms.direct:direct", "convref.algorithms.im2col:im2col"),
        tests=("tests/functional/test_conv.py", "tests/nn/test_conv.py"),
        used=has(Conv2d),
    ),
    Operator(
        key="transposed_conv",
        title={"en": "Transposed convolution", "zh": "转置卷积"},
        example="ConvTranspose2d(8, 4, 4, stride=2, padding=1)",
        input_shape=(8, 16, 16),
        description=(
            "convref.nn:ConvTranspose2d.output_shape",
            "convref.nn:ConvTranspose2d.parameters",
            "convref.nn:ConvTranspose2d.cost",
        ),
        numpy=("convref.functional.conv_transpose:_scattered",),
        tests=("tests/functional/test_conv_transpose.py", "tests/nn/test_conv_transpose.py"),
        used=has(ConvTranspose1d, ConvTranspose2d, ConvTranspose3d),
    ),
)
