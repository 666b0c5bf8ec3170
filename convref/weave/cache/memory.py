"""Keep what was computed from build to build: documents, plans, pages with their results, diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """The latest value of each slot, with the key by which it was computed.

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
        """Return the value of a slot, computed anew if it was computed by another key.

        Args:
            slot: what the value is, such as the path of a page.
            key: everything that the value depends on; compared by `==`.
            compute: returns the value; if it raises, the slot stays as it was.
        """
        known = self._kept.get(slot)
        if known and known[0] == key:
            return known[1]  # type: ignore[no-any-return]
        value = compute()
        self._kept[slot] = key, value
        return value
