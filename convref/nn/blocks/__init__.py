"""Functions that build operators from other layers.

The results are combinators of layers, so they can be analyzed, drawn and run like any network.
"""

from convref.nn.blocks.aspp import aspp as aspp
from convref.nn.blocks.conv_norm import conv_norm as conv_norm
from convref.nn.blocks.dense import dense_block as dense_block
from convref.nn.blocks.dense import dense_layer as dense_layer
from convref.nn.blocks.dense import dense_transition as dense_transition
from convref.nn.blocks.factored import asymmetric_conv as asymmetric_conv
from convref.nn.blocks.factored import depthwise_separable_conv as depthwise_separable_conv
from convref.nn.blocks.factored import diagonalwise_refactorization as diagonalwise_refactorization
from convref.nn.blocks.factored import flattened_conv as flattened_conv
from convref.nn.blocks.factored import stacked_conv as stacked_conv
from convref.nn.blocks.fire import fire as fire
from convref.nn.blocks.gated import gated_conv1d as gated_conv1d
from convref.nn.blocks.gated import gated_conv2d as gated_conv2d
from convref.nn.blocks.inception import inception_module as inception_module
from convref.nn.blocks.merging import shuffled_concat as shuffled_concat
from convref.nn.blocks.merging import weighted_sum as weighted_sum
from convref.nn.blocks.merging import widened_sum as widened_sum
from convref.nn.blocks.residual import basic_block as basic_block
from convref.nn.blocks.residual import bottleneck as bottleneck
from convref.nn.blocks.residual import residual as residual
from convref.nn.blocks.residual import shortcut as shortcut
from convref.nn.blocks.special import depthwise_conv as depthwise_conv
from convref.nn.blocks.special import dilated_conv as dilated_conv
from convref.nn.blocks.special import global_conv as global_conv
from convref.nn.blocks.special import global_depthwise_conv as global_depthwise_conv
from convref.nn.blocks.special import group_conv as group_conv
from convref.nn.blocks.special import pointwise_conv as pointwise_conv
from convref.nn.blocks.special import pointwise_group_conv as pointwise_group_conv
from convref.nn.blocks.squeeze_excitation import squeeze_excitation as squeeze_excitation
