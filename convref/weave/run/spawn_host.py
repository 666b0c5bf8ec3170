"""The host that starts a new interpreter for every session: slower, and available on every system."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
from typing import IO, Any, cast

from convref.weave.run import protocol
from convref.weave.run.connection import Connection, LostError, ended
from convref.weave.run.protocol import Message
from convref.weave.run.worker import boot


class SpawnHost:
    """Starts a new interpreter for every session.

    Args:
        environment: the variables that pages see.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def connect(self) -> Connection:
        """Start a worker."""
        return SpawnedConnection(self._environment)

    def preload(self, names: list[str]) -> None:
        """Do nothing: a new interpreter has no modules loaded ahead."""

    def close(self) -> None:
        """Do nothing: every session ends its own processes."""


class SpawnedConnection:
    """A worker in a new interpreter, reached through its standard input and output.

    A thread reads the answers: a pipe can be read with a deadline on every system only so.

    Args:
        environment: the variables that pages see.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (this interpreter, this package)
            boot.command("worker"),
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
                message = protocol.receive(self._from)
            self._arrived.put(message)

    def send(self, message: Message) -> None:
        """Send a message; raises LostError when the worker is gone."""
        try:
            protocol.send(self._to, message)
        except OSError:
            raise LostError(self._end()) from None

    def receive(self, timeout: float) -> Message:
        """Return the next message; raises LostError when none comes in time or the worker is gone."""
        try:
            message = self._arrived.get(timeout=timeout)
        except queue.Empty:
            self.kill()
            raise LostError("did not answer", late=True) from None
        if message is None:
            raise LostError(self._end())
        return message

    def abort(self) -> None:
        """End the session from another thread; the thread that uses the connection then gets a LostError."""
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def kill(self) -> None:
        """Kill the session's process tree. Idempotent."""
        self.abort()
        self._process.wait()
        self._reader.join(1)
        for stream in (self._to, self._from):
            with contextlib.suppress(OSError):
                stream.close()

    def _end(self) -> str:
        return ended(self._process.wait())
