"""Normalization, as in torch.nn."""

from __future__ import annotations

from dataclasses import dataclass

from convref.errors import ShapeError
from convref.nn.base import Cost, Layer, Shape, numel


@dataclass(frozen=True, repr=False)
class LocalResponseNorm(Layer):
    """Normalization over neighbouring channels, as in torch.nn.LocalResponseNorm.

    Each element is divided by `(k + alpha / size * sum of squares over size channels) ** beta`.

    Shapes: (C, *) unchanged.

    Raises:
        ArgumentError: `size` is not a positive integer.

    Source: Krizhevsky et al., 2012, section 3.3 (there `alpha` is not divided by `size`).

    Example:
        >>> LocalResponseNorm(5).output_shape((96, 55, 55))
        (96, 55, 55)
    """

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def __post_init__(self) -> None:
        self.integer("size", 1)

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        if len(input_shape) < 2:
            raise ShapeError(f"LocalResponseNorm takes an input of shape (C, *), but {input_shape} arrives")
        return input_shape

    def cost(self, input_shape: Shape) -> Cost:
        """Each element's square, the sum over `size` channels, scale and shift, a power, a division."""
        count = numel(input_shape)
        return Cost(adds=count * self.size, muls=2 * count, functions=2 * count)
