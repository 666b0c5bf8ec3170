"""Output shapes of layers by their description and by torch; None if the layer refuses the input."""

from __future__ import annotations

import torch

from convref.errors import ShapeError
from convref.nn import Layer, Shape
from convref.torch import build


def shape_here(layer: Layer, shape: Shape) -> Shape | None:
    """Return the output shape according to the description; None if it refuses the input."""
    try:
        return layer.output_shape(shape)
    except ShapeError:
        return None


def shape_in_torch(layer: Layer, shape: Shape) -> Shape | None:
    """Return the output shape in torch; None if torch refuses the input, or if an axis has size 0."""
    try:
        size = tuple(build(layer)(torch.zeros(1, *shape)).shape[1:])
    except (RuntimeError, ValueError):
        return None
    return size if min(size) else None
