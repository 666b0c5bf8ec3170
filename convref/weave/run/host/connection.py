"""The interface of a connection between the build and one worker, and the errors of hosts and connections."""

from __future__ import annotations

import signal
from typing import Final, Protocol

from convref.weave.run.protocol import Ending, Message

# Signals that the system sends to a process for an error in the process itself; all others may have been sent
# by another process.
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
    """Raised if a worker has ended before its session was complete, or does not answer.

    Args:
        how: the message. It calls the worker "the process", as in "the process did not answer".
        late: True if the worker was killed because it did not answer in time.
        external: True if another process may have killed or stopped the worker.
    """

    def __init__(self, how: str, *, late: bool = False, external: bool = False) -> None:
        super().__init__(how)
        self.late, self.external = late, external


class HostError(Exception):
    """Raised if a host cannot start a worker."""


class Connection(Protocol):
    """The interface of a connection between the build and the worker process of one session."""

    def send(self, message: Message, timeout: float) -> None:
        """Send a message to the worker.

        Raises:
            LostError: the worker has ended, or does not read the message within `timeout` seconds.
        """

    def receive(self, timeout: float) -> Message:
        """Return the next message.

        Raises:
            LostError: no message arrives within `timeout` seconds, or the worker has ended.
            ProtocolError: the data that arrived is not a message.
        """

    def end(self) -> None:
        """End the session after all its steps have run; raises LostError if its worker had ended already."""

    def abort(self) -> None:
        """End the session from another thread; the thread that waits for an answer gets a LostError."""

    def kill(self) -> None:
        """Kill the session's process tree. Idempotent."""


def lost(ending: Ending) -> LostError:
    """Return the error for a worker that exited by itself, or that was killed or stopped by a signal."""
    if ending.how == "stopped":
        how = f"the process was stopped by signal {ending.code} ({_name(ending.code)})"
        return LostError(how, external=True)
    signals = -ending.code if ending.code < 0 else 0
    external = bool(signals) and signals not in _OWN_FAULT
    return LostError(f"the process {ended(ending.code)}", external=external)


def ended(code: int) -> str:
    """Return a description of a process's end, as the rest of a sentence that begins with "the process".

    Args:
        code: the exit code of the process, or the negated number of the signal that killed it.

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
