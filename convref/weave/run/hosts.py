"""Where workers come from: forked from a warm parent, or started afresh where there is no fork.

A `Connection` carries the messages of one session; killing it ends every process of the session.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
from typing import IO, Any, Protocol, cast

from convref.weave.run import protocol as messages
from convref.weave.run.protocol import PRELOAD, READY, SESSION, Message

PATIENCE = 120.0  # seconds for the warm parent to load what it was asked to
# The name of the package is a string here, which no tool that reads imports sees.
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from convref.weave.run.worker import {0}; {0}.main()"
)


class LostError(Exception):
    """A worker is gone. `late` says that it was killed because it did not answer in time."""

    def __init__(self, how: str, late: bool = False) -> None:
        super().__init__(how)
        self.late = late


class Connection(Protocol):
    """One session's worker."""

    def send(self, message: Message) -> None:
        """Send a message; raises LostError when nobody is there."""

    def receive(self, timeout: float) -> Message:
        """The next message; raises LostError when none comes in time or the worker is gone."""

    def abort(self) -> None:
        """End the session from another thread; the one that holds the connection finds it lost."""

    def kill(self) -> None:
        """End the session with every process that it started; again is nothing."""


class Host(Protocol):
    """What starts workers."""

    def connect(self) -> Connection:
        """A new worker."""

    def preload(self, names: list[str]) -> None:
        """Load modules ahead for the workers to come."""

    def close(self) -> None:
        """End every process."""


def start_host(start: str, environment: dict[str, str], preload: list[str]) -> Host:
    """The host that `start` asks for ("fork", "spawn", or "" for what the system has)."""
    if start == "spawn" or not hasattr(os, "fork"):
        return SpawnHost(environment)
    return ForkHost(environment, preload)


def ended(code: int) -> str:
    """How a process ended, in words.

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


class ForkHost:
    """A warm parent that forks. When it dies of what it was asked to load, another starts without that."""

    def __init__(self, environment: dict[str, str], preload: list[str]) -> None:
        self._environment = environment
        self._lock = threading.Lock()
        self._start()
        if preload:
            self.preload(preload)

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603 (this interpreter, this package)
                [sys.executable, "-c", _BOOT.format("forkserver"), json.dumps(sys.path), str(number)],
                env=self._environment,
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    def connect(self) -> Connection:
        """A new worker."""
        process = self._process
        connection = self._fork()
        if connection is None:
            with self._lock:
                if self._process is process:  # else another session has started the next one
                    self._end()
                    self._start()
            connection = self._fork()
        if connection is None:
            raise RuntimeError(f"the process that starts the pages' sessions {ended(self._process.wait())}")
        return connection

    def _fork(self) -> ForkedConnection | None:
        """A worker; None when the warm parent is dead or does not answer."""
        channel, theirs = socket.socketpair()
        lifeline, other = socket.socketpair()
        with theirs, other, self._lock, contextlib.suppress(OSError):
            socket.send_fds(self._control, [SESSION], [theirs.fileno(), other.fileno()])
        with contextlib.suppress(OSError):
            lifeline.settimeout(PATIENCE)
            if lifeline.recv(len(READY)) == READY:
                lifeline.settimeout(None)
                return ForkedConnection(channel, lifeline)
        channel.close()
        lifeline.close()
        return None

    def preload(self, names: list[str]) -> None:
        """Load modules ahead for the workers to come."""
        channel, theirs = socket.socketpair()
        with channel, theirs, self._lock, contextlib.suppress(OSError):
            socket.send_fds(self._control, [PRELOAD], [theirs.fileno()])
            channel.sendall(json.dumps(names).encode())

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        self._control.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class ForkedConnection:
    """A worker forked by the warm parent."""

    def __init__(self, channel: socket.socket, lifeline: socket.socket) -> None:
        self._channel, self._lifeline = channel, lifeline
        self._to = channel.makefile("wb")
        self._from = channel.makefile("rb", buffering=0)  # what it held back, `poll` would not see
        self._poll = select.poll()
        for end in (channel, lifeline):
            self._poll.register(end, select.POLLIN)

    def send(self, message: Message) -> None:
        """Send a message; raises LostError when nobody is there."""
        try:
            messages.send(self._to, message)
        except OSError:
            raise LostError(self._end()) from None

    def receive(self, timeout: float) -> Message:
        """The next message; raises LostError when none comes in time or the worker is gone."""
        readable = [number for number, _ in self._poll.poll(1000 * timeout)]
        if not readable:
            self.kill()
            raise LostError("did not answer", late=True)
        message = None
        with contextlib.suppress(ConnectionError):  # who is killed with messages unread resets the channel
            if self._channel.fileno() in readable:
                message = messages.receive(self._from)
        if message is None:
            raise LostError(self._end())
        return message

    def abort(self) -> None:
        """End the session from another thread."""
        with contextlib.suppress(OSError):
            self._lifeline.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End the session with every process that it started; again is nothing."""
        self.abort()
        with contextlib.suppress(OSError):
            self._lifeline.recv(64)
        self._lifeline.close()
        with contextlib.suppress(OSError):
            self._to.close()
        self._from.close()
        self._channel.close()

    def _end(self) -> str:
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError, ValueError):
            return ended(int(self._lifeline.recv(64)))
        return "is gone"


class SpawnHost:
    """Starts a new interpreter for every session."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def connect(self) -> Connection:
        """A new worker."""
        return SpawnedConnection(self._environment)

    def preload(self, names: list[str]) -> None:
        """Nothing: a new interpreter has nothing ahead."""

    def close(self) -> None:
        """Nothing: every session ends its own processes."""


class SpawnedConnection:
    """A worker in an interpreter of its own, reached by its standard input and output."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (likewise)
            [sys.executable, "-c", _BOOT.format("worker"), json.dumps(sys.path)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._to, self._from = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        self._arrived: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        message: dict[str, Any] | None = {}
        while message is not None:
            with contextlib.suppress(OSError, ValueError):
                message = messages.receive(self._from)
            self._arrived.put(message)

    def send(self, message: Message) -> None:
        """Send a message; raises LostError when nobody is there."""
        try:
            messages.send(self._to, message)
        except OSError:
            raise LostError(self._end()) from None

    def receive(self, timeout: float) -> Message:
        """The next message; raises LostError when none comes in time or the worker is gone."""
        try:
            message = self._arrived.get(timeout=timeout)
        except queue.Empty:
            self.kill()
            raise LostError("did not answer", late=True) from None
        if message is None:
            raise LostError(self._end())
        return message

    def abort(self) -> None:
        """End the session from another thread."""
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def kill(self) -> None:
        """End the session with every process that it started; again is nothing."""
        self.abort()
        self._process.wait()
        self._reader.join(1)
        for stream in (self._to, self._from):
            with contextlib.suppress(OSError):
                stream.close()

    def _end(self) -> str:
        return ended(self._process.wait())
