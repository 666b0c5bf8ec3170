"""`Pointwise`: the answers of layers that keep the shape and whose outputs see their own position only."""

from __future__ import annotations

from convref.nn.base import Layer, Shape
from convref.nn.saved import INPUT_SAVED, Saved
from convref.nn.window import Reaches, own_positions


class Pointwise(Layer):
    """A layer that keeps the shape, sees its own position only and counts as done in place.

    Subclasses add `cost`; those with requirements on the shape check it in `output_shape`.
    """

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return False: the output is written over the input."""
        return False

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the own position along each axis."""
        return own_positions(len(input_shape))

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the input, which most gradients need."""
        return INPUT_SAVED
