"""Catalog entries for convolutions that are factored into several cheaper ones."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import followed, is_depthwise, is_pointwise

ROWS = (
    Operator(
        key="depthwise_separable_conv",
        title={"en": "Depthwise separable convolution", "zh": "深度可分离卷积"},
        example="depthwise_separable_conv(8, 16, 3, padding=1)",
        input_shape=(8, 32, 32),
        description=(
            "convref.nn.blocks:depthwise_separable_conv",
            "convref.nn.blocks:depthwise_conv",
            "convref.nn.blocks:pointwise_conv",
        ),
        tests=("tests/catalog/test_catalog.py",),
        used=followed(is_depthwise, is_pointwise),
    ),
)
