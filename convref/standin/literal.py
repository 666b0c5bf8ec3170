"""`Literal`: the known elements of a tensor that a forward creates from plain numbers."""

from __future__ import annotations

from typing import Any


class Literal:
    """The elements of a tensor that a forward creates from plain numbers, with methods named as in torch."""

    def __init__(self, numbers: Any, count: int) -> None:
        self._numbers, self._count = numbers, count

    def numel(self) -> int:
        """Return the number of elements."""
        return self._count

    def tolist(self) -> Any:
        """Return the elements as nested lists."""
        return self._numbers

    def equal(self, other: Literal) -> bool:
        """Return True if both have the same elements."""
        return bool(self._numbers == other.tolist())
