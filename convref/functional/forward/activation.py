"""Activation functions, of each element and along an axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convref import nn
from convref.functional import activation as F
from convref.functional.forward.dispatch import forward
from convref.functional.init import Array
from convref.functional.softmax import glu, log_softmax, softmax, softmin
from convref.nn.activation import Elementwise

ELEMENTWISE: dict[type[Elementwise], Callable[[Any, Array], Array]] = {
    nn.ReLU: lambda _, x: F.relu(x),
    nn.ReLU6: lambda _, x: F.relu6(x),
    nn.LeakyReLU: lambda layer, x: F.leaky_relu(x, layer.negative_slope),
    nn.RReLU: lambda layer, x: F.rrelu(x, layer.lower, layer.upper),
    nn.ELU: lambda layer, x: F.elu(x, layer.alpha),
    nn.SELU: lambda _, x: F.selu(x),
    nn.CELU: lambda layer, x: F.celu(x, layer.alpha),
    nn.GELU: lambda layer, x: F.gelu(x, layer.approximate),
    nn.SiLU: lambda _, x: F.silu(x),
    nn.Mish: lambda _, x: F.mish(x),
    nn.Softplus: lambda layer, x: F.softplus(x, layer.beta, layer.threshold),
    nn.Sigmoid: lambda _, x: F.sigmoid(x),
    nn.Tanh: lambda _, x: F.tanh(x),
    nn.LogSigmoid: lambda _, x: F.logsigmoid(x),
    nn.Hardsigmoid: lambda _, x: F.hardsigmoid(x),
    nn.Hardswish: lambda _, x: F.hardswish(x),
    nn.Hardtanh: lambda layer, x: F.hardtanh(x, layer.min_val, layer.max_val),
    nn.Softsign: lambda _, x: F.softsign(x),
    nn.Hardshrink: lambda layer, x: F.hardshrink(x, layer.lambd),
    nn.Softshrink: lambda layer, x: F.softshrink(x, layer.lambd),
    nn.Tanhshrink: lambda _, x: F.tanhshrink(x),
    nn.Threshold: lambda layer, x: F.threshold(x, layer.threshold, layer.value),
}
ALONG_AN_AXIS: dict[type[nn.Layer], Callable[[Array, int], Array]] = {
    nn.Softmax: softmax,
    nn.LogSoftmax: log_softmax,
    nn.Softmin: softmin,
    nn.GLU: glu,
}


@forward.register
def _(layer: Elementwise, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return ELEMENTWISE[type(layer)](layer, x)


@forward.register
def _(layer: nn.PReLU, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return F.prelu(x, params["weight"])


@forward.register(nn.Softmax)
@forward.register(nn.LogSoftmax)
@forward.register(nn.Softmin)
@forward.register(nn.GLU)
def _(layer: Any, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return ALONG_AN_AXIS[type(layer)](x, layer.dim)


@forward.register
def _(layer: nn.Softmax2d, params: Mapping[str, Array], x: Array) -> Array:  # noqa: ARG001 - one signature
    return softmax(x, 1)
