"""Elementwise joins of branches: `Sum`, `Mean` and `Product`."""

from __future__ import annotations

from collections.abc import Sequence

from convref.errors import ShapeError
from convref.nn.base import Layer, Shape, numel
from convref.nn.combinators import Branches
from convref.nn.cost import Cost


class ElementwiseJoin(Branches):
    """The base of elementwise joins.

    The shapes of the branches are broadcast as in NumPy. The join counts as computed in place.
    """

    def join_shape(self, shapes: Sequence[Shape]) -> Shape:
        """Return the shape that results from broadcasting all branches."""
        return _broadcast(self, shapes)

    def joins_to_map(self) -> bool:
        """Return False: the result counts as written over one of the branches."""
        return False

    def join_saves(self) -> bool:
        """Return False: the gradient of a sum does not depend on its terms."""
        return False


class Sum(ElementwiseJoin):
    """The elementwise sum of the children's outputs for the same input, as in residual blocks.

    Shapes: the outputs of the children must have equal shapes, except that a size of 1 is broadcast.

    Raises:
        ArgumentError: there is no child.

    Example:
        >>> from convref.nn import Conv2d, Identity
        >>> Sum(body=Conv2d(8, 8, 3, padding=1), shortcut=Identity()).output_shape((8, 5, 5))
        (8, 5, 5)
    """

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        """Return the cost: n - 1 additions per output element, for n branches."""
        return Cost(adds=(len(shapes) - 1) * numel(_broadcast(self, shapes)))


class Mean(Sum):
    """The elementwise mean of the children's outputs for the same input.

    Shapes: the outputs of the children must have equal shapes, except that a size of 1 is broadcast.

    Raises:
        ArgumentError: there is no child.

    Example:
        >>> from convref.nn import Identity
        >>> Mean(one=Identity(), other=Identity()).output_shape((8, 5, 5))
        (8, 5, 5)
    """

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        """Return the cost: n - 1 additions and one division per output element, for n branches."""
        return super().join_cost(shapes) + Cost(functions=numel(self.join_shape(shapes)))


class Product(ElementwiseJoin):
    """The elementwise product of the children's outputs for the same input, as in gated blocks.

    Shapes: the outputs of the children must have equal shapes, except that a size of 1 is broadcast.

    Raises:
        ArgumentError: there is no child.

    Example:
        >>> from convref.nn import AdaptiveAvgPool2d, Identity
        >>> Product(value=Identity(), gate=AdaptiveAvgPool2d(1)).output_shape((8, 5, 5))
        (8, 5, 5)
    """

    def join_cost(self, shapes: Sequence[Shape]) -> Cost:
        """Return the cost: n - 1 multiplications per output element, for n branches."""
        return Cost(muls=(len(shapes) - 1) * numel(_broadcast(self, shapes)))

    def join_saves(self) -> bool:
        """Return True: the gradient of each factor depends on the other factors."""
        return True


def _broadcast(layer: Layer, shapes: Sequence[Shape]) -> Shape:
    if len(set(shapes)) == 1:
        return shapes[0]
    if len({len(shape) for shape in shapes}) == 1:
        joined = tuple(max(sizes) for sizes in zip(*shapes, strict=True))
        if all(size in {1, most} for shape in shapes for size, most in zip(shape, joined, strict=True)):
            return joined
    raise ShapeError(
        f"{type(layer).__name__} must join values of equal sizes (or of size 1), not {list(shapes)}"
    )
