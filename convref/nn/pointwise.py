"""`Pointwise`, the base of layers that keep the shape and compute each position from that position only."""

from __future__ import annotations

from convref.nn.base import Layer, Shape
from convref.nn.saved import INPUT_SAVED, Saved
from convref.nn.window import Reaches, own_positions


class Pointwise(Layer):
    """Base of layers that keep the shape, and whose output at a position depends only on the same position.

    They count as done in place.

    Subclasses add `cost`; those with requirements on the shape check it in `output_shape`.
    """

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, unchanged."""
        return input_shape

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return False: the output is written over the input."""
        return False

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: only its own position."""
        return own_positions(len(input_shape))

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return a `Saved` with the input, which most gradients need."""
        return INPUT_SAVED
