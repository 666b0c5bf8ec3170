"""What a block writes to its standard output and error, caught at the level of file descriptors.

So the output of C code and of child processes is caught too. The descriptors lead to files without a name,
new ones for every block, not to pipes: nothing blocks when nobody reads, and a child that outlives its block
writes where nobody looks any more. The stream objects stay the same, so that a logger which holds one goes
on; those that a block closed or replaced are put back.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from dataclasses import dataclass
from typing import BinaryIO, Self, cast

STDIN, STDOUT, STDERR = 0, 1, 2


@dataclass(frozen=True)
class Written:
    """What was written: `text` up to the limit, how many bytes were `dropped`, whether it was UTF-8."""

    text: str
    dropped: int
    valid: bool


class Capture:
    """A context, entered once for every block, in which output is caught and input is empty.

    Args:
        limit: how many bytes of each output are kept.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._files: dict[int, BinaryIO] = {}
        self._streams: dict[int, io.TextIOWrapper] = {}

    def __enter__(self) -> Self:
        with open(os.devnull, "rb") as empty:  # noqa: PTH123 (descriptors are what this is about)
            os.dup2(empty.fileno(), STDIN)
        for number in (STDOUT, STDERR):
            if number in self._files:
                self._files[number].close()
            self._files[number] = file = tempfile.TemporaryFile("a+b", buffering=0)
            os.dup2(file.fileno(), number)
            if number not in self._streams:
                self._streams[number] = _writer(number)
        sys.stdin = open(STDIN, encoding="utf-8", closefd=False)
        sys.stdout, sys.stderr = self._streams[STDOUT], self._streams[STDERR]
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()
        for number, stream in list(self._streams.items()):
            if not _sound(stream):
                del self._streams[number]

    def flush(self) -> None:
        """Write out what the page's streams, Python's and the C library still hold back."""
        for stream in (sys.stdout, sys.stderr, *self._streams.values()):
            with contextlib.suppress(Exception):
                stream.flush()
        _flush_c()

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


def _writer(number: int) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(number, "w", closefd=False)), "utf-8", "surrogateescape"
    )


def _sound(stream: io.TextIOWrapper) -> bool:
    """Whether a stream is open and rid of what was written to it; another is of no more use."""
    try:
        stream.flush()
    except Exception:  # noqa: BLE001 (whatever ails it)
        with contextlib.suppress(Exception):
            cast("io.BufferedWriter", stream.buffer).raw.close()  # or it tries again in the next block
        return False
    return True


def _flush_c() -> None:
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).fflush(None)
