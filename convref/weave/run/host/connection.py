"""The connection between the build and one worker, whatever host started that."""

from __future__ import annotations

import signal
from typing import Final, Protocol

from convref.weave.run.protocol import Ending, Message

# Signals that a process gets for an error of its own; all others may have been sent by another process.
_OWN_FAULT: Final = frozenset(
    getattr(signal, name, None)
    for name in (
        "SIGSEGV",
        "SIGBUS",
        "SIGILL",
        "SIGFPE",
        "SIGABRT",
        "SIGSYS",
        "SIGPIPE",
        "SIGXFSZ",
    )
)


class LostError(Exception):
    """A worker is gone.

    Args:
        how: how it ended, as the rest of a sentence that begins with "the process".
        late: it was killed because it did not answer in time.
        external: another process may have ended it.
    """

    def __init__(self, how: str, *, late: bool = False, external: bool = False) -> None:
        super().__init__(how)
        self.late, self.external = late, external


class HostError(Exception):
    """No worker can be started."""


class Connection(Protocol):
    """One session's worker."""

    def send(self, message: Message, timeout: float) -> None:
        """Send a message; raises LostError when the worker is gone or takes longer than `timeout` seconds."""

    def receive(self, timeout: float) -> Message:
        """Return the next message.

        Raises:
            LostError: none comes within `timeout` seconds, or the worker is gone.
            ProtocolError: something came that is no message.
        """

    def end(self) -> None:
        """End the session, whose steps have run; raises LostError if it had ended before."""

    def abort(self) -> None:
        """End the session from another thread; the thread that uses the connection then gets a LostError."""

    def kill(self) -> None:
        """Kill the session's process tree. Idempotent."""


def lost(ending: Ending) -> LostError:
    """Return the error for a worker that ended by itself, or by a signal."""
    if ending.how == "stopped":
        return LostError(f"was stopped by signal {ending.code} ({_name(ending.code)})", external=True)
    signals = -ending.code if ending.code < 0 else 0
    return LostError(ended(ending.code), external=bool(signals) and signals not in _OWN_FAULT)


def ended(code: int) -> str:
    """Describe how a process ended.

    Args:
        code: its exit code; negative for the signal that killed it.

    Example:
        >>> ended(3)
        'ended itself with code 3'
    """
    if code >= 0:
        return f"ended itself with code {code}"
    name = _name(-code)
    hint = "; the system may have run out of memory" if name == "SIGKILL" else ""
    return f"was ended by signal {-code} ({name}){hint}"


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "an unknown signal"
