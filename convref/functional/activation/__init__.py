"""Elementwise activation functions, as in torch.nn.functional.

Half precision is computed in single precision and rounded once. NaN stays NaN. With ``inplace=True`` the
result is written into `input`, as in torch, and `input` is returned.

All of them raise ArgumentError if `input` is not an array of an element type that the function accepts, if
`input` is read-only and ``inplace=True``, or if another argument is invalid.
"""

from convref.functional.activation.piecewise import hardshrink as hardshrink
from convref.functional.activation.piecewise import hardsigmoid as hardsigmoid
from convref.functional.activation.piecewise import hardswish as hardswish
from convref.functional.activation.piecewise import hardtanh as hardtanh
from convref.functional.activation.piecewise import leaky_relu as leaky_relu
from convref.functional.activation.piecewise import prelu as prelu
from convref.functional.activation.piecewise import relu as relu
from convref.functional.activation.piecewise import relu6 as relu6
from convref.functional.activation.piecewise import rrelu as rrelu
from convref.functional.activation.piecewise import softshrink as softshrink
from convref.functional.activation.piecewise import threshold as threshold
from convref.functional.activation.smooth import celu as celu
from convref.functional.activation.smooth import elu as elu
from convref.functional.activation.smooth import gelu as gelu
from convref.functional.activation.smooth import logsigmoid as logsigmoid
from convref.functional.activation.smooth import mish as mish
from convref.functional.activation.smooth import selu as selu
from convref.functional.activation.smooth import sigmoid as sigmoid
from convref.functional.activation.smooth import silu as silu
from convref.functional.activation.smooth import softplus as softplus
from convref.functional.activation.smooth import softsign as softsign
from convref.functional.activation.smooth import tanh as tanh
from convref.functional.activation.smooth import tanhshrink as tanhshrink

__all__ = [
    "celu",
    "elu",
    "gelu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
]
