"""Messages between the build and its workers: JSON texts, each preceded by its length in four bytes.

Nothing that a page made is ever unpickled: only text, numbers, lists and dictionaries cross.

A session's messages: the build sends an `Opening`, then batches `{"steps": [...]}` of dictionaries made by
`convref.weave.page.plan.Step.message`; the worker answers each step, in order, with one dictionary
(`convref.weave.run.answers` reads it). A step of the kind `REPORT` asks for the session's dependencies.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol, Self

Message = dict[str, Any]
PRELOAD: Final = b"P"  # requests to the warm parent: load modules,
SESSION: Final = b"S"  # begin a session
READY: Final = b"+"  # its answer, once a session has begun
REPORT: Final = "report"  # the kind of the step that asks a worker what its steps were seen to depend on
_LENGTH: Final = struct.Struct("!I")


@dataclass(frozen=True)
class Opening:
    """The first message of a session.

    Args:
        languages: the languages for which values are rendered.
        output_limit: bytes that are kept of each thing that a block produces.
        timeout: seconds that a block may take.
        memory: bytes that the worker may allocate beyond what it has; 0 sets no limit.
        cwd: the directory in which pages run.
        environment: variables to set.
        record: whether to record what the steps depend on.
    """

    languages: list[str]
    output_limit: int
    timeout: float
    memory: int
    cwd: str
    environment: dict[str, str]
    record: bool

    def message(self) -> Message:
        """Return the opening as a message."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Message) -> Self:
        """Return the opening that a message carries."""
        return cls(**message)


class Reader(Protocol):
    """A stream that messages are read from."""

    def read(self, size: int, /) -> bytes | None:
        """Return up to `size` bytes."""


class Writer(Protocol):
    """A stream that messages are written to."""

    def write(self, data: bytes, /) -> int:
        """Accept bytes."""

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
