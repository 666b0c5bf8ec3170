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
    input, neighbouring outputs are less than one input element apart. The stride is then a fraction, and the
    kernel is the largest number of input elements that any output reads.

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
        """The size of the window with the gaps between its elements: `dilation * (kernel - 1) + 1`."""
        return tuple([d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True)])


@dataclass(frozen=True, slots=True)
class Reach:
    """The input positions that each output position reads, along one axis, as a repeating pattern.

    Output position `r` reads every `dilation`-th input position from `first[r]` to `last[r]` (none if
    `last[r] < first[r]`). The pattern has `len(first)` output positions. Then it repeats, `step` input
    positions further on. For example, `Reach(1, (-1,), (1,), 2)` is a window of 3 with stride 2 and padding
    1. For most layers the pattern has one output position; for a layer that enlarges an axis it has several.
    With `step` 0, every output position reads the same input positions.

    Attributes:
        axis: the index of the axis in the output, without the batch.
        first, last: for each output position of the pattern, the first and the last input position that it
            reads. They may lie outside of the input, in the padding.
        step: the number of input positions by which the pattern moves on when it repeats.
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
    """Return the reach of a layer whose outputs read only the same input position; it has `axes` axes.

    Example:
        >>> own_positions(1)
        (Reach(axis=0, first=(0,), last=(0,), step=1, dilation=1),)
    """
    return tuple([Reach(axis) for axis in range(axes)])


def whole_axis(axis: int, size: int) -> Reach:
    """Return the reach along an axis if each output reads all `size` positions, as in attention."""
    return Reach(axis, (0,), (size - 1,), step=0)


def windowed(window: Window) -> Reaches:
    """Return the reach of a layer whose outputs read a window of all channels.

    It is None for the channels, and a `Reach` for each spatial axis. The strides of the window must be
    integers.

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
    """Return the reach along one axis of a transposed convolution: the inputs that contribute to each output.

    Input `i` contributes to output `i * stride + dilation * tap - padding`, for each kernel position `tap`.

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
    """Return the reach along an axis of interpolation; `ratio` is the distance between neighbouring outputs.

    The distance is measured in input positions: 1/2 for an upsampling by 2. As in torch, output `i` lies at
    position `(i + 1/2) * ratio - 1/2` of the input, or at `i * ratio` with `align_corners`. In mode "nearest"
    it reads the input at position `floor(i * ratio)`.

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
