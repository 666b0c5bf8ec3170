"""Norms, and layers that scale by what they have learnt, or by a number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from convref import nn
from convref.arrays.checks import wide
from convref.functional import normalization as F
from convref.functional.forward.dispatch import forward
from convref.functional.init import Array
from convref.functional.local_response import local_response_norm


@forward.register(nn.BatchNorm1d)
@forward.register(nn.BatchNorm2d)
@forward.register(nn.BatchNorm3d)
def _(
    layer: nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d, params: Mapping[str, Array], x: Array
) -> Array:
    return F.batch_norm(
        x,
        params.get("running_mean"),
        params.get("running_var"),
        params.get("weight"),
        params.get("bias"),
        training=not layer.track_running_stats,
        eps=layer.eps,
    )


@forward.register(nn.InstanceNorm1d)
@forward.register(nn.InstanceNorm2d)
@forward.register(nn.InstanceNorm3d)
def _(
    layer: nn.InstanceNorm1d | nn.InstanceNorm2d | nn.InstanceNorm3d, params: Mapping[str, Array], x: Array
) -> Array:
    return F.instance_norm(
        x,
        params.get("running_mean"),
        params.get("running_var"),
        params.get("weight"),
        params.get("bias"),
        use_input_stats=not layer.track_running_stats,
        eps=layer.eps,
    )


@forward.register
def _(layer: nn.LayerNorm, params: Mapping[str, Array], x: Array) -> Array:
    return F.layer_norm(
        x, layer.sizes("normalized_shape"), params.get("weight"), params.get("bias"), layer.eps
    )


@forward.register
def _(layer: nn.RMSNorm, params: Mapping[str, Array], x: Array) -> Array:
    return F.rms_norm(x, layer.sizes("normalized_shape"), params.get("weight"), layer.eps)


@forward.register
def _(layer: nn.GroupNorm, params: Mapping[str, Array], x: Array) -> Array:
    return F.group_norm(x, layer.num_groups, params.get("weight"), params.get("bias"), layer.eps)


@forward.register
def _(layer: nn.LocalResponseNorm, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001
    return local_response_norm(x, layer.size, layer.alpha, layer.beta, layer.k)


@forward.register
def _(layer: nn.LayerScale, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return np.asarray(x * params["layer_scale"])


@forward.register
def _(layer: nn.Scale, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return np.asarray(x * params["weight"])


@forward.register
def _(layer: nn.Affine, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return np.asarray(wide(x) * layer.factor + layer.offset).astype(x.dtype, copy=False)
