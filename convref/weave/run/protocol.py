"""Messages between the build and its workers: JSON texts, each preceded by its length in four bytes.

The code of a page can write anything to the worker's channel, so the build checks all data that arrives.
Messages contain only text, numbers, lists and dictionaries, and nothing is unpickled.

In a session the build first sends an `Opening`, and the worker answers `OPENED`. Then the build sends batches
of steps, `{"steps": [...]}`, each step as a dictionary (`convref.weave.page.plan.Step.message`). The worker
answers each step, in order, with one dictionary (read by `convref.weave.run.answers`). A step of the kind
`REPORT` asks for the session's dependencies.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol, Self

Message = dict[str, Any]
PRELOAD: Final = b"P"  # requests to the warm parent: load modules,
SESSION: Final = b"S"  # begin a session,
CHECK: Final = b"C"  # answer VALID if importing the loaded modules again would give the same code
VALID: Final = b"+"  # the answer to CHECK; if the code would differ, the warm parent exits without answering
OPENED: Final[Message] = {"opened": True}
REPORT: Final = "report"  # the kind of the step that asks a worker for the recorded dependencies
SPARE: Final = 1 << 24  # bytes that a message may have for the parts that `output_limit` does not limit
_LENGTH: Final = struct.Struct("!I")


@dataclass(frozen=True)
class Opening:
    """The first message of a session, with its settings.

    Args:
        languages: the languages for which values are rendered.
        output_limit: the maximum number of bytes kept of each output of a block, such as its text or value.
        timeout: the maximum run time of a block, in seconds.
        memory: the bytes that the worker may allocate in addition to those at its start; 0 for no limit.
        cwd: the directory in which pages run.
        environment: environment variables to set.
        record: whether to record the dependencies of the steps, such as the files that they read.
        confine: whether to deny the worker access to other processes (`convref.weave.run.process.system`).
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
        """Return the opening as a message, a dictionary of its fields."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Message) -> Self:
        """Convert a message back to an opening."""
        return cls(**message)

    @property
    def message_limit(self) -> int:
        r"""The maximum size of an answer, in bytes.

        An answer contains up to six outputs of `output_limit` bytes each (standard output, standard error, an
        exception, doctest results, figures and a value), and one more value for each language. JSON may
        encode one byte as six, such as `\u0000`, so the limit is six times the sum.
        """
        return 6 * (6 + len(self.languages)) * self.output_limit + SPARE


@dataclass(frozen=True)
class Ending:
    """The report of a keeper, the parent process of a worker, on how the worker ended.

    Args:
        how: "ended" if the worker exited or was killed by a signal; "stopped" if it was stopped by a signal,
            such as SIGSTOP; "killed" if the keeper killed it because the build closed the session.
        code: for "ended", the exit code, or the negated number of the signal; for "stopped", the number of
            the signal; for "killed", 0.
    """

    how: str
    code: int = 0

    def line(self) -> bytes:
        """Return the report as the line of text that the keeper, the worker's parent, sends to the build."""
        return f"{self.how} {self.code}\n".encode()

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Parse the line that `line` returns; raises ValueError if it is malformed."""
        how, code = line.decode("ascii", "replace").split()
        return cls(how, int(code))


class ProtocolError(Exception):
    """Raised if a worker sends invalid data. In the message, the worker is called "the process"."""


class Frames:
    """A buffer that assembles messages from data that arrives piece by piece.

    Args:
        limit: the maximum size of a message, in bytes.

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
        """Append a piece of data that has arrived."""
        self._data += data

    def next(self) -> Message | None:
        """Return the next message; None if it has not arrived completely.

        Raises:
            ProtocolError: the message is too long, or is not a JSON object.
        """
        if len(self._data) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._data)
        if length > self.limit:
            raise ProtocolError(
                f"the process sent a message of {length} bytes to the build, more than the limit of"
                f" {self.limit}"
            )
        end = _LENGTH.size + length
        if len(self._data) < end:
            return None
        body = bytes(self._data[_LENGTH.size : end])
        del self._data[:end]
        return decoded(body)


def frame(message: Message) -> bytes:
    """Return the bytes of a message with its length in front, as they are sent."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _LENGTH.pack(len(body)) + body


def decoded(body: bytes) -> Message:
    """Parse a message from its bytes, without the length in front.

    Raises:
        ProtocolError: the bytes are not a JSON object.
    """
    try:
        message = json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the process sent the build a message that is not JSON: {error}") from None
    if not isinstance(message, dict):
        raise ProtocolError("the process sent the build a message that is not a JSON object")
    return message


class Reader(Protocol):
    """The interface of a stream from which messages are read."""

    def read(self, size: int, /) -> bytes | None:
        """Return up to `size` bytes; an empty result or None means that the stream has ended."""


class Writer(Protocol):
    """The interface of a buffered stream to which messages are written."""

    def write(self, data: bytes, /) -> int:
        """Write bytes to the stream's buffer."""

    def flush(self) -> None:
        """Send the bytes in the buffer."""


def send(stream: Writer, message: Message) -> None:
    """Write a message to a stream, and flush the stream."""
    stream.write(frame(message))
    stream.flush()


def receive(stream: Reader) -> Message | None:
    """Read a message from the build; return None if the stream ends before or within the message.

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
