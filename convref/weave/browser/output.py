"""The output of a reader's code, which the page shows while the code runs."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Final

LONGEST: Final = 50_000  # characters of output that are shown
_AT_ONCE: Final = 200  # lines that are sent one by one, before they are gathered
_PAUSE: Final = 0.05  # seconds of output that is gathered


class Output(io.TextIOBase):
    r"""A stream that sends what is printed to the page, line by line, and keeps it as `text`.

    Args:
        send: a function that takes each new piece of the output.
        cut: the text that replaces the rest of an output after `LONGEST` characters.

    Example:
        >>> sent = []
        >>> output = Output(sent.append, "…")
        >>> print("one", end=" ", file=output)
        >>> print("line", file=output)
        >>> sent, output.text
        (['one line\n'], 'one line\n')
    """

    def __init__(self, send: Callable[[str], object], cut: str) -> None:
        super().__init__()
        self._send, self._cut = send, cut
        self.text = ""
        self._passed = 0  # characters of `text` that have been sent
        self._at = 0.0
        self._lines = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Take a piece of output, and send it if it ends a line."""
        free = LONGEST - len(self.text)
        if free < 0:
            return len(text)
        self.text += text if len(text) <= free else text[:free] + self._cut
        self._lines += text.count("\n")
        if "\n" in text and (self._lines <= _AT_ONCE or time.monotonic() - self._at > _PAUSE):
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what was not sent yet."""
        if self._passed < len(self.text):
            self._send(self.text[self._passed :])
            self._passed, self._at = len(self.text), time.monotonic()
