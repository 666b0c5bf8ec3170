"""A mapping whose values are computed when they are first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LazyMapping(Mapping[K, V], Generic[K, V]):
    """A mapping whose values are computed when they are first needed, and then kept.

    Args:
        keys: the possible keys, in the order in which they are iterated over.
        compute: a function that returns the value of a key. If it returns None, the mapping does not have
            this key.

    Example:
        >>> roots = LazyMapping((4, 5, 9), {4: 2, 9: 3}.get)
        >>> roots[9], 5 in roots, dict(roots)
        (3, False, {4: 2, 9: 3})
    """

    def __init__(self, keys: Iterable[K], compute: Callable[[K], V | None]) -> None:
        self._keys = dict.fromkeys(keys)
        self._compute = compute
        self._values: dict[K, V | None] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._values:
            self._values[key] = self._compute(key)
        value = self._values[key]
        if value is None:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[K]:
        return (key for key in self._keys if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
