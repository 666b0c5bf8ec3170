"""`torch.nn.functional` on NumPy arrays: the same names, signatures, defaults and results.

Rules that hold for all functions:

- Arrays have torch's layouts, such as (N, C, H, W). Inputs without a batch axis are accepted wherever torch
  accepts them.
- The result has the element type of the input. Half precision is computed in single precision, and the result
  is rounded once.
- Inputs may be read-only and have any memory layout. They are not written to, except where torch does so:
  with ``inplace=True``, running statistics in training, `embedding`'s ``max_norm``, `normalize`'s ``out``.
- NaN and infinity give the same results as in torch, without warnings.
- Invalid calls raise ArgumentError or ShapeError; the message names the function, the argument, its value and
  the rule.
- Functions that draw random numbers have a keyword argument that torch lacks, ``generator`` (a
  `numpy.random.Generator`). They use no other source of random numbers.

Two functions do not exist in torch: `init` draws the parameters of a network, and `run` computes its output.
"""

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
from convref.functional.attention import scaled_dot_product_attention as scaled_dot_product_attention
from convref.functional.conv import conv1d as conv1d
from convref.functional.conv import conv2d as conv2d
from convref.functional.conv import conv3d as conv3d
from convref.functional.conv_transpose import conv_transpose1d as conv_transpose1d
from convref.functional.conv_transpose import conv_transpose2d as conv_transpose2d
from convref.functional.conv_transpose import conv_transpose3d as conv_transpose3d
from convref.functional.deform import deform_conv2d as deform_conv2d
from convref.functional.distance import cosine_similarity as cosine_similarity
from convref.functional.distance import normalize as normalize
from convref.functional.distance import pairwise_distance as pairwise_distance
from convref.functional.dropout import alpha_dropout as alpha_dropout
from convref.functional.dropout import dropout as dropout
from convref.functional.dropout import dropout1d as dropout1d
from convref.functional.dropout import dropout2d as dropout2d
from convref.functional.dropout import dropout3d as dropout3d
from convref.functional.dropout import feature_alpha_dropout as feature_alpha_dropout
from convref.functional.embedding import embedding as embedding
from convref.functional.embedding import one_hot as one_hot
from convref.functional.folding import fold as fold
from convref.functional.folding import unfold as unfold
from convref.functional.grid import affine_grid as affine_grid
from convref.functional.grid import grid_sample as grid_sample
from convref.functional.init import init as init
from convref.functional.linear import bilinear as bilinear
from convref.functional.linear import linear as linear
from convref.functional.local_response import local_response_norm as local_response_norm
from convref.functional.multi_head import multi_head_attention_forward as multi_head_attention_forward
from convref.functional.normalization import batch_norm as batch_norm
from convref.functional.normalization import group_norm as group_norm
from convref.functional.normalization import instance_norm as instance_norm
from convref.functional.normalization import layer_norm as layer_norm
from convref.functional.normalization import rms_norm as rms_norm
from convref.functional.padding import pad as pad
from convref.functional.pooling import avg_pool1d as avg_pool1d
from convref.functional.pooling import avg_pool2d as avg_pool2d
from convref.functional.pooling import avg_pool3d as avg_pool3d
from convref.functional.pooling import max_pool1d as max_pool1d
from convref.functional.pooling import max_pool2d as max_pool2d
from convref.functional.pooling import max_pool3d as max_pool3d
from convref.functional.power_pooling import lp_pool1d as lp_pool1d
from convref.functional.power_pooling import lp_pool2d as lp_pool2d
from convref.functional.power_pooling import lp_pool3d as lp_pool3d
from convref.functional.resampling import interpolate as interpolate
from convref.functional.resampling import upsample as upsample
from convref.functional.resampling import upsample_bilinear as upsample_bilinear
from convref.functional.resampling import upsample_nearest as upsample_nearest
from convref.functional.run import run as run
from convref.functional.shuffle import channel_shuffle as channel_shuffle
from convref.functional.shuffle import pixel_shuffle as pixel_shuffle
from convref.functional.shuffle import pixel_unshuffle as pixel_unshuffle
from convref.functional.softmax import glu as glu
from convref.functional.softmax import log_softmax as log_softmax
from convref.functional.softmax import softmax as softmax
from convref.functional.softmax import softmin as softmin
from convref.functional.unpooling import max_unpool1d as max_unpool1d
from convref.functional.unpooling import max_unpool2d as max_unpool2d
from convref.functional.unpooling import max_unpool3d as max_unpool3d

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
    "affine_grid",
    "alpha_dropout",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "bilinear",
    "celu",
    "channel_shuffle",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_similarity",
    "deform_conv2d",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "elu",
    "embedding",
    "feature_alpha_dropout",
    "fold",
    "gelu",
    "glu",
    "grid_sample",
    "group_norm",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "init",
    "instance_norm",
    "interpolate",
    "layer_norm",
    "leaky_relu",
    "linear",
    "local_response_norm",
    "log_softmax",
    "logsigmoid",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
    "mish",
    "multi_head_attention_forward",
    "normalize",
    "one_hot",
    "pad",
    "pairwise_distance",
    "pixel_shuffle",
    "pixel_unshuffle",
    "prelu",
    "relu",
    "relu6",
    "rms_norm",
    "rrelu",
    "run",
    "scaled_dot_product_attention",
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
    "unfold",
    "upsample",
    "upsample_bilinear",
    "upsample_nearest",
]
