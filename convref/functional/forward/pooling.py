"""Pools, with windows and to a given size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convref import nn
from convref.functional import adaptive, pooling, power_pooling
from convref.functional.forward.dispatch import forward
from convref.functional.init import Array

POOLS: dict[type[nn.Layer], Callable[..., Any]] = {
    nn.MaxPool1d: pooling.max_pool1d,
    nn.MaxPool2d: pooling.max_pool2d,
    nn.MaxPool3d: pooling.max_pool3d,
    nn.AvgPool1d: pooling.avg_pool1d,
    nn.AvgPool2d: pooling.avg_pool2d,
    nn.AvgPool3d: pooling.avg_pool3d,
    nn.LPPool1d: power_pooling.lp_pool1d,
    nn.LPPool2d: power_pooling.lp_pool2d,
    nn.LPPool3d: power_pooling.lp_pool3d,
    nn.AdaptiveAvgPool1d: adaptive.adaptive_avg_pool1d,
    nn.AdaptiveAvgPool2d: adaptive.adaptive_avg_pool2d,
    nn.AdaptiveAvgPool3d: adaptive.adaptive_avg_pool3d,
    nn.AdaptiveMaxPool1d: adaptive.adaptive_max_pool1d,
    nn.AdaptiveMaxPool2d: adaptive.adaptive_max_pool2d,
    nn.AdaptiveMaxPool3d: adaptive.adaptive_max_pool3d,
}


@forward.register(nn.MaxPool1d)
@forward.register(nn.MaxPool2d)
@forward.register(nn.MaxPool3d)
def _(
    layer: nn.MaxPool1d | nn.MaxPool2d | nn.MaxPool3d,
    params: Mapping[str, Array],  # noqa: ARG001 - one signature for all
    x: Array,
) -> Array:
    pooled: Array = POOLS[type(layer)](
        x, layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.ceil_mode
    )
    return pooled


@forward.register(nn.AvgPool1d)
@forward.register(nn.AvgPool2d)
@forward.register(nn.AvgPool3d)
def _(
    layer: nn.AvgPool1d | nn.AvgPool2d | nn.AvgPool3d,
    params: Mapping[str, Array],  # noqa: ARG001 - one signature for all
    x: Array,
) -> Array:
    divisor = () if isinstance(layer, nn.AvgPool1d) else (layer.divisor_override,)
    pooled: Array = POOLS[type(layer)](
        x,
        layer.kernel_size,
        layer.stride,
        layer.padding,
        layer.ceil_mode,
        layer.count_include_pad,
        *divisor,
    )
    return pooled


@forward.register(nn.LPPool1d)
@forward.register(nn.LPPool2d)
@forward.register(nn.LPPool3d)
def _(
    layer: nn.LPPool1d | nn.LPPool2d | nn.LPPool3d,
    params: Mapping[str, Array],  # noqa: ARG001 - one signature for all
    x: Array,
) -> Array:
    pooled: Array = POOLS[type(layer)](x, layer.norm_type, layer.kernel_size, layer.stride, layer.ceil_mode)
    return pooled


@forward.register(nn.AdaptiveAvgPool1d)
@forward.register(nn.AdaptiveAvgPool2d)
@forward.register(nn.AdaptiveAvgPool3d)
@forward.register(nn.AdaptiveMaxPool1d)
@forward.register(nn.AdaptiveMaxPool2d)
@forward.register(nn.AdaptiveMaxPool3d)
def _(layer: Any, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature for all
    pooled: Array = POOLS[type(layer)](x, layer.output_size)
    return pooled
