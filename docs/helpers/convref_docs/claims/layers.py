"""Checks of claims about what layers do."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from convref import analyze, architectures, functional
from convref.functional import init
from convref.functional.run import run
from convref.nn import Conv2d, Linear, MaxPool2d, MultiheadAttention, ReLU
from convref_docs.claims.model import Cell, Statement


def relu_conv() -> tuple[Cell, ...]:
    """Check whether a fully connected layer of VGG-16 is followed by a ReLU."""
    layers = [row.layer for row in analyze(architectures.build("vgg16"), (3, 224, 224)).rows]
    behind = [isinstance(after, ReLU) for layer, after in pairwise(layers) if isinstance(layer, Linear)]
    return (
        Statement(
            {"en": "no fully connected layer is followed by ReLU", "zh": "没有一个全连接层后面接 ReLU"},
            not any(behind),
        ),
    )


def attn_mix() -> tuple[Cell, ...]:
    """Test which output channels change when one channel of the values, or of the input, changes."""
    rng = np.random.default_rng(0)
    query, key, value = rng.standard_normal((3, 1, 6, 4))
    changed = value.copy()
    changed[..., 0] += 1
    mean = [functional.scaled_dot_product_attention(query, key, each) for each in (value, changed)]
    layer = MultiheadAttention(4, 1, bias=False, batch_first=True)
    weights = init(layer, dtype="float64")
    x = rng.standard_normal((1, 6, 4))
    other = x.copy()
    other[..., 0] += 1
    whole = [run(layer, weights, each) for each in (x, other)]
    apart = [bool(np.allclose(a[..., 1:], b[..., 1:])) for a, b in (mean, whole)]
    return (
        Statement(
            {
                "en": "weighted mean of values: one channel in, one channel out",
                "zh": "值的加权平均：一个通道只影响一个通道",
            },
            apart[0],
        ),
        Statement({"en": "whole layer with projections: the same", "zh": "带投影的整层：同样如此"}, apart[1]),
    )


def stride() -> tuple[Cell, ...]:
    """Compare output size, linearity and weights of a strided convolution and of max pooling."""
    conv, pool = Conv2d(4, 4, 2, stride=2, bias=False), MaxPool2d(2)
    shape = (4, 8, 8)
    rng = np.random.default_rng(0)
    a, b, weight = (
        rng.standard_normal((1, *shape)),
        rng.standard_normal((1, *shape)),
        rng.standard_normal((4, 4, 2, 2)),
    )

    def convolved(x: np.ndarray) -> np.ndarray:
        return functional.conv2d(x, weight, stride=2)

    def pooled(x: np.ndarray) -> np.ndarray:
        return np.asarray(functional.max_pool2d(x, 2))

    linear = [bool(np.allclose(f(a + b), f(a) + f(b))) for f in (convolved, pooled)]
    counts = [analyze(layer, shape).params for layer in (conv, pool)]
    return (
        Statement(
            {"en": "the same output size", "zh": "输出尺寸相同"},
            conv.output_shape(shape) == pool.output_shape(shape),
        ),
        Statement({"en": "both linear or both not", "zh": "同为线性或同为非线性"}, linear[0] == linear[1]),
        Statement({"en": "the same number of weights", "zh": "权重个数相同"}, counts[0] == counts[1]),
    )
