"""Hold the results of a build by page, and know whether they differ from those of the earlier process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class KeptResults(Generic[T]):
    """The results of one kind, such as the converted pages, by the key of their page.

    `total` is the number of results that were computed so far, and not reused.
    """

    def __init__(self) -> None:
        self.total = 0
        self._kept: dict[str, T] = {}
        self._used: set[str] = set()  # the keys of the pages that were built so far

    def get(self, slot: str) -> T | None:
        """Return the kept result of a page, or None. The page counts as built from now on."""
        self._used.add(slot)
        return self._kept.get(slot)

    def replace(self, slot: str, result: T | None) -> None:
        """Keep a computed result of a page in place of the former one; None if it must not be reused."""
        self.total += 1
        if result is None:
            self._kept.pop(slot, None)
        else:
            self._kept[slot] = result

    def values(self) -> list[T]:
        """Return all kept results."""
        return list(self._kept.values())

    def built(self) -> dict[str, T]:
        """Return the kept results of the pages that were built, in the order of their keys."""
        return {slot: self._kept[slot] for slot in sorted(self._used & self._kept.keys())}

    def take(self, kept: Mapping[str, T]) -> None:
        """Replace all kept results by those of an earlier process."""
        self._kept = dict(kept)

    @property
    def has_changed(self) -> bool:
        """True if a result was computed, or a page is not in the site any more, since `take` was called."""
        return bool(self.total) or self._used != self._kept.keys()
