"""Compute normalization layers in NumPy, and layers that multiply by learnt factors or constants."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from convref import nn
from convref.arrays.checks import wide
from convref.functional import normalization as F
from convref.functional.init import Array
from convref.functional.local_response import local_response_norm
from convref.nn.batch_norm import BatchNorm, InstanceNorm
from convref.nn.rules import NUMPY

Params = Mapping[str, Array]


@NUMPY.register(BatchNorm)
def batch_norm(layer: BatchNorm, params: Params, x: Array) -> Array:
    """Normalize by the running statistics, or by the batch's statistics if the layer has no running ones."""
    return F.batch_norm(x, *_of_channels(params), training=not layer.track_running_stats, eps=layer.eps)


@NUMPY.register(InstanceNorm)
def instance_norm(layer: InstanceNorm, params: Params, x: Array) -> Array:
    """Normalize each image by its own statistics, or by the running statistics if the layer has them."""
    own = not layer.track_running_stats
    return F.instance_norm(x, *_of_channels(params), use_input_stats=own, eps=layer.eps)


def _of_channels(params: Params) -> tuple[Array | None, Array | None, Array | None, Array | None]:
    mean, variance = params.get("running_mean"), params.get("running_var")
    return mean, variance, params.get("weight"), params.get("bias")


@NUMPY.register(nn.LayerNorm)
def layer_norm(layer: nn.LayerNorm, params: Params, x: Array) -> Array:
    """Normalize over the last axes."""
    shape = layer.sizes("normalized_shape")
    return F.layer_norm(x, shape, params.get("weight"), params.get("bias"), layer.eps)


@NUMPY.register(nn.RMSNorm)
def rms_norm(layer: nn.RMSNorm, params: Params, x: Array) -> Array:
    """Divide by the root mean square of the last axes."""
    return F.rms_norm(x, layer.sizes("normalized_shape"), params.get("weight"), layer.eps)


@NUMPY.register(nn.GroupNorm)
def group_norm(layer: nn.GroupNorm, params: Params, x: Array) -> Array:
    """Normalize groups of channels."""
    return F.group_norm(x, layer.num_groups, params.get("weight"), params.get("bias"), layer.eps)


@NUMPY.register(nn.LocalResponseNorm)
def local_response(layer: nn.LocalResponseNorm, _params: Params, x: Array) -> Array:
    """Normalize over neighbouring channels."""
    return local_response_norm(x, layer.size, layer.alpha, layer.beta, layer.k)


@NUMPY.register(nn.LayerScale)
def layer_scale(_layer: nn.LayerScale, params: Params, x: Array) -> Array:
    """Multiply each channel by its learnt factor."""
    return np.asarray(x * params["layer_scale"])


@NUMPY.register(nn.Scale)
def scale(_layer: nn.Scale, params: Params, x: Array) -> Array:
    """Multiply all elements by the one learnt factor."""
    return np.asarray(x * params["weight"])


@NUMPY.register(nn.Affine)
def affine(layer: nn.Affine, _params: Params, x: Array) -> Array:
    """Return `factor * x + offset`, computed in float32 or higher precision."""
    return np.asarray(wide(x) * layer.factor + layer.offset).astype(x.dtype, copy=False)
