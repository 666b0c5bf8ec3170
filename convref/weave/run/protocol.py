"""Messages between the build and its workers: JSON texts, each behind its length in four bytes.

Nothing that a page made is ever unpickled: what crosses is text, numbers, lists and dictionaries.
"""

from __future__ import annotations

import json
import struct
from typing import Any, Protocol

Message = dict[str, Any]
PRELOAD, SESSION = b"P", b"S"  # what the warm parent is asked for
SEEN = "seen"  # the kind of a message that asks a worker what its steps were seen to depend on
READY = b"+"  # its answer, once a session has begun
_LENGTH = struct.Struct("!I")


class Reader(Protocol):
    """What messages are read from."""

    def read(self, size: int, /) -> bytes | None:
        """Up to `size` bytes."""


class Writer(Protocol):
    """What messages are written to."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""

    def flush(self) -> None:
        """Send them on."""


def send(stream: Writer, message: Message) -> None:
    """Write a message and flush it."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def receive(stream: Reader) -> Message | None:
    """Read a message; None at the stream's end, also when it ends within a message.

    Example:
        >>> import io
        >>> stream = io.BytesIO()
        >>> send(stream, {"step": 1})
        >>> _ = stream.seek(0)
        >>> receive(stream), receive(stream)
        ({'step': 1}, None)
    """
    head = _exactly(stream, _LENGTH.size)
    body = _exactly(stream, _LENGTH.unpack(head)[0]) if head is not None else None
    if body is None:
        return None
    message = json.loads(body.decode("utf-8", "surrogatepass"))
    return message if isinstance(message, dict) else None


def _exactly(stream: Reader, size: int) -> bytes | None:
    parts = []
    while size:
        part = stream.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
