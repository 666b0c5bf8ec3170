"""Dropout, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass

from convref.nn.base import Layer, Shape


@dataclass(frozen=True, repr=False)
class Dropout(Layer):
    """Zeroes elements at random in training, as in torch.nn.Dropout; the identity at inference.

    Shapes: any, unchanged.

    Raises:
        ArgumentError: `p` is not a probability.

    Source: Srivastava et al., 2014.

    Example:
        >>> Dropout(0.2).output_shape((4096,))
        (4096,)
    """

    p: float = 0.5
    inplace: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.p <= 1:
            raise self.fail("p", self.p, "must be a probability from 0 to 1")

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape
