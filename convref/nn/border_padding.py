"""Padding with values of the input (reflection, replication, circular), as in torch.nn.

Negative padding crops the input.
"""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.base import Shape
from convref.nn.padding import Pad
from convref.nn.saved import INPUT_SAVED, Saved


@dataclass(frozen=True, repr=False, eq=False)
class ReflectionPad(Pad):
    """The base of reflection padding, which mirrors the input at its border element."""

    padding: int | Shape
    mode = "reflect"

    def limit(self, size: int) -> int:
        """Return the largest padding of one side: `size - 1`, because the border element is not repeated."""
        return size - 1

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass.

        This is the input, which PyTorch keeps although the gradient needs only its size.
        """
        return INPUT_SAVED


class ReflectionPad1d(ReflectionPad):
    """Padding of the spatial axis by reflection at the border element, as in torch.nn.ReflectionPad1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReflectionPad1d((2, 1)).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class ReflectionPad2d(ReflectionPad):
    """Padding of 2 spatial axes by reflection at the border element, as in torch.nn.ReflectionPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReflectionPad2d((2, 1, 0, 0)).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class ReflectionPad3d(ReflectionPad):
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
class ReplicationPad(Pad):
    """The base of padding that repeats the border elements."""

    padding: int | Shape
    mode = "replicate"

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps for the backward pass.

        This is the input, which PyTorch keeps although the gradient needs only its size.
        """
        return INPUT_SAVED


class ReplicationPad1d(ReplicationPad):
    """Padding of the spatial axis by repeating its border elements, as in torch.nn.ReplicationPad1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReplicationPad1d((2, 1)).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class ReplicationPad2d(ReplicationPad):
    """Padding of 2 spatial axes by repeating their border elements, as in torch.nn.ReplicationPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReplicationPad2d((2, 1, 0, 0)).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class ReplicationPad3d(ReplicationPad):
    """Padding of 3 spatial axes by repeating their border elements, as in torch.nn.ReplicationPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> ReplicationPad3d((2, 1, 0, 0, 0, 0)).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3


@dataclass(frozen=True, repr=False, eq=False)
class CircularPad(Pad):
    """The base of circular padding, which pads each end of an axis with elements of its other end."""

    padding: int | Shape
    mode = "circular"

    def limit(self, size: int) -> int:
        """Return the largest padding of one side: `size`, because each element can be used only once."""
        return size


class CircularPad1d(CircularPad):
    """Circular padding of one axis: each end gets elements of the other end, as in torch.nn.CircularPad1d.

    Shapes: (C, L) -> (C, L').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> CircularPad1d((2, 1)).output_shape((8, 10))
        (8, 13)
    """

    rank = 1


class CircularPad2d(CircularPad):
    """Circular padding of 2 axes: each end gets elements of the other end, as in torch.nn.CircularPad2d.

    Shapes: (C, H, W) -> (C, H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> CircularPad2d((2, 1, 0, 0)).output_shape((8, 10, 10))
        (8, 10, 13)
    """

    rank = 2


class CircularPad3d(CircularPad):
    """Circular padding of 3 axes: each end gets elements of the other end, as in torch.nn.CircularPad3d.

    Shapes: (C, D, H, W) -> (C, D', H', W').

    Raises:
        ArgumentError: a padding is not an integer.

    Example:
        >>> CircularPad3d((2, 1, 0, 0, 0, 0)).output_shape((8, 10, 10, 10))
        (8, 10, 10, 13)
    """

    rank = 3
