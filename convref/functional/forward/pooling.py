"""Compute pooling layers in NumPy, with a given window or a given output size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convref import nn
from convref.functional import adaptive, pooling, power_pooling
from convref.functional.init import Array
from convref.nn.adaptive import AdaptiveAvgPool, AdaptiveMaxPool
from convref.nn.pooling import AvgPoolWithDivisor, MaxPool
from convref.nn.power_pooling import LPPool
from convref.nn.rules import NUMPY

Params = Mapping[str, Array]

MAX: dict[int, Any] = {1: pooling.max_pool1d, 2: pooling.max_pool2d, 3: pooling.max_pool3d}
AVG: dict[int, Any] = {2: pooling.avg_pool2d, 3: pooling.avg_pool3d}
LP: dict[int, Any] = {1: power_pooling.lp_pool1d, 2: power_pooling.lp_pool2d, 3: power_pooling.lp_pool3d}
ADAPTIVE_AVG: dict[int, Any] = {
    1: adaptive.adaptive_avg_pool1d,
    2: adaptive.adaptive_avg_pool2d,
    3: adaptive.adaptive_avg_pool3d,
}
ADAPTIVE_MAX: dict[int, Any] = {
    1: adaptive.adaptive_max_pool1d,
    2: adaptive.adaptive_max_pool2d,
    3: adaptive.adaptive_max_pool3d,
}


@NUMPY.register(MaxPool)
def max_pool(layer: MaxPool, _params: Params, x: Array) -> Array:
    """Return the maximum of each window."""
    window = (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
    pooled: Array = MAX[x.ndim - 2](x, *window, layer.ceil_mode)
    return pooled


@NUMPY.register(nn.AvgPool1d)
def avg_pool1d(layer: nn.AvgPool1d, _params: Params, x: Array) -> Array:
    """Return the mean of each window of a sequence."""
    window = (layer.kernel_size, layer.stride, layer.padding)
    return pooling.avg_pool1d(x, *window, layer.ceil_mode, layer.count_include_pad)


@NUMPY.register(AvgPoolWithDivisor)
def avg_pool(layer: AvgPoolWithDivisor, _params: Params, x: Array) -> Array:
    """Return the mean of each window, or its sum divided by `divisor_override`."""
    window = (layer.kernel_size, layer.stride, layer.padding)
    pooled: Array = AVG[x.ndim - 2](
        x, *window, layer.ceil_mode, layer.count_include_pad, layer.divisor_override
    )
    return pooled


@NUMPY.register(LPPool)
def power_pool(layer: LPPool, _params: Params, x: Array) -> Array:
    """Return the p-norm of each window."""
    pooled: Array = LP[x.ndim - 2](x, layer.norm_type, layer.kernel_size, layer.stride, layer.ceil_mode)
    return pooled


@NUMPY.register(AdaptiveAvgPool)
def adaptive_avg_pool(layer: AdaptiveAvgPool, _params: Params, x: Array) -> Array:
    """Return the mean of each window; there is one window per output position."""
    pooled: Array = ADAPTIVE_AVG[x.ndim - 2](x, layer.output_size)
    return pooled


@NUMPY.register(AdaptiveMaxPool)
def adaptive_max_pool(layer: AdaptiveMaxPool, _params: Params, x: Array) -> Array:
    """Return the maximum of each window; there is one window per output position."""
    pooled: Array = ADAPTIVE_MAX[x.ndim - 2](x, layer.output_size)
    return pooled
