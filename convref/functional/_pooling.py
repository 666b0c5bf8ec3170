"""Where a pool's windows lie: integers only, for any number of axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convref.arrays.arguments import per_axis
from convref.errors import ArgumentError, ShapeError


@dataclass(frozen=True)
class Pool:
    """The windows of a pool, one entry for each spatial axis.

    `after` is what the windows reach past the end: `padding`, less where the last window ends earlier,
    more where ceil_mode lets it hang over.
    """

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    output: tuple[int, ...]

    @property
    def after(self) -> tuple[int, ...]:
        """What the windows reach past the end of each axis; at least 0."""
        return tuple(
            max(0, (out - 1) * s + d * (k - 1) + 1 - p - n)
            for n, k, s, p, d, out in zip(
                self.size, self.kernel, self.stride, self.padding, self.dilation, self.output, strict=True
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
    """Check a pool's arguments and work out its windows.

    Raises:
        ArgumentError: an argument breaks a rule of its own.
        ShapeError: not even one window fits.
    """
    rank = len(size)
    kernel = per_axis(where, "kernel_size", kernel_size, rank, minimum=1)
    steps = kernel if _left_out(stride) else per_axis(where, "stride", stride, rank, minimum=1)
    pads = per_axis(where, "padding", padding, rank, minimum=0)
    spread = per_axis(where, "dilation", dilation, rank, minimum=1)
    for k, p, d in zip(kernel, pads, spread, strict=True):
        if p > (d * (k - 1) + 1) // 2:
            raise ArgumentError(
                f"{where}: padding (={padding!r}) must be at most half of the window, "
                f"kernel_size {kernel} with dilation {spread}"
            )
    output = tuple(
        _windows(n, k, s, p, d, ceil_mode=ceil_mode)
        for n, k, s, p, d in zip(size, kernel, steps, pads, spread, strict=True)
    )
    if min(output) < 1:
        raise ShapeError(
            f"{where}: input of size {tuple(size)} with padding {pads} must not be smaller than "
            f"the window, kernel_size {kernel} with dilation {spread}"
        )
    return Pool(tuple(size), kernel, steps, pads, spread, output)


def _left_out(stride: Any) -> bool:
    return stride is None or (isinstance(stride, Sequence) and not stride)


def _windows(n: int, k: int, s: int, p: int, d: int, *, ceil_mode: bool) -> int:
    room = n + 2 * p - d * (k - 1) - 1
    if not ceil_mode:
        return room // s + 1
    count = -(-room // s) + 1
    # A window that hangs over must still start inside the input or its left padding.
    return count - 1 if (count - 1) * s >= n + p else count
