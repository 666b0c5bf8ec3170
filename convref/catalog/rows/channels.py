"""Catalog entries for convolutions that keep channels apart or mix them: grouped, depthwise, pointwise."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import has, has_one_tap, is_depthwise, is_grouped, is_pointwise, where
from convref.nn import ChannelShuffle

ROWS = (
    Operator(
        key="pointwise_conv",
        title={"en": "Pointwise convolution", "zh": "逐点卷积"},
        example="pointwise_conv(16, 8)",
        input_shape=(16, 14, 14),
        description=(
            "convref.nn.blocks:pointwise_conv",
            "convref.nn.blocks.special:convolution",
        ),
        numpy=("convref.algorithms.im2col:im2col",),
        tests=("tests/nn/blocks/test_special.py", "tests/functional/test_conv.py"),
        used=where(is_pointwise),
    ),
    Operator(
        key="group_conv",
        title={"en": "Group convolution", "zh": "分组卷积"},
        example="group_conv(8, 12, 3, groups=4, padding=1)",
        input_shape=(8, 14, 14),
        description=("convref.nn.blocks:group_conv",),
        numpy=("convref.algorithms.direct:direct",),
        tests=("tests/nn/blocks/test_special.py", "tests/functional/test_conv.py"),
        used=where(is_grouped),
    ),
    Operator(
        key="pointwise_group_conv",
        title={"en": "Pointwise group convolution", "zh": "逐点分组卷积"},
        example="pointwise_group_conv(12, 6, groups=3)",
        input_shape=(12, 14, 14),
        description=("convref.nn.blocks:pointwise_group_conv",),
        numpy=("convref.algorithms.im2col:im2col",),
        tests=("tests/nn/blocks/test_special.py", "tests/functional/test_conv.py"),
        used=where(lambda layer: is_grouped(layer) and has_one_tap(layer)),
    ),
    Operator(
        key="channel_shuffle",
        title={"en": "Channel shuffle", "zh": "通道混洗"},
        example="ChannelShuffle(3)",
        input_shape=(12, 7, 7),
        description=("convref.nn:ChannelShuffle.output_shape",),
        numpy=("convref.functional:channel_shuffle",),
        tests=("tests/functional/test_shuffle.py", "tests/nn/test_shuffle.py"),
        used=has(ChannelShuffle),
    ),
    Operator(
        key="depthwise_conv",
        title={"en": "Depthwise convolution", "zh": "逐通道卷积"},
        example="depthwise_conv(8, 3, padding=1)",
        input_shape=(8, 14, 14),
        description=("convref.nn.blocks:depthwise_conv",),
        numpy=("convref.algorithms.direct:direct",),
        tests=("tests/nn/blocks/test_special.py", "tests/functional/test_conv.py"),
        used=where(is_depthwise),
    ),
    Operator(
        key="diagonalwise_refactorization",
        title={"en": "Diagonalwise refactorization", "zh": "对角化重构"},
        example="diagonalwise_refactorization(depthwise_conv(8, 3, padding=1), 2)",
        input_shape=(8, 14, 14),
        description=(
            "convref.nn.blocks:diagonalwise_refactorization",
            "convref.nn.blocks:depthwise_conv",
        ),
        numpy=("convref.factorization:block_diagonal",),
        tests=("tests/nn/blocks/test_factored.py", "tests/factorization/test_kernels.py"),
    ),
)
