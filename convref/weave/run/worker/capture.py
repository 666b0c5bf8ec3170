"""What a block writes to its standard output and error, caught at the level of file descriptors.

So the output of C code and of child processes is caught too. The descriptors lead to files without a name,
new ones for every block, not to pipes: nothing blocks when nobody reads, and a child that outlives its block
writes where nobody looks any more. The stream objects stay the same, so that a logger which holds one goes
on; those that a block closed or replaced are put back.
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
        self.renew = False
        self._files: dict[int, BinaryIO] = {}
        self._streams: dict[int, io.TextIOWrapper] = {}
        self._input = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 (open as long as the session)

    def __enter__(self) -> Self:
        """Catch what is written from now on; in new files where `renew` says that old writers may be left."""
        if self._input.closed:
            self._input = open(os.devnull, encoding="utf-8")  # noqa: PTH123 (likewise)
        if not _same(self._input.fileno(), STDIN):
            os.dup2(self._input.fileno(), STDIN)
        for number in (STDOUT, STDERR):
            self._lead_to_file(number)
        sys.stdin, sys.stdout, sys.stderr = self._input, self._streams[STDOUT], self._streams[STDERR]
        return self

    def _lead_to_file(self, number: int) -> None:
        file = self._files.get(number)
        if file and not self.renew and _same(file.fileno(), number):
            file.seek(0)
            file.truncate()
        else:
            if file:
                file.close()
            self._files[number] = file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (likewise)
            _append(file)
            os.dup2(file.fileno(), number)
        if number not in self._streams:
            self._streams[number] = _writer(number)

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
        _c_flush()(None)

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
        dropped, valid = max(size - start - len(data), 0), True
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            if dropped and error.start > len(data) - 4:  # the cut went through a character
                text, dropped = data[: error.start].decode(), dropped + len(data) - error.start
            else:
                text, valid = data.decode(errors="replace"), False
        return Written(text.replace("\r\n", "\n"), dropped, valid)


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


def _append(file: BinaryIO) -> None:
    """Have every writer append, wherever another left the position."""
    with contextlib.suppress(ImportError):
        import fcntl

        flags = fcntl.fcntl(file.fileno(), fcntl.F_GETFL)
        fcntl.fcntl(file.fileno(), fcntl.F_SETFL, flags | os.O_APPEND)


def _same(one: int, other: int) -> bool:
    """Whether two descriptors lead to the same file."""
    try:
        return os.path.sameopenfile(one, other)
    except OSError:
        return False


def warm_up() -> None:
    """Load ahead what the first block would load."""
    _c_flush()


@functools.cache
def _c_flush() -> Callable[[None], object]:
    """The C library's `fflush`; nothing where it cannot be reached."""
    try:
        import ctypes

        flush: Callable[[None], object] = ctypes.CDLL(None).fflush
    except (ImportError, OSError, AttributeError, TypeError):
        return lambda _: None
    return flush
