"""The class `Pointwise`, the base of layers that compute each position only from the same input position."""

from __future__ import annotations

from convref.nn.base import Layer, Shape
from convref.nn.saved import INPUT_SAVED, Saved
from convref.nn.window import Reaches, own_positions


class Pointwise(Layer):
    """Base of layers that keep the shape, and whose output at a position depends only on the input there.

    Such layers count as computed in place. Subclasses implement `cost`. A subclass that does not accept every
    shape also overrides `output_shape` and checks the shape there.
    """

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape, unchanged."""
        return input_shape

    def makes_map(self, input_shape: Shape) -> bool:  # noqa: ARG002 - the contract's signature
        """Return False: the output counts as written over the input."""
        return False

    def reach(self, input_shape: Shape) -> Reaches:
        """Return the input positions that each output reads: only the same position."""
        return own_positions(len(input_shape))

    def saved(self, input_shape: Shape) -> Saved:  # noqa: ARG002 - the contract's signature
        """Return the values that autograd keeps: the input, which most gradients need."""
        return INPUT_SAVED
