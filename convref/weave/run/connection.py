"""The connection between the build and one worker, whatever host started that."""

from __future__ import annotations

import signal
from typing import Protocol

from convref.weave.run.protocol import Message


class LostError(Exception):
    """A worker is gone.

    Args:
        how: how it ended, as the rest of a sentence that begins with "the process".
        late: it was killed because it did not answer in time.
    """

    def __init__(self, how: str, late: bool = False) -> None:
        super().__init__(how)
        self.late = late


class Connection(Protocol):
    """One session's worker."""

    def send(self, message: Message) -> None:
        """Send a message; raises LostError when the worker is gone."""

    def receive(self, timeout: float) -> Message:
        """Return the next message; raises LostError when none comes in time or the worker is gone."""

    def abort(self) -> None:
        """End the session from another thread; the thread that uses the connection then gets a LostError."""

    def kill(self) -> None:
        """Kill the session's process tree. Idempotent."""


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
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "an unknown signal"
    hint = "; the system may have run out of memory" if name == "SIGKILL" else ""
    return f"was ended by signal {-code} ({name}){hint}"
