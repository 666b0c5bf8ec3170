"""Compute the window geometry of a pooling layer for any number of axes, without touching an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convref.arrays.arguments import per_axis
from convref.arrays.geometry import window_counts, window_extent
from convref.errors import ArgumentError, ShapeError


@dataclass(frozen=True)
class Pool:
    """The geometry of a pooling layer; every field has one integer per spatial axis."""

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    output: tuple[int, ...]

    @property
    def after(self) -> tuple[int, ...]:
        """The number of entries by which the last window extends past the end of each axis, at least 0.

        If the last window ends inside the padding, this is less than `padding`. If `ceil_mode` lets the
        window extend beyond the padding, it is more.
        """
        return tuple(
            max(0, (out - 1) * s + extent - p - n)
            for n, extent, s, p, out in zip(
                self.size,
                window_extent(self.kernel, self.dilation),
                self.stride,
                self.padding,
                self.output,
                strict=True,
            )
        )


def plan_pool(
    where: str,
    size: Sequence[int],
    kernel_size: Any,
    stride: Any,
    padding: Any = 0,
    dilation: Any = 1,
    *,
    ceil_mode: bool,
) -> Pool:
    """Check the arguments of a pooling function and return the geometry of its windows.

    `where` is the name of the function, for messages, and `size` the sizes of the input's spatial axes.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the padded input is smaller than the window.
    """
    rank = len(size)
    kernel = per_axis(where, "kernel_size", kernel_size, rank, minimum=1)
    steps = (
        kernel if stride is None or _is_empty(stride) else per_axis(where, "stride", stride, rank, minimum=1)
    )
    pads = per_axis(where, "padding", padding, rank, minimum=0)
    spread = per_axis(where, "dilation", dilation, rank, minimum=1)
    # With more padding, a window could lie entirely in the padding; a maximum over no values is undefined.
    if any(p > extent // 2 for p, extent in zip(pads, window_extent(kernel, spread), strict=True)):
        raise ArgumentError(
            f"{where}: padding (={padding!r}) must be at most half of the window's "
            f"size (kernel_size {kernel} with dilation {spread})"
        )
    output = window_counts(size, kernel, steps, spread, pads, pads, ceil_mode=ceil_mode)
    if min(output) < 1:
        raise ShapeError(
            f"{where}: input of size {tuple(size)} with padding {pads} must not be smaller "
            f"than the window (kernel_size {kernel} with dilation {spread})"
        )
    return Pool(tuple(size), kernel, steps, pads, spread, output)


def _is_empty(stride: Any) -> bool:
    """Return whether `stride` is an empty sequence, which torch's pools treat like None.

    The stride is then the kernel size.
    """
    return isinstance(stride, Sequence) and not stride
