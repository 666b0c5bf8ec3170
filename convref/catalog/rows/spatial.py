"""Catalog entries for convolutions with dilated, stacked, one-dimensional or deformed kernels."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import (
    both,
    either,
    followed,
    gates_positions,
    has,
    is_column,
    is_depthwise,
    is_dilated,
    is_pointwise,
    is_row,
    is_small,
    where,
)
from convref.nn import DeformConv2d

ROWS = (
    Operator(
        key="flattened_conv",
        title={"en": "Flattened convolution", "zh": "扁平卷积"},
        example="flattened_conv(8, 16, 3, padding=1)",
        input_shape=(8, 11, 11),
        description=("convref.nn.blocks:flattened_conv",),
        tests=("tests/nn/blocks/test_factored.py", "tests/nn/blocks/test_agreement.py"),
        used=followed(is_pointwise, both(is_depthwise, is_column), both(is_depthwise, is_row)),
    ),
    Operator(
        key="asymmetric_conv",
        title={"en": "Asymmetric convolution", "zh": "非对称卷积"},
        example="asymmetric_conv(8, 16, 3, padding=1)",
        input_shape=(8, 11, 11),
        description=("convref.nn.blocks:asymmetric_conv",),
        tests=("tests/nn/blocks/test_factored.py", "tests/nn/blocks/test_agreement.py"),
        used=either(followed(is_column, is_row), followed(is_row, is_column)),
    ),
    Operator(
        key="stacked_small_kernels",
        title={"en": "Stacked small kernels", "zh": "堆叠小卷积核"},
        example="stacked_conv(8, 16, count=2)",
        input_shape=(8, 11, 11),
        description=("convref.nn.blocks:stacked_conv",),
        tests=("tests/nn/blocks/test_factored.py", "tests/nn/blocks/test_agreement.py"),
        used=followed(is_small, is_small),
    ),
    Operator(
        key="dilated_conv",
        title={"en": "Dilated convolution", "zh": "空洞卷积"},
        example="dilated_conv(8, 16, 3, dilation=2)",
        input_shape=(8, 13, 13),
        description=("convref.nn.blocks:dilated_conv", "convref.nn:Conv2d.output_shape"),
        numpy=("convref.algorithms.direct:direct",),
        tests=("tests/nn/blocks/test_special.py", "tests/functional/test_conv.py"),
        used=where(is_dilated),
    ),
    Operator(
        key="gated_conv",
        title={"en": "Gated convolution", "zh": "门控卷积"},
        example="gated_conv2d(4, 8, 3, padding=1)",
        input_shape=(4, 9, 9),
        description=("convref.nn.blocks:gated_conv2d", "convref.nn.blocks:gated_conv1d"),
        tests=("tests/nn/blocks/test_gated.py", "tests/nn/blocks/test_agreement.py"),
        used=gates_positions,
    ),
    Operator(
        key="deformable_conv",
        title={"en": "Deformable convolution", "zh": "可变形卷积"},
        example="DeformConv2d(4, 8, 3, padding=1)",
        input_shape=(4, 9, 9),
        description=(
            "convref.nn:DeformConv2d.parameters",
            "convref.nn:DeformConv2d.cost",
        ),
        numpy=(
            "convref.functional.deform:_columns",
            "convref.functional._sampling:linear",
            "convref.functional._sampling:read",
        ),
        torch=("convref.torch.deform:DeformConv2d", "convref.torch.deform:sample"),
        tests=("tests/functional/test_deform.py", "tests/nn/test_deform.py"),
        used=has(DeformConv2d),
    ),
)
