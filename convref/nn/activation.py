"""Activation functions, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.base import Cost, Layer, Shape, numel


class _Elementwise(Layer):
    """A function of each element: any shape goes in and comes out."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape


@dataclass(frozen=True, repr=False)
class ReLU(_Elementwise):
    """Rectified linear unit, max(x, 0), as in torch.nn.ReLU.

    `inplace` is taken for the signature's sake; NumPy runs never change their input.

    Example:
        >>> ReLU().output_shape((64, 224, 224))
        (64, 224, 224)
    """

    inplace: bool = False

    def cost(self, input_shape: Shape) -> Cost:
        """One comparison an element."""
        return Cost(comparisons=numel(input_shape))
