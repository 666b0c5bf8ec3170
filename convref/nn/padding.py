"""Constant and zero padding, and the base of all padding layers, as in torch.nn.

Negative padding crops the input.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import ClassVar

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape
from convref.nn.checks import spatial
from convref.nn.cost import NO_COST, Cost
from convref.nn.saved import NOTHING_SAVED, Saved
from convref.nn.window import Reach, Reaches, Window, windowed

NO_LIMIT = -sys.maxsize


class Pad(Layer):
    """The base of all padding layers.

    `padding` is one integer for all sides, or two integers per spatial axis, beginning with the last axis:
    (left, right, top, bottom) for two axes.
    """

    padding: int | Shape
    mode: ClassVar[str] = "constant"
    is_padding = True

    def __post_init__(self) -> None:
        self.normalize(padding=self.integers("padding", 2 * (self.rank or 0), NO_LIMIT))

    @property
    def sides(self) -> tuple[tuple[int, int], ...]:
        """For each spatial axis, in the order of the shape, the numbers of elements added at both ends."""
        flat = self.sizes("padding")
        return tuple(zip(flat[0::2], flat[1::2], strict=True))[::-1]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (C, *sizes), where each size is that of the input plus the padding on both sides."""
        channels, space = self.channels_and_space(input_shape)
        sizes = tuple(size + sum(pair) for size, pair in zip(space, self.sides, strict=True))
        if min(sizes) < 1:
            raise ShapeError(
                f"padding (={self.padding}) crops the input of shape {input_shape} to an empty one"
            )
        for axis, (size, pair) in enumerate(zip(space, self.sides, strict=True)):
            if max(pair) > self.limit(size):
                raise ShapeError(
                    f"padding (={self.padding}) must be at most {self.limit(size)} for an input of "
                    f"{spatial(axis, len(space))} {size}"
                )
        return (channels, *sizes)

    def limit(self, size: int) -> int:  # noqa: ARG002 - for padding with values of the input
        """Return the largest padding allowed on one side of an axis of this size."""
        return -NO_LIMIT

    def window(self, input_shape: Shape) -> Window:  # noqa: ARG002 - the contract's signature
        """Return a window of one element, which is shifted by the padding at the start of each axis."""
        ones = (1,) * len(self.sides)
        return Window(ones, ones, tuple(before for before, _ in self.sides), ones)

    def cost(self, input_shape: Shape) -> Cost:  # noqa: ARG002 - the contract's signature
        """Return a cost of zero: elements are only copied."""
        return NO_COST

    def makes_map(self, input_shape: Shape) -> bool:
        """Return whether the output is a new feature map, which it is if the spatial size changes."""
        return self.output_shape(input_shape) != input_shape

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: its own minus the padding at the start."""
        return (Reach(0), *windowed(self.window(input_shape))[1:])

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return an empty `Saved`, because autograd keeps no values for the backward pass.

        The gradient is a slice of the output's gradient.
        """
        return NOTHING_SAVED


@dataclass(frozen=True, repr=False, eq=False)
class ConstantPad(Pad):
    """The base of padding with a constant."""

    padding: int | Shape
    value: float

    def __post_init__(self) -> None:
        super().__post_init__()
        self.number("value")


class ConstantPad1d(ConstantPad):
    """Padding of the spatial axis with `value`, as in torch.nn.ConstantPad1d.

    Padding (n, 0) adds elements only at the start. A convolution with kernel size n + 1 after it is causal.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer, or the value is not a number.

    Example:
        >>> ConstantPad1d((2, 1), 0.5).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class ConstantPad2d(ConstantPad):
    """Padding of 2 spatial axes with `value`, as in torch.nn.ConstantPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer, or the value is not a number.

    Example:
        >>> ConstantPad2d((2, 1, 0, 0), 0.5).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class ConstantPad3d(ConstantPad):
    """Padding of 3 spatial axes with `value`, as in torch.nn.ConstantPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding is not an integer, or the value is not a number.

    Example:
        >>> ConstantPad3d((2, 1, 0, 0, 0, 0), 0.5).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class ZeroPad(Pad):
    """The base of padding with zeros."""

    padding: int | Shape


class ZeroPad1d(ZeroPad):
    """Padding of the spatial axis with zeros, as in torch.nn.ZeroPad1d.

    Padding (n, 0) adds elements only at the start. A convolution with kernel size n + 1 after it is causal.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ZeroPad1d((2, 1)).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class ZeroPad2d(ZeroPad):
    """Padding of 2 spatial axes with zeros, as in torch.nn.ZeroPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ZeroPad2d((2, 1, 0, 0)).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class ZeroPad3d(ZeroPad):
    """Padding of 3 spatial axes with zeros, as in torch.nn.ZeroPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ZeroPad3d((2, 1, 0, 0, 0, 0)).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3
