"""Check the arguments of a convolution and compute its sizes before any array is touched.

Every algorithm of this package takes a `ConvPlan`. It works for any number of spatial axes; `size`,
`kernel`, `stride`, `dilation`, `before`, `after` and `output` have one entry per spatial axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from convref.arrays.arguments import integer, per_axis
from convref.arrays.geometry import same_padding, window_counts, window_extent
from convref.errors import ArgumentError, ShapeError


@dataclass(frozen=True)
class ConvPlan:
    """The checked sizes and arguments of a convolution of (N, C, *size) with (O, C / groups, *kernel).

    `before` and `after` are the numbers of zeros added at the start and the end of each axis; `output` is the
    size of the result.

    Example:
        >>> plan_convolution("conv2d", (1, 3, 224, 224), (64, 3, 7, 7), stride=2, padding=3).output
        (112, 112)
    """

    batch: int
    in_channels: int
    out_channels: int
    groups: int
    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    output: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.size)

    @property
    def extent(self) -> tuple[int, ...]:
        """The size of a window on each axis, including the gaps between its entries that dilation adds."""
        return window_extent(self.kernel, self.dilation)

    @property
    def macs(self) -> int:
        """The number of multiply-accumulates of the direct algorithm, including those with padding zeros."""
        return self.batch * self.out_channels * prod(self.output) * self.depth

    @property
    def depth(self) -> int:
        """The number of terms of one output value: input channels per group times kernel positions."""
        return self.in_channels // self.groups * prod(self.kernel)


def plan_convolution(
    where: str,
    input_shape: Sequence[int],
    weight_shape: Sequence[int],
    *,
    bias_shape: Sequence[int] | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: Any = 1,
) -> ConvPlan:
    """Check the arguments of a convolution and return its `ConvPlan`.

    Args:
        where: the name of the function that was called, for messages.
        input_shape: (N, C, *size), with the batch.
        weight_shape: (O, C / groups, *kernel).
        bias_shape: the shape of the bias, which must be (O,), or None.
        stride: the distance between windows, one integer or one per axis.
        padding: the number of zeros on both sides of each axis, or ``"same"`` or ``"valid"``.
        dilation: the distance, along each axis, between neighbouring input values of one window.
        groups: the number of parts that the channels are split into.

    Raises:
        ArgumentError: an argument has an invalid type or value.
        ShapeError: the shapes do not fit each other.
    """
    rank = len(weight_shape) - 2
    groups = integer(where, "groups", groups, minimum=1)
    stride = per_axis(where, "stride", stride, rank, minimum=1)
    dilation = per_axis(where, "dilation", dilation, rank, minimum=1)
    batch, in_channels, *size = input_shape
    out_channels, depth, *kernel = weight_shape
    if min(out_channels, *kernel) < 1:
        raise ShapeError(f"{where}: weight (of shape {tuple(weight_shape)}) must have no axis of size 0")
    before, after = _padding(where, padding, kernel, stride, dilation)
    if out_channels % groups:
        raise ShapeError(
            f"{where}: groups (={groups}) must divide the {out_channels} output channels "
            "(first axis of weight)"
        )
    if in_channels != depth * groups:
        raise ShapeError(
            f"{where}: input has {in_channels} channels, but weight (of shape {tuple(weight_shape)}) "
            f"with groups (={groups}) expects {depth * groups}"
        )
    if bias_shape is not None and tuple(bias_shape) != (out_channels,):
        raise ShapeError(f"{where}: bias (of shape {tuple(bias_shape)}) must have shape ({out_channels},)")
    output = window_counts(size, kernel, stride, dilation, before, after)
    if min(output) < 1:
        raise ShapeError(
            f"{where}: input of size {tuple(size)} with padding {padding!r} must not be smaller than "
            f"the kernel (of size {tuple(kernel)} with dilation {dilation})"
        )
    return ConvPlan(
        batch, in_channels, out_channels, groups, tuple(size), tuple(kernel), stride, dilation,
        before, after, output,
    )  # fmt: skip


def _padding(
    where: str, padding: Any, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return two tuples: the numbers of zeros to add before each axis, and after each axis.

    `padding` is one number, one per axis, "same" or "valid".
    """
    if not isinstance(padding, str):
        both = per_axis(where, "padding", padding, len(kernel), minimum=0)
        return both, both
    if padding == "valid":
        return (0,) * len(kernel), (0,) * len(kernel)
    if padding != "same":
        raise ArgumentError(
            f"{where}: padding (={padding!r}) must consist of integers, or be 'same' or 'valid'"
        )
    if max(stride) > 1:
        raise ArgumentError(
            f"{where}: padding (='same') can only be used with stride 1, and stride is {stride}"
        )
    return same_padding(kernel, dilation)
