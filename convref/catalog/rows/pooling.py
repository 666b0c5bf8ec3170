"""Catalog entries for pooling, which reduces feature maps without weights."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import has, to_one_position
from convref.nn import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)

AVERAGES = (AvgPool1d, AvgPool2d, AvgPool3d)
ADAPTIVE = (AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d)

ROWS = (
    Operator(
        key="max_pool",
        title={"en": "Max pooling", "zh": "最大池化"},
        example="MaxPool2d(3, stride=2)",
        input_shape=(8, 13, 13),
        description=("convref.nn:MaxPool2d.output_shape", "convref.nn:MaxPool2d.cost"),
        numpy=("convref.functional.pooling:_max_pool", "convref.functional.pooling:_reduced"),
        tests=("tests/functional/test_pooling.py", "tests/nn/test_pooling.py"),
        used=has(MaxPool1d, MaxPool2d, MaxPool3d),
    ),
    Operator(
        key="average_pool",
        title={"en": "Average pooling", "zh": "平均池化"},
        example="AvgPool2d(3, stride=2, padding=1)",
        input_shape=(8, 13, 13),
        description=("convref.nn:AvgPool2d.output_shape", "convref.nn:AvgPool2d.cost"),
        numpy=(
            "convref.functional.pooling:_avg_pool",
            "convref.functional.pooling:_reduced",
            "convref.functional.pooling:_counts",
        ),
        tests=("tests/functional/test_pooling.py", "tests/nn/test_pooling.py"),
        used=has(*AVERAGES),
    ),
    Operator(
        key="global_average_pool",
        title={"en": "Global average pooling", "zh": "全局平均池化"},
        example="AdaptiveAvgPool2d(1)",
        input_shape=(8, 13, 13),
        description=("convref.nn:AdaptiveAvgPool2d.output_shape", "convref.nn:AdaptiveAvgPool2d.cost"),
        numpy=("convref.functional.adaptive:_avg", "convref.functional.adaptive:_bounds"),
        tests=("tests/functional/test_pooling.py", "tests/nn/test_adaptive.py"),
        used=to_one_position(*AVERAGES, *ADAPTIVE),
    ),
)
