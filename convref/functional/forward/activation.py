"""Compute activation layers in NumPy: elementwise ones, and those along an axis, such as softmax."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convref import nn
from convref.functional import activation as F
from convref.functional.init import Array
from convref.functional.softmax import glu, log_softmax, softmax, softmin
from convref.nn.rules import NUMPY

FUNCTIONS: dict[type[nn.Layer], Callable[[Any, Array], Array]] = {
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
    nn.Softmax: lambda layer, x: softmax(x, layer.dim),
    nn.LogSoftmax: lambda layer, x: log_softmax(x, layer.dim),
    nn.Softmin: lambda layer, x: softmin(x, layer.dim),
    nn.Softmax2d: lambda _, x: softmax(x, 1),
    nn.GLU: lambda layer, x: glu(x, layer.dim),
}
"""The functions of layers without parameters."""


def _without_params(
    function: Callable[[Any, Array], Array],
) -> Callable[[Any, Mapping[str, Array], Array], Array]:
    return lambda layer, _params, x: function(layer, x)


for _kind, _function in FUNCTIONS.items():
    NUMPY.register(_kind)(_without_params(_function))


@NUMPY.register(nn.PReLU)
def prelu(_layer: nn.PReLU, params: Mapping[str, Array], x: Array) -> Array:
    """Return x where x > 0, and x times the learnt slope elsewhere."""
    return F.prelu(x, params["weight"])
