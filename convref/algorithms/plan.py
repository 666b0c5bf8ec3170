"""Plan a convolution: all of its integers, worked out and checked before an array is touched.

A `Plan` is what every algorithm of this package is given. It holds for any number of spatial axes;
`size`, `kernel`, `stride`, `dilation`, `before`, `after` and `output` have one entry for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from convref.arrays.arguments import integer, per_axis
from convref.errors import ArgumentError, ShapeError


@dataclass(frozen=True)
class Plan:
    """The integers of one convolution of an (N, C, *size) input by an (O, C / groups, *kernel) weight.

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
        """The size of a window: the kernel's, with the gaps that dilation opens."""
        return tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel, strict=True))

    @property
    def macs(self) -> int:
        """Multiply-accumulates of the direct sum, padding counted."""
        return self.batch * self.out_channels * prod(self.output) * self.depth

    @property
    def depth(self) -> int:
        """Terms of the sum that makes one output value: channels of a group times the kernel's area."""
        return self.in_channels // self.groups * prod(self.kernel)


def same_padding(kernel: Sequence[int], dilation: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Zeros before and after each axis that keep its size at stride 1; an odd one goes after, as in torch.

    Example:
        >>> same_padding((3, 4), (1, 1))
        ((1, 1), (1, 2))
    """
    total = [step * (extent - 1) for extent, step in zip(kernel, dilation, strict=True)]
    return tuple(each // 2 for each in total), tuple(each - each // 2 for each in total)


def window_counts(
    size: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    before: Sequence[int],
    after: Sequence[int],
) -> tuple[int, ...]:
    """How many windows fit each padded axis, a stride apart; less than 1 where none does.

    Example:
        >>> window_counts((224,), (7,), (2,), (1,), (3,), (3,))
        (112,)
    """
    axes = zip(size, kernel, stride, dilation, before, after, strict=True)
    return tuple((n + first + last - d * (k - 1) - 1) // s + 1 for n, k, s, d, first, last in axes)


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
) -> Plan:
    """Check the arguments of a convolution and work out its `Plan`; shapes include the batch.

    Raises:
        ArgumentError: an argument breaks a rule of its own.
        ShapeError: the shapes do not fit each other.
    """
    rank = len(weight_shape) - 2
    groups = integer(where, "groups", groups, minimum=1)
    stride = per_axis(where, "stride", stride, rank, minimum=1)
    dilation = per_axis(where, "dilation", dilation, rank, minimum=1)
    batch, in_channels, *size = input_shape
    out_channels, depth, *kernel = weight_shape
    if min(out_channels, *kernel) < 1:
        raise ShapeError(f"{where}: weight (of shape {tuple(weight_shape)}) must have an output and a kernel")
    before, after = _padding(where, padding, kernel, stride, dilation)
    if out_channels % groups:
        raise ShapeError(f"{where}: groups (={groups}) must divide the {out_channels} rows of weight")
    if in_channels != depth * groups:
        raise ShapeError(
            f"{where}: input has {in_channels} channels, but weight (of shape {tuple(weight_shape)}) "
            f"with groups (={groups}) must get {depth * groups}"
        )
    if bias_shape is not None and tuple(bias_shape) != (out_channels,):
        raise ShapeError(f"{where}: bias (of shape {tuple(bias_shape)}) must have shape ({out_channels},)")
    output = window_counts(size, kernel, stride, dilation, before, after)
    if min(output) < 1:
        raise ShapeError(
            f"{where}: input of size {tuple(size)} with padding {padding!r} must not be smaller than "
            f"the kernel (of size {tuple(kernel)} with dilation {dilation})"
        )
    return Plan(
        batch, in_channels, out_channels, groups, tuple(size), tuple(kernel), stride, dilation,
        before, after, output,
    )  # fmt: skip


def _padding(
    where: str, padding: Any, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if not isinstance(padding, str):
        both = per_axis(where, "padding", padding, len(kernel), minimum=0)
        return both, both
    if padding == "valid":
        return (0,) * len(kernel), (0,) * len(kernel)
    if padding != "same":
        raise ArgumentError(f"{where}: padding (={padding!r}) must be integers, 'same' or 'valid'")
    if max(stride) > 1:
        raise ArgumentError(f"{where}: padding (='same') must come with stride 1, and stride is {stride}")
    return same_padding(kernel, dilation)
