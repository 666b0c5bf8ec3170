"""What a block writes to its standard output and error, caught at the level of file descriptors.

So the output of C code and of child processes is caught too, and a block that closes its output harms
nobody: every block gets fresh descriptors. They lead to files without a name, not to pipes: nothing blocks
when nobody reads, and a child that outlives its block writes where nobody looks any more.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from dataclasses import dataclass, field
from typing import BinaryIO, Self

STDIN, STDOUT, STDERR = 0, 1, 2


@dataclass(frozen=True)
class Written:
    """What was written: `text` up to the limit, how many bytes were `dropped`, whether it was UTF-8."""

    text: str
    dropped: int
    valid: bool


@dataclass
class Capture:
    """A context in which standard output and error are caught; standard input is empty.

    Args:
        limit: how many bytes of each are kept.
    """

    limit: int
    _files: dict[int, BinaryIO] = field(default_factory=dict)

    def __enter__(self) -> Self:
        with open(os.devnull, "rb") as empty:  # noqa: PTH123 (descriptors are what this is about)
            os.dup2(empty.fileno(), STDIN)
        for number in (STDOUT, STDERR):
            self._files[number] = file = tempfile.TemporaryFile("a+b", buffering=0)
            os.dup2(file.fileno(), number)
        sys.stdin = _text(STDIN, "r")
        sys.stdout, sys.stderr = _text(STDOUT, "w"), _text(STDERR, "w")
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()

    def flush(self) -> None:
        """Write out what Python and the C library still hold back."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        flush_c()

    def output(self, start: int = 0) -> Written:
        """What came to standard output, from the byte `start` on."""
        return self._read(STDOUT, start)

    def errors(self) -> Written:
        """What came to standard error."""
        return self._read(STDERR, 0)

    def position(self) -> int:
        """How many bytes came to standard output up to now."""
        self.flush()
        return os.fstat(self._files[STDOUT].fileno()).st_size

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            file.close()

    def _read(self, number: int, start: int) -> Written:
        file = self._files[number]
        size = os.fstat(file.fileno()).st_size
        file.seek(start)  # writers append, wherever the position is
        data = file.read(min(max(size - start, 0), self.limit))
        try:
            text, valid = data.decode(), True
        except UnicodeDecodeError as error:
            split = size - start > len(data) and error.start > len(data) - 4
            text, valid = data.decode(errors="ignore" if split else "replace"), split
        return Written(text.replace("\r\n", "\n"), max(size - start - len(data), 0), valid)


def _text(number: int, mode: str) -> io.TextIOWrapper:
    return open(number, mode, encoding="utf-8", errors="surrogateescape", closefd=False)  # type: ignore[return-value]


def flush_c() -> None:
    """Flush the C library's streams, where there is a way to reach them."""
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).fflush(None)
