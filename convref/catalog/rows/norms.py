"""Catalog entries for normalizations."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import has
from convref.nn import BatchNorm1d, BatchNorm2d, BatchNorm3d, LocalResponseNorm

ROWS = (
    Operator(
        key="batch_norm",
        title={"en": "Batch normalization", "zh": "批归一化"},
        example="BatchNorm2d(8)",
        input_shape=(8, 13, 13),
        description=(
            "convref.nn:BatchNorm2d.parameters",
            "convref.nn:BatchNorm2d.buffers",
            "convref.nn:BatchNorm2d.cost",
        ),
        numpy=(
            "convref.functional.normalization.statistics:centred",
            "convref.functional.normalization.statistics:update",
            "convref.functional.normalization.statistics:normalized",
        ),
        tests=("tests/functional/test_normalization.py", "tests/nn/test_batch_norm.py"),
        used=has(BatchNorm1d, BatchNorm2d, BatchNorm3d),
    ),
    Operator(
        key="local_response_norm",
        title={"en": "Local response normalization", "zh": "局部响应归一化"},
        example="LocalResponseNorm(5, k=2.0)",
        input_shape=(8, 13, 13),
        description=("convref.nn:LocalResponseNorm.cost",),
        numpy=(
            "convref.functional.local_response:local_response_norm",
            "convref.functional.local_response:_over_channels",
        ),
        tests=("tests/functional/test_normalization.py", "tests/nn/test_normalization.py"),
        used=has(LocalResponseNorm),
    ),
)
