"""Catalog entries for blocks: branches of convolutions that are joined."""

from __future__ import annotations

from convref.catalog.joins import joined, sees_several_dilations, sees_several_sizes, takes_own_input
from convref.catalog.operator import Operator
from convref.catalog.uses import followed, has, is_spatial, narrows, widens
from convref.nn import Concat, Mean, Sum

ROWS = (
    Operator(
        key="aspp",
        title={"en": "Atrous spatial pyramid pooling (ASPP)", "zh": "空洞空间金字塔池化（ASPP）"},
        example="aspp(16, 8, rates=(1, 2, 3))",
        input_shape=(16, 9, 9),
        description=("convref.nn.blocks:aspp", "convref.nn.blocks:conv_norm"),
        tests=("tests/nn/blocks/test_aspp.py", "tests/nn/blocks/test_agreement.py"),
        used=joined(Concat, sees_several_dilations),
    ),
    Operator(
        key="bottleneck",
        title={"en": "Bottleneck", "zh": "瓶颈结构"},
        example="bottleneck(16, 16)",
        input_shape=(16, 9, 9),
        description=("convref.nn.blocks:bottleneck", "convref.nn.blocks:residual"),
        tests=("tests/nn/blocks/test_residual.py", "tests/nn/blocks/test_agreement.py"),
        used=followed(narrows, is_spatial, widens),
    ),
    Operator(
        key="inception_module",
        title={"en": "Inception module", "zh": "Inception 模块"},
        example="inception_module(16, 8, (4, 8), (2, 4), 4)",
        input_shape=(16, 9, 9),
        description=("convref.nn.blocks:inception_module", "convref.nn.blocks.inception:conv_relu"),
        tests=("tests/nn/blocks/test_inception.py", "tests/nn/blocks/test_agreement.py"),
        used=joined(Concat, sees_several_sizes),
    ),
    Operator(
        key="residual_block",
        title={"en": "Residual block", "zh": "残差块"},
        example="basic_block(8, 16, stride=2)",
        input_shape=(8, 10, 10),
        description=(
            "convref.nn.blocks:basic_block",
            "convref.nn.blocks:residual",
            "convref.nn.blocks:shortcut",
        ),
        tests=("tests/nn/blocks/test_residual.py", "tests/nn/blocks/test_agreement.py"),
        used=joined(Sum, takes_own_input),
    ),
    Operator(
        key="dense_block",
        title={"en": "Dense block", "zh": "稠密块"},
        example="dense_block(8, growth_rate=4, count=2)",
        input_shape=(8, 9, 9),
        description=("convref.nn.blocks:dense_block", "convref.nn.blocks:dense_layer"),
        tests=("tests/nn/blocks/test_dense.py", "tests/nn/blocks/test_agreement.py"),
        used=joined(Concat, takes_own_input),
    ),
    Operator(
        key="merging",
        title={"en": "Merging branches", "zh": "合并方式"},
        example="widened_sum([Identity(), Conv2d(8, 16, 1)], [8, 16], 16)",
        input_shape=(8, 9, 9),
        description=(
            "convref.nn.blocks:widened_sum",
            "convref.nn.blocks:weighted_sum",
            "convref.nn.blocks:shuffled_concat",
        ),
        tests=("tests/nn/blocks/test_merging.py", "tests/nn/test_combinators.py"),
        used=has(Concat, Sum, Mean),
    ),
)
