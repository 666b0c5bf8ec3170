"""The host that forks its workers from a warm parent (`convref.weave.run.worker.forkserver`).

Two sockets lead to every worker. The channel carries the messages. The lifeline carries none: the warm parent
watches its other end, and kills the session when the build shuts the lifeline or dies.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import subprocess
import threading

from convref.weave.run import protocol
from convref.weave.run.connection import Connection, LostError, ended
from convref.weave.run.protocol import PRELOAD, READY, SESSION, Message
from convref.weave.run.worker import boot

PATIENCE = 120.0  # seconds for the warm parent to load the modules that it was asked to


class ForkHost:
    """A warm parent. If it dies of a module that it was asked to load, another starts without that module.

    Args:
        environment: the variables that pages see.
        preload: modules to load ahead.
    """

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
                boot.command("forkserver", str(number)),
                env=self._environment,
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl+C at the terminal reaches the build alone
            )

    def connect(self) -> Connection:
        """Start a worker; if the warm parent is dead, in another one.

        Raises:
            RuntimeError: the other one is dead, too.
        """
        process = self._process
        connection = self._fork()
        if connection is None:
            with self._lock:
                if self._process is process:  # otherwise another session has replaced it already
                    self._end()
                    self._start()
            connection = self._fork()
        if connection is None:
            raise RuntimeError(f"the process that starts the pages' sessions {ended(self._process.wait())}")
        return connection

    def _fork(self) -> ForkedConnection | None:
        """Ask for a worker; None when the warm parent is dead or does not answer."""
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
        """Have the warm parent load modules; it does so before it forks the next worker."""
        channel, theirs = socket.socketpair()
        with channel, theirs, self._lock, contextlib.suppress(OSError):
            socket.send_fds(self._control, [PRELOAD], [theirs.fileno()])
            channel.sendall(json.dumps(names).encode())

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        self._control.close()  # which the warm parent takes as the sign to end
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class ForkedConnection:
    """A worker that was forked by the warm parent.

    Args:
        channel: the socket of the messages.
        lifeline: the socket that ends the session when it is shut.
    """

    def __init__(self, channel: socket.socket, lifeline: socket.socket) -> None:
        self._channel, self._lifeline = channel, lifeline
        self._to = channel.makefile("wb")
        self._from = channel.makefile("rb", buffering=0)  # `poll` cannot see what a buffer holds
        self._poll = select.poll()
        for end in (channel, lifeline):
            self._poll.register(end, select.POLLIN)

    def send(self, message: Message) -> None:
        """Send a message; raises LostError when the worker is gone."""
        try:
            protocol.send(self._to, message)
        except OSError:
            raise LostError(self._end()) from None

    def receive(self, timeout: float) -> Message:
        """Return the next message; raises LostError when none comes in time or the worker is gone."""
        readable = [number for number, _ in self._poll.poll(1000 * timeout)]
        if not readable:
            self.kill()
            raise LostError("did not answer", late=True)
        message = None
        # A worker that is killed while it has unread messages resets the channel.
        with contextlib.suppress(ConnectionError):
            if self._channel.fileno() in readable:
                message = protocol.receive(self._from)
        if message is None:
            raise LostError(self._end())
        return message

    def abort(self) -> None:
        """End the session from another thread; the thread that uses the connection then gets a LostError."""
        with contextlib.suppress(OSError):
            self._lifeline.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """Kill the session's process tree. Idempotent."""
        self.abort()
        with contextlib.suppress(OSError):
            self._lifeline.recv(64)  # it ends when all processes have
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
