"""Pooling, as in torch.nn."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from convref.errors import ShapeError
from convref.nn.base import Cost, Layer, Shape, Window, numel

Ints = int | tuple[int, ...]


class _Pool(Layer):
    """What pools with a window share: sizes, and the rule that a pool that changes no size makes no map."""

    kernel_size: Ints
    stride: Ints | None
    padding: Ints
    ceil_mode: bool

    def __post_init__(self) -> None:
        rank = self.rank or 0
        self.normalize(kernel_size=self.integers("kernel_size", rank, 1))
        if self.stride is None:
            self.normalize(stride=self.kernel_size)
        self.normalize(stride=self.integers("stride", rank, 1), padding=self.integers("padding", rank, 0))
        for pad, kernel in zip(self._ints("padding"), self._ints("kernel_size"), strict=True):
            if pad > kernel // 2:
                raise self.fail("padding", self.padding, f"must be at most half of kernel_size (={kernel})")

    def _ints(self, name: str) -> Shape:
        value: Shape = getattr(self, name)
        return value

    def default(self, field: dataclasses.Field[Any]) -> object:
        """A pool's stride is its kernel size when not given."""
        return self.kernel_size if field.name == "stride" else super().default(field)

    def window(self, input_shape: Shape | None = None) -> Window:  # noqa: ARG002 - the contract's signature
        """The kernel as a window on the input, whatever its size."""
        ones = (1,) * len(self._ints("kernel_size"))
        dilation: Shape = getattr(self, "dilation", ones)
        return Window(self._ints("kernel_size"), self._ints("stride"), self._ints("padding"), dilation)

    def output_shape(self, input_shape: Shape) -> Shape:
        """(C, *sizes), as a convolution's; with `ceil_mode` the last window may hang over the end."""
        channels, space = self.channels_and_space(input_shape)
        window, sizes = self.window(), []
        for axis, (size, extent) in enumerate(zip(space, window.extent, strict=True)):
            padding, stride = window.padding[axis], window.stride[axis]
            free = size + 2 * padding - extent
            if free < 0:
                raise ShapeError(
                    f"kernel_size (={self.kernel_size!r}) reaches over {extent}, but the input of size "
                    f"{size} on axis {axis + 2} is {size + 2 * padding} with its padding"
                )
            count = (-(-free // stride) if self.ceil_mode else free // stride) + 1
            starts_outside = self.ceil_mode and (count - 1) * stride >= size + padding
            sizes.append(count - 1 if starts_outside else count)
        return (channels, *sizes)

    def makes_map(self, input_shape: Shape) -> bool:
        """Where the size changes."""
        return self.output_shape(input_shape) != input_shape


@dataclass(frozen=True, repr=False)
class _MaxPool(_Pool):
    kernel_size: Ints
    stride: Ints | None = None
    padding: Ints = 0
    dilation: Ints = 1
    return_indices: bool = False
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.normalize(dilation=self.integers("dilation", self.rank or 0, 1))
        if self.return_indices:
            rule = "is not for a description, which gives one tensor; use convref.functional for indices"
            raise self.fail("return_indices", self.return_indices, rule)

    def cost(self, input_shape: Shape) -> Cost:
        """One comparison less than the window has elements, for each output element."""
        each = numel(self._ints("kernel_size")) - 1
        return Cost(comparisons=numel(self.output_shape(input_shape)) * each)


class MaxPool1d(_MaxPool):
    """The largest of each window, as in torch.nn.MaxPool1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: an argument is out of its range; `return_indices` is asked for.

    Example:
        >>> MaxPool1d(3, stride=2).output_shape((16, 50))
        (16, 24)
    """

    rank = 1


class MaxPool2d(_MaxPool):
    """The largest of each window, as in torch.nn.MaxPool2d; windows overlap where stride < kernel_size.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: an argument is out of its range; `return_indices` is asked for.

    Example:
        >>> MaxPool2d(2).output_shape((64, 224, 224))
        (64, 112, 112)
        >>> MaxPool2d(3, stride=2, ceil_mode=True).output_shape((64, 112, 112))
        (64, 56, 56)
    """

    rank = 2


class MaxPool3d(_MaxPool):
    """The largest of each window, as in torch.nn.MaxPool3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: an argument is out of its range; `return_indices` is asked for.

    Example:
        >>> MaxPool3d((1, 2, 2)).output_shape((64, 16, 112, 112))
        (64, 16, 56, 56)
    """

    rank = 3


@dataclass(frozen=True, repr=False)
class _AdaptivePool(Layer):
    output_size: int | tuple[int | None, ...] | None

    def __post_init__(self) -> None:
        rank, size = self.rank or 0, self.output_size
        sizes = tuple(size) if isinstance(size, (tuple, list)) else (size,) * rank
        if len(sizes) != rank or not all(
            each is None or (isinstance(each, int) and each >= 1) for each in sizes
        ):
            what = "an integer" if rank == 1 else f"an integer or a tuple of {rank} integers"
            raise self.fail("output_size", size, f"must be {what} of at least 1; None keeps a size")
        self.normalize(output_size=sizes)

    def output_shape(self, input_shape: Shape) -> Shape:
        """(C, *output_size), None keeping the input's size."""
        channels, space = self.channels_and_space(input_shape)
        sizes = self.output_size if isinstance(self.output_size, tuple) else ()
        return (channels, *[size if want is None else want for want, size in zip(sizes, space, strict=True)])

    def window(self, input_shape: Shape) -> Window:
        """The largest of the windows, which start at `floor(i * size / output_size)`."""
        pairs = list(zip(input_shape[1:], self.output_shape(input_shape)[1:], strict=True))
        kernels = tuple(
            max(-(-(index + 1) * size // out) - index * size // out for index in range(out))
            for size, out in pairs
        )
        ones = (1,) * len(pairs)
        return Window(kernels, tuple(max(1, size // out) for size, out in pairs), (0,) * len(pairs), ones)

    def makes_map(self, input_shape: Shape) -> bool:
        """Where the size changes."""
        return self.output_shape(input_shape) != input_shape


class _AdaptiveAvgPool(_AdaptivePool):
    def cost(self, input_shape: Shape) -> Cost:
        """The additions within each window and one division for each output element."""
        out = numel(self.output_shape(input_shape))
        elements = input_shape[0]
        for size, count in zip(input_shape[1:], self.output_shape(input_shape)[1:], strict=True):
            elements *= sum(-(-(index + 1) * size // count) - index * size // count for index in range(count))
        return Cost(adds=elements - out, functions=out)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The mean of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveAvgPool1d.

    Shapes: (C, L) -> (C, output_size).

    Raises:
        ArgumentError: `output_size` is not a positive integer or None.

    Example:
        >>> AdaptiveAvgPool1d(5).output_shape((64, 8))
        (64, 5)
    """

    rank = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The mean of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveAvgPool2d.

    With `output_size` 1 it is global average pooling.

    Shapes: (C, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None.

    Example:
        >>> AdaptiveAvgPool2d((7, 7)).output_shape((512, 14, 14))
        (512, 7, 7)
        >>> AdaptiveAvgPool2d((7, 7)).makes_map((512, 7, 7))
        False
    """

    rank = 2


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The mean of windows chosen so that the output has the size wanted, as in torch.nn.AdaptiveAvgPool3d.

    Shapes: (C, D, H, W) -> (C, *output_size).

    Raises:
        ArgumentError: `output_size` is not made of positive integers or None.

    Example:
        >>> AdaptiveAvgPool3d((None, 1, 1)).output_shape((64, 8, 9, 10))
        (64, 8, 1, 1)
    """

    rank = 3
