"""What shape a layer gives, by its description and by torch; None where it refuses the input."""

from __future__ import annotations

import torch

from convref.errors import ShapeError
from convref.nn import Layer, Shape
from convref.torch import build


def shape_here(layer: Layer, shape: Shape) -> Shape | None:
    """The output's shape by the description."""
    try:
        return layer.output_shape(shape)
    except ShapeError:
        return None


def shape_in_torch(layer: Layer, shape: Shape) -> Shape | None:
    """The output's shape by torch; a map of which nothing is left is refused too."""
    try:
        size = tuple(build(layer)(torch.zeros(1, *shape)).shape[1:])
    except (RuntimeError, ValueError):
        return None
    return size if min(size) else None
