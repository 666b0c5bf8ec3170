"""Layers that add to the borders of a map, as in torch.nn; negative padding cuts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import ClassVar

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, Window
from convref.nn.checks import spatial

NO_LIMIT = -sys.maxsize


class Pad(Layer):
    """What paddings share.

    `padding` is one integer for all sides, or two for each spatial axis, the last axis first:
    (left, right, top, bottom).
    """

    padding: int | Shape
    mode: ClassVar[str] = "constant"

    def __post_init__(self) -> None:
        self.normalize(padding=self.integers("padding", 2 * (self.rank or 0), NO_LIMIT))

    @property
    def sides(self) -> tuple[tuple[int, int], ...]:
        """The elements added before and after, for each spatial axis in the order of the shape."""
        flat = self.sizes("padding")
        return tuple(zip(flat[0::2], flat[1::2], strict=True))[::-1]

    def output_shape(self, input_shape: Shape) -> Shape:
        """The channels, and each size with what is added on both sides."""
        channels, space = self.channels_and_space(input_shape)
        sizes = tuple(size + sum(pair) for size, pair in zip(space, self.sides, strict=True))
        if min(sizes) < 1:
            raise ShapeError(f"padding (={self.padding}) leaves nothing of the input {input_shape}")
        for place, (size, pair) in enumerate(zip(space, self.sides, strict=True)):
            if max(pair) > self.limit(size):
                raise ShapeError(
                    f"padding (={self.padding}) must be at most {self.limit(size)} for the "
                    f"{spatial(place, len(space))} of the input, {size}"
                )
        return (channels, *sizes)

    def limit(self, size: int) -> int:  # noqa: ARG002 - for paddings that take from the input
        """The most that can be added to one side of an axis of this size."""
        return -NO_LIMIT

    def window(self, input_shape: Shape) -> Window:  # noqa: ARG002 - the contract's signature
        """One element, moved by what stands before it."""
        ones = (1,) * len(self.sides)
        return Window(ones, ones, tuple(before for before, _ in self.sides), ones)

    def makes_map(self, input_shape: Shape) -> bool:
        """Where the size changes."""
        return self.output_shape(input_shape) != input_shape


@dataclass(frozen=True, repr=False, eq=False)
class _ConstantPad(Pad):
    padding: int | Shape
    value: float

    def __post_init__(self) -> None:
        super().__post_init__()
        self.number("value")


class ConstantPad1d(_ConstantPad):
    """Padding of the spatial axis with `value`, as in torch.nn.ConstantPad1d.

    With `padding` (n, 0) it makes the convolution after it causal.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding or the value is not a number.

    Example:
        >>> ConstantPad1d((2, 1), 0.5).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class ConstantPad2d(_ConstantPad):
    """Padding of 2 spatial axes with `value`, as in torch.nn.ConstantPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding or the value is not a number.

    Example:
        >>> ConstantPad2d((2, 1, 0, 0), 0.5).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class ConstantPad3d(_ConstantPad):
    """Padding of 3 spatial axes with `value`, as in torch.nn.ConstantPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding or the value is not a number.

    Example:
        >>> ConstantPad3d((2, 1, 0, 0, 0, 0), 0.5).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class _ZeroPad(Pad):
    padding: int | Shape


class ZeroPad1d(_ZeroPad):
    """Padding of the spatial axis with zeros, as in torch.nn.ZeroPad1d.

    With `padding` (n, 0) it makes the convolution after it causal.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ZeroPad1d((2, 1)).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class ZeroPad2d(_ZeroPad):
    """Padding of 2 spatial axes with zeros, as in torch.nn.ZeroPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ZeroPad2d((2, 1, 0, 0)).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class ZeroPad3d(_ZeroPad):
    """Padding of 3 spatial axes with zeros, as in torch.nn.ZeroPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ZeroPad3d((2, 1, 0, 0, 0, 0)).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class _ReflectionPad(Pad):
    padding: int | Shape
    mode = "reflect"

    def limit(self, size: int) -> int:
        """One less than there are elements."""
        return size - 1


class ReflectionPad1d(_ReflectionPad):
    """Padding of the spatial axis by reflection at the border element, as in torch.nn.ReflectionPad1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReflectionPad1d((2, 1)).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class ReflectionPad2d(_ReflectionPad):
    """Padding of 2 spatial axes by reflection at the border element, as in torch.nn.ReflectionPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReflectionPad2d((2, 1, 0, 0)).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class ReflectionPad3d(_ReflectionPad):
    """Padding of 3 spatial axes by reflection at the border element, as in torch.nn.ReflectionPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReflectionPad3d((2, 1, 0, 0, 0, 0)).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class _ReplicationPad(Pad):
    padding: int | Shape
    mode = "replicate"


class ReplicationPad1d(_ReplicationPad):
    """Padding of the spatial axis with the border's elements repeated, as in torch.nn.ReplicationPad1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReplicationPad1d((2, 1)).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class ReplicationPad2d(_ReplicationPad):
    """Padding of 2 spatial axes with the border's elements repeated, as in torch.nn.ReplicationPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReplicationPad2d((2, 1, 0, 0)).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class ReplicationPad3d(_ReplicationPad):
    """Padding of 3 spatial axes with the border's elements repeated, as in torch.nn.ReplicationPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReplicationPad3d((2, 1, 0, 0, 0, 0)).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class _CircularPad(Pad):
    padding: int | Shape
    mode = "circular"

    def limit(self, size: int) -> int:
        """As many as there are elements."""
        return size


class CircularPad1d(_CircularPad):
    """Padding of the spatial axis with the elements of the other end, as in torch.nn.CircularPad1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> CircularPad1d((2, 1)).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class CircularPad2d(_CircularPad):
    """Padding of 2 spatial axes with the elements of the other end, as in torch.nn.CircularPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> CircularPad2d((2, 1, 0, 0)).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class CircularPad3d(_CircularPad):
    """Padding of 3 spatial axes with the elements of the other end, as in torch.nn.CircularPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> CircularPad3d((2, 1, 0, 0, 0, 0)).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3
