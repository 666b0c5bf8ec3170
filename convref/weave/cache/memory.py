"""Keep computed values in memory for the next build, such as parsed pages, rendered pages and diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """A store of computed values that keeps one value for each slot.

    A slot identifies what is computed, such as the rendered form of one page. The value is computed again
    when its key, the data from which it is computed, has changed.

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
            key: all data on which the value depends; it is compared with the previous key by `==`.
            compute: a function that returns the value. If it raises an exception, the slot is not changed.
        """
        known = self._kept.get(slot)
        if known and known[0] == key:
            return known[1]  # type: ignore[no-any-return]
        value = compute()
        self._kept[slot] = key, value
        return value
