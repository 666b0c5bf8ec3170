"""`torch.nn.functional` on NumPy arrays: the same names, signatures, defaults and results."""

from __future__ import annotations

from convref.functional.activation import celu as celu
from convref.functional.activation import elu as elu
from convref.functional.activation import gelu as gelu
from convref.functional.activation import hardshrink as hardshrink
from convref.functional.activation import hardsigmoid as hardsigmoid
from convref.functional.activation import hardswish as hardswish
from convref.functional.activation import hardtanh as hardtanh
from convref.functional.activation import leaky_relu as leaky_relu
from convref.functional.activation import logsigmoid as logsigmoid
from convref.functional.activation import mish as mish
from convref.functional.activation import prelu as prelu
from convref.functional.activation import relu as relu
from convref.functional.activation import relu6 as relu6
from convref.functional.activation import rrelu as rrelu
from convref.functional.activation import selu as selu
from convref.functional.activation import sigmoid as sigmoid
from convref.functional.activation import silu as silu
from convref.functional.activation import softplus as softplus
from convref.functional.activation import softshrink as softshrink
from convref.functional.activation import softsign as softsign
from convref.functional.activation import tanh as tanh
from convref.functional.activation import tanhshrink as tanhshrink
from convref.functional.activation import threshold as threshold
from convref.functional.adaptive import adaptive_avg_pool1d as adaptive_avg_pool1d
from convref.functional.adaptive import adaptive_avg_pool2d as adaptive_avg_pool2d
from convref.functional.adaptive import adaptive_avg_pool3d as adaptive_avg_pool3d
from convref.functional.adaptive import adaptive_max_pool1d as adaptive_max_pool1d
from convref.functional.adaptive import adaptive_max_pool2d as adaptive_max_pool2d
from convref.functional.adaptive import adaptive_max_pool3d as adaptive_max_pool3d
from convref.functional.conv import conv1d as conv1d
from convref.functional.conv import conv2d as conv2d
from convref.functional.conv import conv3d as conv3d
from convref.functional.dropout import alpha_dropout as alpha_dropout
from convref.functional.dropout import dropout as dropout
from convref.functional.dropout import dropout1d as dropout1d
from convref.functional.dropout import dropout2d as dropout2d
from convref.functional.dropout import dropout3d as dropout3d
from convref.functional.dropout import feature_alpha_dropout as feature_alpha_dropout
from convref.functional.linear import bilinear as bilinear
from convref.functional.linear import linear as linear
from convref.functional.normalization import local_response_norm as local_response_norm
from convref.functional.pooling import avg_pool1d as avg_pool1d
from convref.functional.pooling import avg_pool2d as avg_pool2d
from convref.functional.pooling import avg_pool3d as avg_pool3d
from convref.functional.pooling import max_pool1d as max_pool1d
from convref.functional.pooling import max_pool2d as max_pool2d
from convref.functional.pooling import max_pool3d as max_pool3d
from convref.functional.softmax import glu as glu
from convref.functional.softmax import log_softmax as log_softmax
from convref.functional.softmax import softmax as softmax
from convref.functional.softmax import softmin as softmin

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "alpha_dropout",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "bilinear",
    "celu",
    "conv1d",
    "conv2d",
    "conv3d",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "elu",
    "feature_alpha_dropout",
    "gelu",
    "glu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "linear",
    "local_response_norm",
    "log_softmax",
    "logsigmoid",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
]
