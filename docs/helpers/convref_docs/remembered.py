"""A function from text to text that is not computed again for the texts of its last calls."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable


class Remembered:
    """A function from text to text that keeps the results of its last calls.

    Unlike `functools.lru_cache`, it keeps a digest of each argument in place of the argument, and results as
    UTF-8: a text with a single character such as "×" takes twice as much memory as a `str`.

    Args:
        function: the function; its result depends on its argument only.
        kept: the number of results that are kept.

    Example:
        >>> calls = []
        >>> upper = Remembered(lambda text: calls.append(text) or text.upper())
        >>> upper("a × b"), upper("a × b"), calls
        ('A × B', 'A × B', ['a × b'])
    """

    def __init__(self, function: Callable[[str], str], kept: int = 1024) -> None:
        self._function, self._size = function, kept
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    def __call__(self, text: str) -> str:
        """Return the function's result for a text."""
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest()
        if key not in self._kept:
            self._kept[key] = self._function(text).encode("utf-8", "surrogatepass")
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return self._kept[key].decode("utf-8", "surrogatepass")
