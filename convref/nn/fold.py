"""The layers `Unfold` and `Fold`, as in torch.nn.

`Unfold` copies each window of a feature map into a column of a matrix. `Fold` does the reverse: it adds each
column of a matrix to a window of a feature map.
"""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.checks import of_input
from convref.nn.cost import NO_COST, Cost
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.window import Reaches
from convref.wording import counted

Ints = int | tuple[int, ...]


class SlidingWindows(Layer):
    """The base of `Unfold` and `Fold`, with windows that slide along two axes."""

    kernel_size: Ints
    dilation: Ints
    padding: Ints
    stride: Ints

    def _check_windows(self) -> None:
        for name, minimum in (("kernel_size", 1), ("dilation", 1), ("padding", 0), ("stride", 1)):
            self.normalize(**{name: self.integers(name, 2, minimum)})

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return True: the output is a new feature map."""
        return True

    def reach(self, input_shape: Shape) -> Reaches:
        """Return None for each axis: no axis of the matrix corresponds to one axis of the feature map."""
        return (None,) * len(input_shape)

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return an empty `Saved`, because autograd keeps no values for the backward pass.

        The gradient only moves or adds elements.
        """
        return NOTHING_SAVED

    def _counts(self, space: Shape) -> Shape:
        """Return the number of windows along each axis of a feature map of this size."""
        names = ("kernel_size", "dilation", "padding", "stride")
        counts = tuple(
            (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
            for size, kernel, dilation, padding, stride in zip(space, *map(self.sizes, names), strict=True)
        )
        if min(counts) < 1:
            raise ShapeError(
                f"kernel_size (={self.shown('', self.kernel_size)}) does not fit into an image of size "
                f"{space} with padding {self.shown('', self.padding)}"
            )
        return counts


@dataclass(frozen=True, repr=False, eq=False)
class Unfold(SlidingWindows):
    """Copies each window of a feature map into a column of a matrix, as torch.nn.Unfold.

    Shapes: (C, H, W) -> (C * K_h * K_w, L), where L is the number of windows.

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> Unfold(3, padding=1).output_shape((64, 14, 14))
        (576, 196)
    """

    kernel_size: Ints
    dilation: Ints = 1
    padding: Ints = 0
    stride: Ints = 1
    rank = 2

    def __post_init__(self) -> None:
        self._check_windows()

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (C * K_h * K_w, L), where L is the number of windows."""
        channels, space = self.channels_and_space(input_shape)
        return (channels * numel(self.sizes("kernel_size")), numel(self._counts(space)))

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero: elements are only copied."""
        return NO_COST


@dataclass(frozen=True, repr=False, eq=False)
class Fold(SlidingWindows):
    """Adds each column of a matrix to a window of a feature map, as torch.nn.Fold.

    Where windows overlap, their values are summed.

    Shapes: (C * K_h * K_w, L) -> (C, *output_size).

    Raises:
        ArgumentError: an argument is out of its range.

    Example:
        >>> Fold((14, 14), 3, padding=1).output_shape((576, 196))
        (64, 14, 14)
    """

    output_size: Ints
    kernel_size: Ints
    dilation: Ints = 1
    padding: Ints = 0
    stride: Ints = 1
    rank = 1

    def __post_init__(self) -> None:
        self.normalize(output_size=self.integers("output_size", 2, 1))
        self._check_windows()

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (C, *output_size)."""
        rows, (count,) = self.channels_and_space(input_shape)
        area = numel(self.sizes("kernel_size"))
        channels, over = divmod(rows, area)
        if over:
            raise ShapeError(
                f"a window of kernel_size (={self.shown('', self.kernel_size)}) has {area} elements, "
                f"so the number of rows of the input ({rows}) must be divisible by {area}"
            )
        windows = numel(self._counts(self.sizes("output_size")))
        if windows != count:
            raise ShapeError(
                f"output_size (={self.shown('', self.output_size)}) has {counted(windows, 'window')}, "
                f"which must equal {of_input(count, 'column')}"
            )
        return (channels, *self.sizes("output_size"))

    def cost(self, input_shape: Shape) -> Cost:
        """Return the cost: one addition per input element."""
        return Cost(adds=numel(input_shape))
