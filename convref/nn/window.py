"""The classes `Window` and `Reach`: the input positions that each output position of a layer reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from convref.nn.checks import Sizes


@dataclass(frozen=True, slots=True)
class Window:
    """The window of the input that one output element reads; each field has one number per spatial axis.

    `padding` is the number of elements added at the start of each axis (left, top). If a layer enlarges its
    input, neighbouring outputs are less than one input element apart: the stride is a fraction, and the
    kernel is the largest number of elements that any output reads.

    Example:
        >>> Window((3, 3), (1, 1), (2, 2), (2, 2)).extent
        (5, 5)
    """

    kernel: Sizes
    stride: tuple[int | Fraction, ...]
    padding: Sizes
    dilation: Sizes

    @property
    def extent(self) -> Sizes:
        """The size of the window including gaps: `dilation * (kernel - 1) + 1`."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))


@dataclass(frozen=True, slots=True)
class Reach:
    """The input positions that each output position reads, along one axis, as a repeating pattern.

    Position `r` of the output reads every `dilation`-th position of the input from `first[r]` to `last[r]`
    (no position if `last[r] < first[r]`). After `len(first)` output positions the pattern repeats, moved by
    `step` positions in the input. For example, `Reach(1, (-1,), (1,), 2)` is a window of 3 with stride 2 and
    padding 1. For most layers the pattern has one position; for a layer that enlarges an axis it has several.
    With `step` 0, every output position reads the same input positions.

    Attributes:
        axis: the index of the axis in the output, without the batch.
        first, last: the first and last input position that is read, for each output position of the pattern;
            they may lie outside of the input, in the padding.
        step: the distance in the input by which the pattern moves when it repeats.
        dilation: the distance between neighbouring positions that are read.
    """

    axis: int
    first: tuple[int, ...] = (0,)
    last: tuple[int, ...] = (0,)
    step: int = 1
    dilation: int = 1


Reaches = tuple[Reach | None, ...]
"""A `Reach` for each axis of the input; None for an axis that is mixed, such as channels, or removed."""


@lru_cache(maxsize=16)
def own_positions(axes: int) -> Reaches:
    """Return the reach of a layer with `axes` axes whose outputs read only the input at the same position.

    Example:
        >>> own_positions(1)
        (Reach(axis=0, first=(0,), last=(0,), step=1, dilation=1),)
    """
    return tuple([Reach(axis) for axis in range(axes)])


def whole_axis(axis: int, size: int) -> Reach:
    """Return the reach along an axis of length `size` if each output reads all of it, as in attention."""
    return Reach(axis, (0,), (size - 1,), step=0)


def windowed(window: Window) -> Reaches:
    """Return the `Reach` along each axis for a layer whose outputs read a window of all channels.

    The strides of the window must be integers.

    Example:
        >>> windowed(Window((3,), (2,), (1,), (1,)))
        (None, Reach(axis=1, first=(-1,), last=(1,), step=2, dilation=1))
    """
    parts = zip(window.kernel, window.stride, window.padding, window.dilation, strict=True)
    reaches = [
        Reach(axis, (-padding,), (dilation * (kernel - 1) - padding,), int(stride), dilation)
        for axis, (kernel, stride, padding, dilation) in enumerate(parts, 1)
    ]
    return (None, *reaches)


def pooled_axis(axis: int, size: int, out: int) -> Reach:
    """Return the reach along an axis of adaptive pooling, which divides `size` positions into `out` windows.

    Window `r` begins at `floor(r * size / out)` and ends before `ceil((r + 1) * size / out)`.

    Example:
        >>> pooled_axis(1, 8, 3)
        Reach(axis=1, first=(0, 2, 5), last=(2, 5, 7), step=8, dilation=1)
    """
    common = math.gcd(size, out)  # the pattern of windows repeats `common` times
    step, period = size // common, out // common
    first = tuple([index * step // period for index in range(period)])
    last = tuple([-(-(index + 1) * step // period) - 1 for index in range(period)])
    return Reach(axis, first, last, step)


def spread_axis(axis: int, kernel: int, stride: int, padding: int, dilation: int) -> Reach:
    """Return the reach along one axis of a transposed convolution: the inputs that add to each output.

    Input `i` adds to output `i * stride + dilation * tap - padding` for each position `tap` of the kernel.

    Example:
        >>> spread_axis(1, kernel=3, stride=2, padding=1, dilation=1)
        Reach(axis=1, first=(0, 0), last=(0, 1), step=1, dilation=1)
    """
    first, last = [], []
    for index in range(stride):
        # A kernel position reads an input if its distance to this output is a multiple of the stride.
        moves = [index + padding - dilation * tap for tap in range(kernel)]
        seen = [move // stride for move in moves if move % stride == 0] or [-1, 0]  # none: last < first
        first.append(seen[-1])
        last.append(seen[0])
    return Reach(axis, tuple(first), tuple(last), 1, dilation // math.gcd(dilation, stride))


TAPS = {"nearest": 1, "nearest-exact": 1, "area": 1, "linear": 2, "bilinear": 2, "trilinear": 2, "bicubic": 4}
"""The number of input elements, along each axis, from which an output is interpolated, by mode."""


def resampled_axis(axis: int, ratio: Fraction, mode: str, *, align_corners: bool = False) -> Reach:
    """Return the reach along an axis of interpolation, where neighbouring outputs are `ratio` inputs apart.

    As in torch, output `i` lies at position `(i + 1/2) * ratio - 1/2` of the input, or at `i * ratio` with
    `align_corners`. In mode "nearest" it reads the input at the whole part of `i * ratio`.

    Example:
        >>> resampled_axis(1, Fraction(1, 2), "bilinear")
        Reach(axis=1, first=(-1, 0), last=(0, 1), step=1, dilation=1)
    """
    first, last = [], []
    for index in range(ratio.denominator):
        at = index * ratio
        if mode == "nearest-exact":
            at += ratio / 2
        elif mode != "nearest" and not align_corners:
            at += ratio / 2 - Fraction(1, 2)
        left = math.floor(at)
        around = TAPS[mode] // 2 if at != left else 0  # exactly at an element, only this element has a weight
        first.append(left - max(0, around - 1))
        last.append(left + around if TAPS[mode] > 1 else left)
    return Reach(axis, tuple(first), tuple(last), ratio.numerator)
