"""The classes `Child`, a child of a combinator, and `Flow`, the operations that `flow` methods use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from convref.nn.base import Layer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a combinator: a layer with its names.

    Attributes:
        name: the name of the child in tables and messages.
        key: the name of the child in the names of its parameters, such as `conv1` in `conv1.weight`; empty if
            the child is inlined.
        layer: the description.
    """

    name: str
    key: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class Inline:
    """A child that adds no name to the paths of its parameters; created by `inline`."""

    layer: Layer

    def __repr__(self) -> str:
        return f"inline({self.layer!r})"


def inline(layer: Layer) -> Inline:
    """Mark a child of a combinator so that its name is not part of the paths of its parameters.

    Example:
        >>> from convref.nn import Linear, Sequential
        >>> list(Sequential(head=inline(Sequential(fc=Linear(2, 3)))).parameters())
        ['fc.weight', 'fc.bias']
    """
    return Inline(layer)


class Flow(Protocol[T]):
    """The operations that the `flow` method of a combinator may use, for one kind of values.

    There is one implementation for shapes, one for arrays and one for tensors.

    Attributes:
        taps: the auxiliary outputs that have been computed so far, by name.
        training: whether to compute also the auxiliary outputs that are only used in training.
    """

    taps: dict[str, T]
    training: bool

    def child(self, child: Child, *values: T, part: int | None = None) -> T:
        """Return the output of a child for a value.

        Args:
            child: the child.
            values: the input of the child; several values if the child joins them into one.
            part: for a child that is a `Split`, the index of the part to return instead of its output.
        """
        ...

    def join(self, layer: Layer, *values: T) -> T:
        """Join the values into one, as the combinator `layer` defines."""
        ...

    def part(self, layer: Layer, value: T, index: int) -> T:
        """Return the part of a value that the combinator `layer` gives to its branch `index`."""
        ...

    def watch(self, child: Child, value: T, paths: Iterable[str]) -> tuple[T, dict[str, T]]:
        """Return the output of a child, and the outputs of the layers at `paths` inside it, by path."""
        ...
