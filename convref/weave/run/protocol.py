"""Messages between the build and its workers: JSON texts, each preceded by its length in four bytes.

Nothing that a page made is ever unpickled: only text, numbers, lists and dictionaries cross. The build trusts
nothing that arrives. A page has access to the worker's channel and may write anything into it.

A session's messages: the build sends an `Opening`, to which the worker answers `OPENED`. Then come batches
`{"steps": [...]}` of dictionaries made by `convref.weave.page.plan.Step.message`; the worker answers each
step, in order, with one dictionary (`convref.weave.run.answers` reads it). A step of the kind `REPORT` asks
for the session's dependencies.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol, Self

Message = dict[str, Any]
PRELOAD: Final = b"P"  # requests to the warm parent: load modules,
SESSION: Final = b"S"  # begin a session,
CHECK: Final = b"C"  # answer whether what is loaded is still what would be loaded now
VALID: Final = b"+"  # the answer to CHECK if it is; otherwise the warm parent ends
OPENED: Final[Message] = {"opened": True}
REPORT: Final = "report"  # the kind of the step that asks a worker what its steps were seen to depend on
SPARE: Final = 1 << 24  # bytes of a message for everything that has no limit of its own
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
        confine: whether to keep the worker away from other processes (`convref.weave.run.process.system`).
    """

    languages: list[str]
    output_limit: int
    timeout: float
    memory: int
    cwd: str
    environment: dict[str, str]
    record: bool
    confine: bool

    def message(self) -> Message:
        """Return the opening as a message."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Message) -> Self:
        """Return the opening that a message carries."""
        return cls(**message)

    @property
    def message_limit(self) -> int:
        """The number of bytes that an answer may have.

        An answer holds up to six things of `output_limit` bytes (two outputs, an exception, doctest results,
        figures, a value) and a value for each language; JSON may write a byte as six.
        """
        return 6 * (6 + len(self.languages)) * self.output_limit + SPARE


@dataclass(frozen=True)
class Ending:
    """The end of a worker, as its keeper reports it.

    Args:
        how: "ended", "stopped" or "killed" (because the build wanted it).
        code: the exit code, negative for the signal that killed it; or the signal that stopped it.
    """

    how: str
    code: int = 0

    def line(self) -> bytes:
        """Return the line that reports this."""
        return f"{self.how} {self.code}\n".encode()

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Return the ending that a line reports; raises ValueError if it reports none."""
        how, code = line.decode("ascii", "replace").split()
        return cls(how, int(code))


class ProtocolError(Exception):
    """Raised for bytes that cannot be a message; the text continues "the process …"."""


class Frames:
    """Assembles messages from the pieces in which they arrive.

    Args:
        limit: the number of bytes that a message may have.

    Example:
        >>> frames = Frames(100)
        >>> data = frame({"step": 1})
        >>> frames.add(data[:7])
        >>> frames.next()
        >>> frames.add(data[7:])
        >>> frames.next()
        {'step': 1}
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        """Take a piece."""
        self._data += data

    def next(self) -> Message | None:
        """Return the next message; None if it has not arrived as a whole.

        Raises:
            ProtocolError: the message is too long, or is not a JSON object.
        """
        if len(self._data) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._data)
        if length > self.limit:
            raise ProtocolError(f"sent a message of {length} bytes to the build, more than {self.limit}")
        end = _LENGTH.size + length
        if len(self._data) < end:
            return None
        body = bytes(self._data[_LENGTH.size : end])
        del self._data[:end]
        return decoded(body)


def frame(message: Message) -> bytes:
    """Return a message as it is sent."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _LENGTH.pack(len(body)) + body


def decoded(body: bytes) -> Message:
    """Return the message that a frame holds.

    Raises:
        ProtocolError: it holds none.
    """
    try:
        message = json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"sent something to the build that is no message: {error}") from None
    if not isinstance(message, dict):
        raise ProtocolError("sent something to the build that is no message: it must be a JSON object")
    return message


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
    stream.write(frame(message))
    stream.flush()


def receive(stream: Reader) -> Message | None:
    """Read a message from the build; None at the stream's end, also when it ends within a message.

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
    return None if body is None else decoded(body)


def _exactly(stream: Reader, size: int) -> bytes | None:
    parts = []
    while size:
        part = stream.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
