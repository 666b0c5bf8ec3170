"""Plan the windows of a pool: integers only, for any number of axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convref.arrays.arguments import per_axis
from convref.arrays.geometry import window_counts, window_extent
from convref.errors import ArgumentError, ShapeError


@dataclass(frozen=True)
class Pool:
    """The windows of a pool, with one entry per spatial axis."""

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    output: tuple[int, ...]

    @property
    def after(self) -> tuple[int, ...]:
        """The elements by which the last window reaches past the end of each axis; at least 0.

        This is `padding`, or less where the last window ends earlier, or more where ceil_mode lets it
        reach further.
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
    """Check the arguments of a pool and return its windows.

    Raises:
        ArgumentError: an argument is invalid by itself.
        ShapeError: not even one window fits.
    """
    rank = len(size)
    kernel = per_axis(where, "kernel_size", kernel_size, rank, minimum=1)
    steps = (
        kernel if stride is None or _is_empty(stride) else per_axis(where, "stride", stride, rank, minimum=1)
    )
    pads = per_axis(where, "padding", padding, rank, minimum=0)
    spread = per_axis(where, "dilation", dilation, rank, minimum=1)
    # With more padding, a window could lie in it altogether, and a maximum over nothing is undefined.
    if any(p > extent // 2 for p, extent in zip(pads, window_extent(kernel, spread), strict=True)):
        raise ArgumentError(
            f"{where}: padding (={padding!r}) must be at most half of the window, "
            f"kernel_size {kernel} with dilation {spread}"
        )
    output = window_counts(size, kernel, steps, spread, pads, pads, ceil_mode=ceil_mode)
    if min(output) < 1:
        raise ShapeError(
            f"{where}: input of size {tuple(size)} with padding {pads} must not be smaller than "
            f"the window, kernel_size {kernel} with dilation {spread}"
        )
    return Pool(tuple(size), kernel, steps, pads, spread, output)


def _is_empty(stride: Any) -> bool:
    """Return whether `stride` is (), which torch's pools take for the kernel's size, as they take None."""
    return isinstance(stride, Sequence) and not stride
