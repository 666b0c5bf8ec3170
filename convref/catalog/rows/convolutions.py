"""Catalog entries for convolutions and transposed convolutions that read every input channel."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import has
from convref.nn import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d

ROWS = (
    Operator(
        key="conv1d",
        title={"en": "1-D convolution", "zh": "一维卷积"},
        example="Conv1d(4, 8, 3, padding=1)",
        input_shape=(4, 32),
        description=(
            "convref.nn:Conv1d.output_shape",
            "convref.nn:Conv1d.parameters",
            "convref.nn:Conv1d.cost",
        ),
        numpy=("convref.algorithms.direct:direct",),
        tests=("tests/functional/test_conv.py", "tests/nn/test_conv.py"),
        used=has(Conv1d),
    ),
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
        key="conv3d",
        title={"en": "3-D convolution", "zh": "三维卷积"},
        example="Conv3d(2, 4, 3, padding=1)",
        input_shape=(2, 4, 8, 8),
        description=(
            "convref.nn:Conv3d.output_shape",
            "convref.nn:Conv3d.parameters",
            "convref.nn:Conv3d.cost",
        ),
        numpy=("convref.algorithms.direct:direct",),
        tests=("tests/functional/test_conv.py", "tests/nn/test_conv.py"),
        used=has(Conv3d),
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
