"""Compute convolutions as products of spectra; the cost does not grow with the size of the kernel.

By the convolution theorem, the spectrum of a cross-correlation is the input's spectrum times the complex
conjugate of the kernel's spectrum. Both transforms have the length of the padded input. The product then
belongs to a circular correlation, in which windows at the end wrap around to the start. The outputs of those
windows are exactly the ones where the kernel does not fit, and they are dropped.

Spectra are always in double precision. Every value of a spectrum depends on the whole feature map, so the
rounding error of an output is relative to the largest value of the map, not to the output itself. For the
same reason one NaN or infinity in a feature map reaches all of its outputs.

Source: Mathieu, Henaff and LeCun, "Fast training of convolutional networks through FFTs" (2013).
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from convref.algorithms.plan import ConvPlan
from convref.arrays.windows import Array, pad_constant, tap, taps

LIMIT = 1 << 26
"""Most bytes of kernel spectra held at a time; groups beyond that are computed in a later pass."""


def fft(x: Array, weight: Array, plan: ConvPlan) -> Array:
    """Convolve `x` (N, C, *size) with `weight` (O, C / groups, *kernel), without bias."""
    in_group, out_group = plan.in_channels // plan.groups, plan.out_channels // plan.groups
    padded = pad_constant(x, plan.before, plan.after)
    lengths = [fast_length(n) for n in padded.shape[2:]]
    maps = padded.reshape(plan.batch, plan.groups, in_group, *padded.shape[2:])
    kernels = _dilated(weight, plan).reshape(plan.groups, out_group, in_group, *plan.extent)
    y = np.empty((plan.batch, plan.groups, out_group, *plan.output), x.dtype)
    bytes_per_group = out_group * in_group * prod(lengths) * np.dtype(complex).itemsize
    step = max(1, LIMIT // max(1, bytes_per_group))
    for start in range(0, plan.groups, step):
        some = slice(start, start + step)
        # For complex kernels, conjugating before and after leaves the kernel unconjugated.
        spectra = np.conj(_transform(np.conj(kernels[some]), lengths))
        for image in range(plan.batch):
            inputs = _transform(maps[image, some], lengths)
            products = np.einsum("gi...,goi...->go...", inputs, spectra)
            y[image, some] = _outputs(products, lengths, plan, real=x.dtype.kind != "c")
    return y.reshape(plan.batch, plan.out_channels, *plan.output)


def fast_length(n: int) -> int:
    """Return the smallest length >= `n` without prime factors above 5, for which transforms are fast.

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


def _dilated(weight: Array, plan: ConvPlan) -> Array:
    """Return the kernel with dilation - 1 zeros inserted between neighbouring values on each axis."""
    dilated = np.zeros((*weight.shape[:2], *plan.extent), weight.dtype)
    dilated[taps((0,) * plan.rank, plan.dilation, (1,) * plan.rank, plan.kernel)] = weight
    return dilated


def _transform(x: Array, lengths: list[int]) -> Array:
    """Return the spectrum of `x` over its last axes, padded with zeros to `lengths`.

    If the input is real, half of the spectrum follows from the other half by symmetry, and is left out.
    """
    axes = range(-len(lengths), 0)
    if x.dtype.kind == "c":
        return np.fft.fftn(x.astype(np.complex128), lengths, axes)
    return np.fft.rfftn(x.astype(np.float64), lengths, axes)


def _outputs(spectrum: Array, lengths: list[int], plan: ConvPlan, *, real: bool) -> Array:
    """Transform a spectrum back, and return the outputs at which the whole kernel fits, `stride` apart."""
    y = (np.fft.irfftn if real else np.fft.ifftn)(spectrum, lengths, range(-plan.rank, 0))
    kept: Any = (..., *(tap(0, s, n) for s, n in zip(plan.stride, plan.output, strict=True)))
    return np.asarray(y[kept])
