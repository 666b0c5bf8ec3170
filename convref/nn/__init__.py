"""Descriptions of layers and networks, named as in torch.nn.

A description is a frozen dataclass with the arguments of a layer. It holds no weights, and needs neither
NumPy nor PyTorch.
"""

from typing import TYPE_CHECKING

from convref.nn.activation import LeakyReLU as LeakyReLU
from convref.nn.activation import PReLU as PReLU
from convref.nn.activation import ReLU as ReLU
from convref.nn.activation import ReLU6 as ReLU6
from convref.nn.activation import RReLU as RReLU
from convref.nn.adaptive import AdaptiveAvgPool1d as AdaptiveAvgPool1d
from convref.nn.adaptive import AdaptiveAvgPool2d as AdaptiveAvgPool2d
from convref.nn.adaptive import AdaptiveAvgPool3d as AdaptiveAvgPool3d
from convref.nn.adaptive import AdaptiveMaxPool1d as AdaptiveMaxPool1d
from convref.nn.adaptive import AdaptiveMaxPool2d as AdaptiveMaxPool2d
from convref.nn.adaptive import AdaptiveMaxPool3d as AdaptiveMaxPool3d
from convref.nn.attention import AttentionHeads as AttentionHeads
from convref.nn.attention import MultiheadAttention as MultiheadAttention
from convref.nn.attention import RestrictedSelfAttention as RestrictedSelfAttention
from convref.nn.base import Layer as Layer
from convref.nn.base import Shape as Shape
from convref.nn.batch_norm import BatchNorm1d as BatchNorm1d
from convref.nn.batch_norm import BatchNorm2d as BatchNorm2d
from convref.nn.batch_norm import BatchNorm3d as BatchNorm3d
from convref.nn.batch_norm import InstanceNorm1d as InstanceNorm1d
from convref.nn.batch_norm import InstanceNorm2d as InstanceNorm2d
from convref.nn.batch_norm import InstanceNorm3d as InstanceNorm3d
from convref.nn.border_padding import CircularPad1d as CircularPad1d
from convref.nn.border_padding import CircularPad2d as CircularPad2d
from convref.nn.border_padding import CircularPad3d as CircularPad3d
from convref.nn.border_padding import ReflectionPad1d as ReflectionPad1d
from convref.nn.border_padding import ReflectionPad2d as ReflectionPad2d
from convref.nn.border_padding import ReflectionPad3d as ReflectionPad3d
from convref.nn.border_padding import ReplicationPad1d as ReplicationPad1d
from convref.nn.border_padding import ReplicationPad2d as ReplicationPad2d
from convref.nn.border_padding import ReplicationPad3d as ReplicationPad3d
from convref.nn.combinators import Combinator as Combinator
from convref.nn.combinators import Concat as Concat
from convref.nn.combinators import Identity as Identity
from convref.nn.combinators import Split as Split
from convref.nn.conv import Conv1d as Conv1d
from convref.nn.conv import Conv2d as Conv2d
from convref.nn.conv import Conv3d as Conv3d
from convref.nn.conv_transpose import ConvTranspose1d as ConvTranspose1d
from convref.nn.conv_transpose import ConvTranspose2d as ConvTranspose2d
from convref.nn.conv_transpose import ConvTranspose3d as ConvTranspose3d
from convref.nn.cost import Cost as Cost
from convref.nn.deform import DeformConv2d as DeformConv2d
from convref.nn.dropout import AlphaDropout as AlphaDropout
from convref.nn.dropout import Dropout as Dropout
from convref.nn.dropout import Dropout1d as Dropout1d
from convref.nn.dropout import Dropout2d as Dropout2d
from convref.nn.dropout import Dropout3d as Dropout3d
from convref.nn.dropout import FeatureAlphaDropout as FeatureAlphaDropout
from convref.nn.dropout import StochasticDepth as StochasticDepth
from convref.nn.embedding import Embedding as Embedding
from convref.nn.embedding import PositionalEncoding as PositionalEncoding
from convref.nn.flow import Child as Child
from convref.nn.flow import Flow as Flow
from convref.nn.flow import Inline as Inline
from convref.nn.flow import inline as inline
from convref.nn.fold import Fold as Fold
from convref.nn.fold import Unfold as Unfold
from convref.nn.graph import Call as Call
from convref.nn.graph import Graph as Graph
from convref.nn.joins import Mean as Mean
from convref.nn.joins import Product as Product
from convref.nn.joins import Sum as Sum
from convref.nn.linear import Linear as Linear
from convref.nn.normalization import GroupNorm as GroupNorm
from convref.nn.normalization import LayerNorm as LayerNorm
from convref.nn.normalization import LocalResponseNorm as LocalResponseNorm
from convref.nn.normalization import RMSNorm as RMSNorm
from convref.nn.operations import Operation as Operation
from convref.nn.operations import Parameter as Parameter
from convref.nn.operations import Value as Value
from convref.nn.padding import ConstantPad1d as ConstantPad1d
from convref.nn.padding import ConstantPad2d as ConstantPad2d
from convref.nn.padding import ConstantPad3d as ConstantPad3d
from convref.nn.padding import ZeroPad1d as ZeroPad1d
from convref.nn.padding import ZeroPad2d as ZeroPad2d
from convref.nn.padding import ZeroPad3d as ZeroPad3d
from convref.nn.params import check_params as check_params
from convref.nn.pooling import AvgPool1d as AvgPool1d
from convref.nn.pooling import AvgPool2d as AvgPool2d
from convref.nn.pooling import AvgPool3d as AvgPool3d
from convref.nn.pooling import MaxPool1d as MaxPool1d
from convref.nn.pooling import MaxPool2d as MaxPool2d
from convref.nn.pooling import MaxPool3d as MaxPool3d
from convref.nn.power_pooling import LPPool1d as LPPool1d
from convref.nn.power_pooling import LPPool2d as LPPool2d
from convref.nn.power_pooling import LPPool3d as LPPool3d
from convref.nn.reshape import Flatten as Flatten
from convref.nn.reshape import Permute as Permute
from convref.nn.reshape import Unflatten as Unflatten
from convref.nn.rules import register as register
from convref.nn.saved import Saved as Saved
from convref.nn.scale import Affine as Affine
from convref.nn.scale import LayerScale as LayerScale
from convref.nn.scale import Scale as Scale
from convref.nn.sequential import Sequential as Sequential
from convref.nn.shuffle import ChannelShuffle as ChannelShuffle
from convref.nn.shuffle import PixelShuffle as PixelShuffle
from convref.nn.shuffle import PixelUnshuffle as PixelUnshuffle
from convref.nn.sizes import N as N
from convref.nn.sizes import Size as Size
from convref.nn.smooth_activation import CELU as CELU
from convref.nn.smooth_activation import ELU as ELU
from convref.nn.smooth_activation import GELU as GELU
from convref.nn.smooth_activation import SELU as SELU
from convref.nn.smooth_activation import Mish as Mish
from convref.nn.smooth_activation import SiLU as SiLU
from convref.nn.smooth_activation import Softplus as Softplus
from convref.nn.softmax import GLU as GLU
from convref.nn.softmax import LogSoftmax as LogSoftmax
from convref.nn.softmax import Softmax as Softmax
from convref.nn.softmax import Softmax2d as Softmax2d
from convref.nn.softmax import Softmin as Softmin
from convref.nn.squashing import Hardshrink as Hardshrink
from convref.nn.squashing import Hardsigmoid as Hardsigmoid
from convref.nn.squashing import Hardswish as Hardswish
from convref.nn.squashing import Hardtanh as Hardtanh
from convref.nn.squashing import LogSigmoid as LogSigmoid
from convref.nn.squashing import Sigmoid as Sigmoid
from convref.nn.squashing import Softshrink as Softshrink
from convref.nn.squashing import Softsign as Softsign
from convref.nn.squashing import Tanh as Tanh
from convref.nn.squashing import Tanhshrink as Tanhshrink
from convref.nn.squashing import Threshold as Threshold
from convref.nn.step import Step as Step
from convref.nn.taps import ResizeLike as ResizeLike
from convref.nn.taps import Tap as Tap
from convref.nn.taps import Tapped as Tapped
from convref.nn.trace import Plan as Plan
from convref.nn.trace import trace as trace
from convref.nn.upsample import Upsample as Upsample
from convref.nn.upsample import UpsamplingBilinear2d as UpsamplingBilinear2d
from convref.nn.upsample import UpsamplingNearest2d as UpsamplingNearest2d
from convref.nn.window import Reach as Reach
from convref.nn.window import Window as Window

if not TYPE_CHECKING:  # with this function, a type checker would accept every name

    def __getattr__(name):
        """Raise an `AttributeError` whose message names the layers with the most similar names."""
        rule = f"convref.nn has no {name!r}"
        if not name.startswith("_"):  # Python itself looks up names with underscores; they are not misspelt
            from convref.wording import nearest, nearest_text

            near = nearest_text(nearest(name, [each for each in globals() if each[0].isupper()]))
            rule = "; ".join(filter(None, (rule, near)))
        raise AttributeError(rule)
