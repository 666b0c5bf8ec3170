"""The ways to compute one convolution, each readable on its own.

`conv` computes one by the method named: ``"direct"`` (the definition), ``"im2col"`` (one matrix
product), ``"fft"`` (a product of spectra), ``"winograd"`` (fewer products) or ``"strassen"`` (im2col with
a faster matrix product). `choose` says which of them serves best.
"""

from convref.algorithms.choice import choose as choose
from convref.algorithms.conv import METHODS as METHODS
from convref.algorithms.conv import conv as conv

__all__ = ["METHODS", "choose", "conv"]
