"""Catalog entries for layers whose outputs read the whole input, with one weight for each position."""

from __future__ import annotations

from convref.catalog.operator import Operator
from convref.catalog.uses import has, is_depthwise, over_whole_input
from convref.nn import Linear

ROWS = (
    Operator(
        key="fully_connected",
        title={"en": "Fully connected layer", "zh": "全连接层"},
        example="Linear(64, 10)",
        input_shape=(64,),
        description=(
            "convref.nn:Linear.output_shape",
            "convref.nn:Linear.parameters",
            "convref.nn:Linear.cost",
        ),
        numpy=("convref.functional:linear",),
        tests=("tests/functional/test_linear.py", "tests/nn/test_linear.py"),
        used=has(Linear),
    ),
    Operator(
        key="global_conv",
        title={"en": "Global convolution", "zh": "全局卷积"},
        example="global_conv(16, 12, 5)",
        input_shape=(16, 5, 5),
        description=("convref.nn.blocks:global_conv",),
        numpy=("convref.algorithms.direct:direct",),
        tests=("tests/nn/blocks/test_special.py",),
        used=over_whole_input(lambda layer: not is_depthwise(layer)),
    ),
    Operator(
        key="global_depthwise_conv",
        title={"en": "Global depthwise convolution", "zh": "全局逐通道卷积"},
        example="global_depthwise_conv(8, 7)",
        input_shape=(8, 7, 7),
        description=(
            "convref.nn.blocks:global_depthwise_conv",
            "convref.nn.blocks:depthwise_conv",
        ),
        numpy=("convref.algorithms.direct:direct",),
        tests=("tests/nn/blocks/test_special.py",),
        used=over_whole_input(is_depthwise),
    ),
)
