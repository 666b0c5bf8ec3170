"""Operators that are compositions: built of other layers, so that every reading of them comes for nothing."""

from convref.nn.blocks.aspp import aspp as aspp
from convref.nn.blocks.conv_norm import conv_norm as conv_norm
from convref.nn.blocks.fire import fire as fire
from convref.nn.blocks.residual import basic_block as basic_block
from convref.nn.blocks.residual import bottleneck as bottleneck
from convref.nn.blocks.residual import residual as residual
from convref.nn.blocks.residual import shortcut as shortcut
from convref.nn.blocks.squeeze_excitation import squeeze_excitation as squeeze_excitation
