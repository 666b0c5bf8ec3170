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

from convref.algorithms.plan import Plan
from convref.arrays.windows import Array, tap, taps, zero_pad

LIMIT = 1 << 26
"""Bytes of kernels' spectra made at a time, where there are groups to part."""


def fft(x: Array, weight: Array, plan: Plan) -> Array:
    """The convolution of `x` (N, C, *size) by `weight` (O, C / groups, *kernel), without bias."""
    in_group, out_group = plan.in_channels // plan.groups, plan.out_channels // plan.groups
    padded = zero_pad(x, plan.before, plan.after)
    lengths = [fast_length(n) for n in padded.shape[2:]]
    maps = padded.reshape(plan.batch, plan.groups, in_group, *padded.shape[2:])
    kernels = _spread(weight, plan).reshape(plan.groups, out_group, in_group, *plan.extent)
    y = np.empty((plan.batch, plan.groups, out_group, *plan.output), x.dtype)
    step = max(1, LIMIT // max(1, out_group * in_group * prod(lengths) * np.dtype(complex).itemsize))
    for start in range(0, plan.groups, step):
        some = slice(start, start + step)
        spectra = np.conj(_transform(np.conj(kernels[some]), lengths))
        for image in range(plan.batch):
            products = np.einsum("gi...,goi...->go...", _transform(maps[image, some], lengths), spectra)
            y[image, some] = _back(products, lengths, plan, real=x.dtype.kind != "c")
    return y.reshape(plan.batch, plan.out_channels, *plan.output)


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
    spread = np.zeros((*weight.shape[:2], *plan.extent), weight.dtype)
    spread[taps((0,) * plan.rank, plan.dilation, (1,) * plan.rank, plan.kernel)] = weight
    return spread


def _transform(x: Array, lengths: list[int]) -> Array:
    """The spectrum over the last axes; of real input the half that says all."""
    axes = range(-len(lengths), 0)
    if x.dtype.kind == "c":
        return np.fft.fftn(x.astype(np.complex128), lengths, axes)
    return np.fft.rfftn(x.astype(np.float64), lengths, axes)


def _back(spectrum: Array, lengths: list[int], plan: Plan, *, real: bool) -> Array:
    """The outputs of a spectrum: those where the kernel fits, a stride apart."""
    y = (np.fft.irfftn if real else np.fft.ifftn)(spectrum, lengths, range(-plan.rank, 0))
    steps: Any = (..., *(tap(0, s, n) for s, n in zip(plan.stride, plan.output, strict=True)))
    return np.asarray(y[steps])
