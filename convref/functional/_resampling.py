"""Compute, for resizing one axis, which inputs each output reads and with which weights.

An output is a weighted sum of a few inputs, its taps. The functions for the interpolation modes return a pair
of arrays of shape (outputs, taps): the index of each tap's input, and its weight. A tap that would fall
outside of the axis reads the first or the last entry of the axis instead.

Output i lies at the input coordinate (i + 0.5) · scale - 0.5, where input j has the coordinate j. The outer
edges of the first and the last pixel therefore stay where they are. With align_corners output i lies at i ·
scale, and the centres of these two pixels stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convref.arrays.calls import checked
from convref.arrays.windows import Array

INTERPOLATION = -0.75
ANTIALIASED = -0.5
"""The free parameter of Keys' cubic kernel; torch uses another value with antialiasing."""


@dataclass(frozen=True)
class Resize:
    """The resizing of one axis from n to m entries.

    `scale` is the distance between neighbouring outputs on the input axis: 0.5 if the size is doubled.
    """

    n: int
    m: int
    scale: float
    align_corners: bool

    def coordinates(self) -> Array:
        """Return for each output its coordinate on the input axis, where input i has the coordinate i."""
        i = np.arange(self.m)
        return np.asarray(i * self.scale if self.align_corners else (i + 0.5) * self.scale - 0.5)


def resize(n: int, m: int, factor: float | None, *, align_corners: bool) -> Resize:
    """Return a `Resize` from n to m entries, with the scale 1 / factor, or n / m if `factor` is None.

    `factor` is the scale factor that the caller asked for, or None if it asked for a size. With
    `align_corners` the factor is ignored, and the scale is (n - 1) / (m - 1).

    Example:
        >>> resize(4, 8, None, align_corners=False).scale
        0.5
    """
    if align_corners:
        return Resize(n, m, (n - 1) / (m - 1) if m > 1 else 0.0, align_corners=True)
    return Resize(n, m, 1 / factor if factor else n / m, align_corners=False)


def nearest(axis: Resize, shift: float, dtype: np.dtype[np.floating]) -> tuple[Array, Array]:
    """Return one tap for each output i, with the weight 1: the input at index floor((i + shift) · scale).

    `shift` is 0 for the mode "nearest" and 0.5 for "nearest-exact". Where (i + shift) · scale is close to an
    integer, the result depends on rounding. This function rounds like torch, which computes in the type of
    the data (`dtype`) and takes the floor in single precision.
    """
    coordinate = (np.arange(axis.m).astype(dtype) + dtype.type(shift)) * dtype.type(axis.scale)
    index = np.floor(coordinate.astype(np.float32)).astype(np.int64).clip(0, axis.n - 1)
    return index[:, np.newaxis], np.ones((axis.m, 1))


@checked
def linear(axis: Resize) -> tuple[Array, Array]:
    """Return two taps per output: the two nearest inputs, with the weights of linear interpolation."""
    coordinate = np.maximum(axis.coordinates(), 0)  # before the first input, interpolation repeats it
    first = np.minimum(coordinate.astype(np.int64), axis.n - 1)
    rest = coordinate - first
    index = np.stack([first, np.minimum(first + 1, axis.n - 1)], axis=1)
    return index, np.stack([1 - rest, rest], axis=1)


def cubic(axis: Resize) -> tuple[Array, Array]:
    """Return four taps per output: the four nearest inputs, weighted by Keys' cubic kernel."""
    coordinate = axis.coordinates()
    index = np.floor(coordinate).astype(np.int64)[:, np.newaxis] + np.arange(-1, 3)
    weight = cubic_kernel(coordinate[:, np.newaxis] - index, INTERPOLATION)
    return index.clip(0, axis.n - 1), weight


def smoothed(axis: Resize, kernel: Callable[[Array], Array], radius: int) -> tuple[Array, Array]:
    """Return the taps of antialiased resizing, whose weights are `kernel` stretched by the scale.

    When an axis shrinks, the stretched kernel covers all inputs that an output replaces, so the output is
    their weighted mean. `radius` is the distance from 0 beyond which `kernel` is 0.
    """
    stretch = max(axis.scale, 1.0)
    centre = axis.scale * (np.arange(axis.m) + 0.5)
    first = np.maximum((centre - radius * stretch + 0.5).astype(np.int64), 0)
    last = np.minimum((centre + radius * stretch + 0.5).astype(np.int64), axis.n)
    index = first[:, np.newaxis] + np.arange((last - first).max())
    # Outputs near an end have fewer taps; the surplus ones get the weight 0, so that rows have equal length.
    weight = kernel((index - centre[:, np.newaxis] + 0.5) / stretch)
    weight = np.where(index < last[:, np.newaxis], weight, 0)
    return index.clip(0, axis.n - 1), weight / weight.sum(axis=1, keepdims=True)


def triangle_kernel(t: Array) -> Array:
    """Return 1 - |t| for |t| <= 1, and 0 beyond.

    Example:
        >>> triangle_kernel(np.array([0.0, -0.25, 2.0]))
        array([1.  , 0.75, 0.  ])
    """
    return np.asarray(np.maximum(1 - np.abs(t), 0))


def cubic_kernel(t: Array, a: float) -> Array:
    """Return Keys' cubic kernel with parameter `a` at `t`; it is 0 for |t| >= 2, and NaN for NaN.

    Source: Keys, "Cubic convolution interpolation for digital image processing" (1981).

    Example:
        >>> cubic_kernel(np.array([0.0, 1.0, 1.5, 2.0, np.nan]), -0.5)
        array([ 1.    ,  0.    , -0.0625,  0.    ,     nan])
    """
    t = np.abs(t)
    near = ((a + 2) * t - (a + 3)) * t * t + 1
    far = (((t - 5) * t + 8) * t - 4) * a
    return np.where(t <= 1, near, np.where(t >= 2, 0.0, far))


def lanczos_kernel(t: Array) -> Array:
    """Return sinc(t) sinc(t / 3) for |t| < 3, and 0 beyond.

    Source: Duchon, "Lanczos filtering in one and two dimensions" (1979).

    Example:
        >>> lanczos_kernel(np.array([0.0, 3.0])).round(9) + 0
        array([1., 0.])
    """
    return np.where(np.abs(t) < 3, np.sinc(t) * np.sinc(t / 3), 0.0)
