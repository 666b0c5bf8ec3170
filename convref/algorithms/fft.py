"""Convolution as a product of spectra: its cost does not grow with the kernel.

The transform of a correlation is one factor's times the conjugate of the other's. Both are as long as
the padded input: what wraps around falls on outputs where the kernel does not fit, and these are not
taken. Whatever the input's type, spectra are in double precision: an error is then in proportion to
the largest value of the map and not to the output's own. A NaN or an infinity anywhere in a map
spoils all of its outputs.

Source: Mathieu, Henaff and LeCun, "Fast training of convolutional networks through FFTs" (2013).
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from convref.algorithms.arrays import Array, tap, taps, zero_pad
from convref.algorithms.plan import Plan


def fft(x: Array, weight: Array, plan: Plan) -> Array:
    """The convolution of `x` (N, C, *size) by `weight` (O, C / groups, *kernel), without bias."""
    padded = zero_pad(x, plan.before, plan.after)
    lengths = [fast_length(n) for n in padded.shape[2:]]
    axes = list(range(-plan.rank, 0))
    spread = _spread(weight, plan)
    real = x.dtype.kind != "c"
    forward, inverse = (np.fft.rfftn, np.fft.irfftn) if real else (np.fft.fftn, np.fft.ifftn)
    inputs = forward(padded.astype(np.result_type(x, np.float64)), lengths, axes)
    kernels = forward(np.conj(spread.astype(np.result_type(x, np.float64))), lengths, axes)
    y = inverse(_multiplied(inputs, np.conj(kernels), plan), lengths, axes)
    steps: Any = (..., *(tap(0, s, n) for s, n in zip(plan.stride, plan.output, strict=True)))
    return np.asarray(y[steps], dtype=x.dtype)


def fast_length(n: int) -> int:
    """The least length from `n` on that has no prime factor above 5: transforms of it are fast.

    Example:
        >>> fast_length(226), fast_length(8)
        (240, 8)
    """
    while True:
        rest = n
        for prime in (2, 3, 5):
            while rest % prime == 0 and rest > 1:
                rest //= prime
        if rest == 1:
            return n
        n += 1


def _spread(weight: Array, plan: Plan) -> Array:
    """The kernel with the zeros between its values that dilation puts there."""
    extent = [d * (k - 1) + 1 for d, k in zip(plan.dilation, plan.kernel, strict=True)]
    spread = np.zeros((*weight.shape[:2], *extent), weight.dtype)
    spread[taps((0,) * plan.rank, plan.dilation, (1,) * plan.rank, plan.kernel)] = weight
    return spread


def _multiplied(inputs: Array, kernels: Array, plan: Plan) -> Array:
    """For every frequency and group the matrix product over channels."""
    spectrum = inputs.shape[2:]
    in_group, out_group = plan.in_channels // plan.groups, plan.out_channels // plan.groups
    left = inputs.reshape(plan.batch, plan.groups, in_group, prod(spectrum))
    right = kernels.reshape(plan.groups, out_group, in_group, prod(spectrum))
    y: Array = np.matmul(left.transpose(3, 1, 0, 2), right.transpose(3, 0, 2, 1))
    return y.transpose(2, 1, 3, 0).reshape(plan.batch, plan.out_channels, *spectrum)
