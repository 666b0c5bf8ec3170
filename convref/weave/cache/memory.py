"""Keep computed values in memory for the next build: documents, plans, rendered pages, diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """A memory of computed values: for each slot, such as a page, the latest value and its dependencies.

    Example:
        >>> memory = Memory()
        >>> memory.recall("page", "text", lambda: [1])
        [1]
        >>> memory.recall("page", "text", lambda: [2]), memory.recall("page", "other", lambda: [3])
        ([1], [3])
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Any, Any]] = {}

    def recall(self, slot: Hashable, key: Any, compute: Callable[[], T]) -> T:
        """Return the value of a slot; compute it again if its key has changed.

        Args:
            slot: the identifier of the value, such as the path of a page.
            key: everything on which the value depends; compared by `==`.
            compute: computes the value; if it raises an exception, the slot is not changed.
        """
        known = self._kept.get(slot)
        if known and known[0] == key:
            return known[1]  # type: ignore[no-any-return]
        value = compute()
        self._kept[slot] = key, value
        return value
