"""Children of combinators, and `Flow`: what a combinator may do with the values that go through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from convref.nn.base import Layer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Child:
    """A child of a combinator.

    Attributes:
        name: what reports call it.
        key: what it adds to the paths of its parameters; empty where it is inlined.
        layer: the description.
    """

    name: str
    key: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class Inline:
    """A layer that adds nothing to the paths of its parameters; made by `inline`."""

    layer: Layer

    def __repr__(self) -> str:
        return f"inline({self.layer!r})"


def inline(layer: Layer) -> Inline:
    """Give a layer to a combinator without adding to the paths of its parameters.

    Example:
        >>> from convref.nn import Linear, Sequential
        >>> list(Sequential(head=inline(Sequential(fc=Linear(2, 3)))).parameters())
        ['fc.weight', 'fc.bias']
    """
    return Inline(layer)


class Flow(Protocol[T]):
    """The operations on values of one kind (shapes, arrays, tensors) that a combinator's `flow` may use.

    Attributes:
        taps: the auxiliary outputs so far, by name.
        training: whether taps that only training needs are run.
    """

    taps: dict[str, T]
    training: bool

    def child(self, child: Child, *values: T, part: int | None = None) -> T:
        """Return the child's output for this value.

        Several values are joined as the child joins them; with `part`, the value is what the child cuts
        out for that branch.
        """
        ...

    def join(self, layer: Layer, *values: T) -> T:
        """Join the values into one, as `layer` joins them."""
        ...

    def part(self, layer: Layer, value: T, index: int) -> T:
        """Return the part of the value that `layer` cuts out for its branch `index`."""
        ...

    def watch(self, child: Child, value: T, paths: Iterable[str]) -> tuple[T, dict[str, T]]:
        """Return the child's output, and by path what the layers at these paths inside it gave."""
        ...
