"""The class `Sequential`: layers that run in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar, overload

from convref.errors import UnknownNameError
from convref.nn.base import Layer
from convref.nn.combinators import Combinator
from convref.nn.flow import Flow, Inline

T = TypeVar("T")


class Sequential(Combinator):
    """Layers that run in order, as in torch.nn.Sequential.

    It has a length and can be iterated; `net[3]` and `net["conv1"]` return a layer. A slice such as `net[2:]`
    is a Sequential whose layers keep their names, so that the names of their parameters do not change.

    Shapes: the input of the first layer -> the output of the last layer. Without layers, the output is the
    input.

    Raises:
        UnknownNameError: there is no layer with the index or name in brackets.

    Example:
        >>> from convref.nn import Conv2d, ReLU
        >>> net = Sequential(conv=Conv2d(3, 8, 3, padding=1), relu=ReLU())
        >>> net.output_shape((3, 32, 32))
        (8, 32, 32)
        >>> net.parameters()
        {'conv.weight': (8, 3, 3, 3), 'conv.bias': (8,)}
        >>> net[-1], net["relu"], net[1:], len(net)
        (ReLU(), ReLU(), Sequential(relu=ReLU()), 2)
    """

    def __len__(self) -> int:
        return len(self.layers)

    def __bool__(self) -> bool:
        """Return True even without layers; otherwise `if layer:` would be False for an empty `Sequential`."""
        return True

    def __iter__(self) -> Iterator[Layer]:
        return iter([child.layer for child in self.layers])

    @overload
    def __getitem__(self, index: int | str) -> Layer: ...

    @overload
    def __getitem__(self, index: slice) -> Sequential: ...

    def __getitem__(self, index: int | str | slice) -> Layer:
        if isinstance(index, slice):
            return Sequential(
                **{
                    child.name: child.layer if child.key else Inline(child.layer)
                    for child in self.layers[index]
                }
            )
        names = [child.name for child in self.layers]
        if isinstance(index, str) and index in names:
            return self.layers[names.index(index)].layer
        if isinstance(index, int) and -len(names) <= index < len(names):
            return self.layers[index].layer
        raise UnknownNameError("layer", index, names)

    def flow(self, value: T, flow: Flow[T]) -> T:
        """Apply the children in order, each to the output of the one before."""
        for child in self.layers:
            value = flow.child(child, value)
        return value
