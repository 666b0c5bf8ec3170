"""Which inputs make an output when an axis is resized, and with what weights.

A plan of one axis is a pair of arrays of shape (outputs, taps): places and weights. Taps that would
fall outside of the axis have the place of its edge.

Output i of m stands at (i + 0.5) · scale - 0.5 of an axis of n (both ends of the first and last pixel
coincide), or with align_corners at i · scale (their centres do).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convref.arrays.windows import Array

INTERPOLATION = -0.75
ANTIALIASED = -0.5
"""Keys' free parameter of the cubic kernel: torch takes another one when it smooths."""


@dataclass(frozen=True)
class Resize:
    """How one axis is resized: from n to m entries, `scale` of them to a step."""

    n: int
    m: int
    scale: float
    align_corners: bool

    def places(self) -> Array:
        """Where the outputs stand among the inputs."""
        i = np.arange(self.m)
        return np.asarray(i * self.scale if self.align_corners else (i + 0.5) * self.scale - 0.5)


def resize(n: int, m: int, factor: float | None, *, align_corners: bool) -> Resize:
    """The step between outputs: from the sizes, or from the scale factor where one was given.

    Example:
        >>> resize(4, 8, None, align_corners=False).scale
        0.5
    """
    if align_corners:
        return Resize(n, m, (n - 1) / (m - 1) if m > 1 else 0.0, align_corners=True)
    return Resize(n, m, 1 / factor if factor else n / m, align_corners=False)


def nearest(axis: Resize, shift: float, dtype: np.dtype[np.floating]) -> tuple[Array, Array]:
    """One tap: the place floor((i + shift) · scale), rounded as torch rounds it.

    torch computes in the type of the data and takes the floor in single precision, and at integers it
    shows.
    """
    place = (np.arange(axis.m).astype(dtype) + dtype.type(shift)) * dtype.type(axis.scale)
    index = np.floor(place.astype(np.float32)).astype(np.int64).clip(0, axis.n - 1)
    return index[:, np.newaxis], np.ones((axis.m, 1))


def linear(axis: Resize) -> tuple[Array, Array]:
    """Two taps: the neighbours, weighted by nearness."""
    place = np.maximum(axis.places(), 0)
    first = np.minimum(place.astype(np.int64), axis.n - 1)
    rest = place - first
    index = np.stack([first, np.minimum(first + 1, axis.n - 1)], axis=1)
    return index, np.stack([1 - rest, rest], axis=1)


def cubic(axis: Resize) -> tuple[Array, Array]:
    """Four taps, weighted by Keys' cubic kernel."""
    place = axis.places()
    index = np.floor(place).astype(np.int64)[:, np.newaxis] + np.arange(-1, 3)
    weight = cubic_kernel(place[:, np.newaxis] - index, INTERPOLATION)
    return index.clip(0, axis.n - 1), weight


def smoothed(axis: Resize, kernel: Callable[[Array], Array], radius: int) -> tuple[Array, Array]:
    """As many taps as the kernel covers when it is stretched over the pixels that an output replaces."""
    stretch = max(axis.scale, 1.0)
    centre = axis.scale * (np.arange(axis.m) + 0.5)
    first = np.maximum((centre - radius * stretch + 0.5).astype(np.int64), 0)
    last = np.minimum((centre + radius * stretch + 0.5).astype(np.int64), axis.n)
    index = first[:, np.newaxis] + np.arange((last - first).max())
    weight = kernel((index - centre[:, np.newaxis] + 0.5) / stretch)
    weight = np.where(index < last[:, np.newaxis], weight, 0)
    return index.clip(0, axis.n - 1), weight / weight.sum(axis=1, keepdims=True)


def triangle_kernel(t: Array) -> Array:
    """1 - |t| up to 1.

    Example:
        >>> triangle_kernel(np.array([0.0, -0.25, 2.0]))
        array([1.  , 0.75, 0.  ])
    """
    return np.asarray(np.maximum(1 - np.abs(t), 0))


def cubic_kernel(t: Array, a: float) -> Array:
    """Keys' kernel of radius 2 ("Cubic convolution interpolation for digital image processing", 1981).

    What is not a number stays so.

    Example:
        >>> cubic_kernel(np.array([0.0, 1.0, 1.5, 2.0, np.nan]), -0.5)
        array([ 1.    ,  0.    , -0.0625,  0.    ,     nan])
    """
    t = np.abs(t)
    near = ((a + 2) * t - (a + 3)) * t * t + 1
    far = (((t - 5) * t + 8) * t - 4) * a
    return np.where(t <= 1, near, np.where(t >= 2, 0.0, far))


def lanczos_kernel(t: Array) -> Array:
    """sinc(t) sinc(t / 3) up to 3 (Duchon, "Lanczos filtering in one and two dimensions", 1979).

    Example:
        >>> lanczos_kernel(np.array([0.0, 3.0])).round(9) + 0
        array([1., 0.])
    """
    return np.where(np.abs(t) < 3, np.sinc(t) * np.sinc(t / 3), 0.0)
