"""Max and average pooling, and the base of all pooling layers with a window, as in torch.nn."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.checks import spatial, too_large
from convref.nn.cost import Cost
from convref.nn.saved import INPUT_SAVED, Saved
from convref.nn.window import Reach, Reaches, Window, windowed

Ints = int | tuple[int, ...]


class WindowedPool(Layer):
    """Base of pooling with a window. A pool that keeps the spatial size counts as computed in place."""

    kernel_size: Ints
    stride: Ints | None
    ceil_mode: bool

    def __post_init__(self) -> None:
        rank = self.rank or 0
        self.normalize(kernel_size=self.integers("kernel_size", rank, 1))
        if self.stride is None:
            self.normalize(stride=self.kernel_size)
        self.normalize(stride=self.integers("stride", rank, 1))

    def _check_padding(self) -> None:
        padding = self.integers("padding", self.rank or 0, 0)
        self.normalize(padding=padding)
        for pad, kernel in zip(padding, self.sizes("kernel_size"), strict=True):
            if pad > kernel // 2:
                raise self.fail("padding", pad, f"must be at most half of kernel_size (={kernel})")

    def default(self, field: dataclasses.Field[Any]) -> object:
        """Return the default value of a field, which for `stride` is the kernel size."""
        return self.kernel_size if field.name == "stride" else super().default(field)

    def window(self, input_shape: Shape | None = None) -> Window:  # noqa: ARG002 - the contract's signature
        """Return the kernel as a window, which does not depend on the input."""
        kernel = self.sizes("kernel_size")
        ones = (1,) * len(kernel)
        padding: Shape = getattr(self, "padding", (0,) * len(kernel))
        return Window(kernel, self.sizes("stride"), padding, getattr(self, "dilation", ones))

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (C, *sizes), with the sizes that a convolution with the same window would give.

        With `ceil_mode`, there may be one more window per axis, which is only partly inside the input.
        """
        channels, space = self.channels_and_space(input_shape)
        window, sizes = self.window(), []
        for axis, (size, extent) in enumerate(zip(space, window.extent, strict=True)):
            padding, stride = window.padding[axis], self.sizes("stride")[axis]
            free = size + 2 * padding - extent
            count = (-(-free // stride) if self.ceil_mode else free // stride) + 1
            if count < 1:
                name = spatial(axis, len(space))
                raise ShapeError(
                    f"kernel_size (={self.kernel_size!r}) {too_large(extent, name, size, size + 2 * padding)}"
                )
            starts_outside = self.ceil_mode and (count - 1) * stride >= size + padding
            sizes.append(count - 1 if starts_outside else count)
        return (channels, *sizes)

    def makes_map(self, input_shape: Shape) -> bool:
        """Return whether the output is a new feature map, which it is if the spatial size changes."""
        return self.output_shape(input_shape) != input_shape

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: its window, in its own channel."""
        return (Reach(0), *windowed(self.window(input_shape))[1:])

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass: the input only."""
        return INPUT_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class MaxPool(WindowedPool):
    """The base of max pooling for one, two and three spatial axes."""

    kernel_size: Ints
    stride: Ints | None = None
    padding: Ints = 0
    dilation: Ints = 1
    return_indices: bool = False
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_padding()
        self.normalize(dilation=self.integers("dilation", self.rank or 0, 1))
        if self.return_indices:
            rule = "must be False: a layer has one output; the functions of convref.functional return indices"
            raise self.fail("return_indices", self.return_indices, rule)

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: n - 1 comparisons per output element, for a window of n elements."""
        each = numel(self.sizes("kernel_size")) - 1
        return Cost(comparisons=numel(self.output_shape(input_shape)) * each)

    def saved(self, input_shape: Shape) -> Saved:
        """Return the values that autograd keeps: the input and the index of each maximum."""
        return Saved(input=True, indices=numel(self.output_shape(input_shape)))


class MaxPool1d(MaxPool):
    """The maximum of each window, as in torch.nn.MaxPool1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: an argument is out of its range; `return_indices` is True.

    Example:
        >>> MaxPool1d(3, stride=2).output_shape((16, 50))
        (16, 24)
    """

    rank = 1


class MaxPool2d(MaxPool):
    """The maximum of each window, as in torch.nn.MaxPool2d; windows overlap if stride < kernel_size.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: an argument is out of its range; `return_indices` is True.

    Example:
        >>> MaxPool2d(2).output_shape((64, 224, 224))
        (64, 112, 112)
        >>> MaxPool2d(3, stride=2, ceil_mode=True).output_shape((64, 112, 112))
        (64, 56, 56)
    """

    rank = 2


class MaxPool3d(MaxPool):
    """The maximum of each window, as in torch.nn.MaxPool3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: an argument is out of its range; `return_indices` is True.

    Example:
        >>> MaxPool3d((1, 2, 2)).output_shape((64, 16, 112, 112))
        (64, 16, 56, 56)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class AvgPool(WindowedPool):
    """The base of average pooling for one, two and three spatial axes."""

    kernel_size: Ints
    stride: Ints | None = None
    padding: Ints = 0
    ceil_mode: bool = False
    count_include_pad: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_padding()

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: n - 1 additions and one division for each window of n elements."""
        out = numel(self.output_shape(input_shape))
        return Cost(adds=out * (numel(self.sizes("kernel_size")) - 1), functions=out)


class AvgPool1d(AvgPool):
    """The mean of each window, as in torch.nn.AvgPool1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> AvgPool1d(3, stride=2).output_shape((16, 50))
        (16, 24)
    """

    rank = 1


@dataclass(frozen=True, repr=False, eq=False)
class AvgPoolWithDivisor(AvgPool):
    """The base of average pooling with the argument `divisor_override`."""

    divisor_override: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.divisor_override is not None:
            self.integer("divisor_override", 1)


class AvgPool2d(AvgPoolWithDivisor):
    """The mean of each window, as in torch.nn.AvgPool2d.

    Padding counts as zeros in the mean unless `count_include_pad` is False.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> AvgPool2d(2, 2).output_shape((6, 28, 28))
        (6, 14, 14)
    """

    rank = 2


class AvgPool3d(AvgPoolWithDivisor):
    """The mean of each window, as in torch.nn.AvgPool3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> AvgPool3d((2, 7, 7), stride=1).output_shape((512, 2, 7, 7))
        (512, 1, 1, 1)
    """

    rank = 3
