"""Capture the standard output and error of a block, at the level of file descriptors.

So the output of C code and of child processes is captured, too. The descriptors refer to temporary files and
not to pipes, so that writing never blocks. A child process that outlives its block writes to a file that is
no longer read.

`sys.stdout` and `sys.stderr` are the same objects in all blocks, because a logger may keep a reference to
one. If a block closes or replaces them, they are restored.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final, Self, cast

STDIN: Final = 0
STDOUT: Final = 1
STDERR: Final = 2


@dataclass(frozen=True)
class Written:
    """Captured output.

    Args:
        text: the output, truncated to the limit.
        dropped: the number of bytes that were left out because of the limit.
        valid: True if the output was valid UTF-8; otherwise `text` has U+FFFD in place of invalid bytes.
    """

    text: str
    dropped: int
    valid: bool


class Capture:
    """A context manager, entered for each block, that captures output and makes standard input empty.

    Args:
        limit: the maximum number of bytes kept of each stream.

    Attributes:
        renew: True to use new files for the next block. This is needed if a process that an earlier block
            started is still running, because it may write to the old files.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.renew = False
        self._files: dict[int, BinaryIO] = {}
        self._streams: dict[int, io.TextIOWrapper] = {}
        self._input = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 (open as long as the session)

    def __enter__(self) -> Self:
        """Redirect the standard streams to files."""
        if self._input.closed:
            self._input = open(os.devnull, encoding="utf-8")  # noqa: PTH123 (likewise)
        if not _same(self._input.fileno(), STDIN):
            os.dup2(self._input.fileno(), STDIN)
        for number in (STDOUT, STDERR):
            self._redirect(number)
        sys.stdin, sys.stdout, sys.stderr = self._input, self._streams[STDOUT], self._streams[STDERR]
        return self

    def _redirect(self, number: int) -> None:
        file = self._files.get(number)
        if file and not self.renew and _same(file.fileno(), number):
            file.seek(0)
            file.truncate()
        else:
            if file:
                file.close()
            self._files[number] = file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (likewise)
            _set_append(file)
            os.dup2(file.fileno(), number)
        if number not in self._streams:
            self._streams[number] = _writer(number)

    def __exit__(self, *_: object) -> None:
        self.flush()
        for number, stream in list(self._streams.items()):
            if not _usable(stream):
                del self._streams[number]

    def flush(self) -> None:
        """Flush `sys.stdout` and `sys.stderr`, this capture's streams, and the buffers of the C library."""
        for stream in (sys.stdout, sys.stderr, *self._streams.values()):
            with contextlib.suppress(Exception):
                stream.flush()
        _c_flush()(None)

    def output(self, start: int = 0, limit: int | None = None) -> Written:
        """Return the text written to standard output.

        Args:
            start: the offset in bytes at which the text begins; `position` returns such offsets.
            limit: the maximum number of bytes; by default the limit given to the constructor.
        """
        return self._read(STDOUT, start, self.limit if limit is None else limit)

    def errors(self) -> Written:
        """Return the text written to standard error."""
        return self._read(STDERR, 0, self.limit)

    def position(self) -> int:
        """Return the number of bytes written to standard output so far."""
        self.flush()
        return os.fstat(self._files[STDOUT].fileno()).st_size

    def _read(self, number: int, start: int, limit: int) -> Written:
        file = self._files[number]
        size = os.fstat(file.fileno()).st_size
        file.seek(start)  # this moves no writer, since all of them append
        data = file.read(min(max(size - start, 0), limit))
        dropped, valid = max(size - start - len(data), 0), True
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            if dropped and error.start > len(data) - 4:  # the cut went through a character
                text, dropped = data[: error.start].decode(), dropped + len(data) - error.start
            else:
                text, valid = data.decode(errors="replace"), False
        return Written(_without_returns(text), dropped, valid)


def _without_returns(text: str) -> str:
    """Return a text without carriage returns, as a terminal shows it.

    In a terminal, the text after a carriage return overwrites the beginning of the same line.
    """
    text = text.replace("\r\n", "\n")
    if "\r" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown)
    return "\n".join(lines)


def _writer(number: int) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(number, "w", closefd=False)), "utf-8", "surrogateescape"
    )


def _usable(stream: io.TextIOWrapper) -> bool:
    """Flush a stream; return False if this fails, so that the next block needs a new stream."""
    try:
        stream.flush()
    except Exception:  # noqa: BLE001 (the page may have done anything to it)
        with contextlib.suppress(Exception):
            # Otherwise it would try to write the rest of its buffer in the next block.
            cast("io.BufferedWriter", stream.buffer).raw.close()
        return False
    return True


def _set_append(file: BinaryIO) -> None:
    """Make every write to a file append to its end.

    Otherwise data would be written at the current position, and reading the file changes this position.
    """
    with contextlib.suppress(ImportError):
        import fcntl

        flags = fcntl.fcntl(file.fileno(), fcntl.F_GETFL)
        fcntl.fcntl(file.fileno(), fcntl.F_SETFL, flags | os.O_APPEND)


def _same(one: int, other: int) -> bool:
    """Return whether two descriptors refer to the same file."""
    try:
        return os.path.sameopenfile(one, other)
    except OSError:
        return False


def warm_up() -> None:
    """Load the C library's `fflush` in advance, so that the first block does not have to wait for this."""
    _c_flush()


@functools.cache
def _c_flush() -> Callable[[None], object]:
    """Return the C library's `fflush`, or a function that does nothing if it cannot be loaded."""
    try:
        import ctypes

        flush: Callable[[None], object] = ctypes.CDLL(None).fflush
    except (ImportError, OSError, AttributeError, TypeError):
        return lambda _: None
    return flush
