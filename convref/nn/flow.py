"""The classes `Child`, a named child of a combinator, and `Flow`, the operations that `flow` methods call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from convref.nn.base import Layer

T = TypeVar("T")


class Child(NamedTuple):
    """A child of a combinator: a layer and its two names.

    Attributes:
        name: the name of the child in tables and messages.
        key: the prefix of the names of its parameters, such as `conv1` in `conv1.weight`; empty if the child
            is inlined, that is, adds no prefix.
        layer: the layer.
    """

    name: str
    key: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class Inline:
    """A child whose name is not part of the names of its parameters; created by `inline`."""

    layer: Layer

    def __repr__(self) -> str:
        return f"inline({self.layer!r})"


def inline(layer: Layer) -> Inline:
    """Mark a child of a combinator so that its name is not part of the names of its parameters.

    Example:
        >>> from convref.nn import Linear, Sequential
        >>> list(Sequential(head=inline(Sequential(fc=Linear(2, 3)))).parameters())
        ['fc.weight', 'fc.bias']
    """
    return Inline(layer)


class Flow(Protocol[T]):
    """The operations that the `flow` method of a combinator may use on values.

    Values are shapes, arrays or tensors; there is one implementation for each of the three.

    Attributes:
        taps: the auxiliary outputs that have been computed so far, by name.
        training: whether to also compute the auxiliary outputs that only training uses.
    """

    taps: dict[str, T]
    training: bool

    def child(self, child: Child, *values: T, part: int | None = None) -> T:
        """Return the output of a child.

        Args:
            child: the child.
            values: the input of the child, or several values if the child joins values.
            part: None, or an index if the child is a `Split`. The method then returns this part of the input
                instead of the output.
        """
        ...

    def join(self, layer: Layer, *values: T) -> T:
        """Join the values into one, as the combinator `layer` defines."""
        ...

    def part(self, layer: Layer, value: T, index: int) -> T:
        """Return the part of a value that the combinator `layer` passes to its branch number `index`."""
        ...

    def watch(self, child: Child, value: T, paths: Iterable[str]) -> tuple[T, dict[str, T]]:
        """Return the output of a child, and a dict with the outputs of some layers inside the child.

        `paths` are the paths of these layers, which are also the keys of the dict.
        """
        ...
