"""The host that forks its workers from a warm parent, a process that has imported the heavy modules.

The warm parent is described in `convref.weave.run.process.forkserver`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Sequence
from typing import Final

from convref.weave.run.host.connection import Connection, HostError, ended
from convref.weave.run.host.socket_connection import SocketConnection
from convref.weave.run.process import boot, system
from convref.weave.run.protocol import CHECK, PRELOAD, SESSION, VALID
from convref.weave.run.temporary import SessionFolders

_log: Final = logging.getLogger(__name__)
PATIENCE: Final = 120.0  # seconds for the warm parent to load the modules that it was asked to
_END: Final = 10.0  # seconds for it to end by itself


class ForkHost:
    """A host that forks workers from a warm parent, a process that has already imported heavy modules.

    If the warm parent dies, another one is started. Importing a module may have killed the first one. So the
    new one imports only modules that were already loaded when a worker was forked successfully.

    Args:
        environment: the environment variables that pages see.
        search: the module search path of workers; by default that of this process.
        cwd: the working directory of the warm parent; by default that of this process. Some modules read a
            file in this directory when they are imported, as matplotlib does with its settings.
    """

    def __init__(
        self, environment: dict[str, str], search: Sequence[str] | None = None, cwd: str | None = None
    ) -> None:
        if system.confinement_version() == 0:
            system.hide_memory()  # workers cannot be confined here: they could read the build's secrets
        self._environment, self._search, self._cwd = environment, search, cwd
        self._folders = SessionFolders()
        self._lock = threading.Lock()
        self._requested: dict[str, None] = {}  # modules to load
        self._loaded: dict[str, None] = {}  # those with which a worker has been forked
        self._start()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603 (this interpreter, this package)
                boot.command("forkserver", str(number), search=self._search),
                env=self._environment,
                cwd=self._cwd,
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl+C at the terminal reaches the build alone
            )
        self._requested = {}
        if self._loaded:
            self._ask_to_load(list(self._loaded))

    def connect(self, limit: int) -> Connection:
        """Fork a worker, and return the connection to it.

        If the process from which workers are forked has died, it is replaced, and forking is tried again.

        Args:
            limit: the maximum size of a message from the worker, in bytes.

        Raises:
            HostError: the process that replaced it has died, too.
        """
        process = self._process
        connection = self._fork(limit)
        if connection is None:
            self._replace(process)
            connection = self._fork(limit)
        if connection is None:
            raise HostError(f"the process that starts the pages' sessions {ended(self._process.wait())}")
        return connection

    def _fork(self, limit: int) -> SocketConnection | None:
        """Ask the process from which workers are forked for a worker.

        Return the connection to the worker, or None if this fails.
        """
        channel, theirs = socket.socketpair()
        lifeline, other = socket.socketpair()
        connection = SocketConnection(channel, lifeline, self._folders, limit)
        with theirs, other, self._lock, contextlib.suppress(OSError):
            requested = dict(self._requested)
            self._wake()
            socket.send_fds(self._control, [SESSION], [theirs.fileno(), other.fileno()])
        if connection.begin(PATIENCE):
            with self._lock:
                self._loaded.update(requested)
            return connection
        connection.kill()
        return None

    def preload(self, names: list[str]) -> None:
        """Import modules in the process from which workers are forked, so that later workers have them."""
        with self._lock:
            self._ask_to_load(names)

    def refresh(self) -> None:
        """Replace the process from which workers are forked if a module has changed since it was imported."""
        process = self._process
        if not self._loaded_is_valid():
            self._replace(process)

    def close(self) -> None:
        """End the process from which workers are forked, end all sessions, and remove their directories."""
        with self._lock:
            self._end()
        self._folders.close()

    def _loaded_is_valid(self) -> bool:
        channel, theirs = socket.socketpair()
        with channel:
            with theirs, self._lock, contextlib.suppress(OSError):
                self._wake()
                socket.send_fds(self._control, [CHECK], [theirs.fileno()])
            channel.settimeout(PATIENCE)
            with contextlib.suppress(OSError):
                return channel.recv(len(VALID)) == VALID
        return False

    def _replace(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if self._process is process:  # otherwise another session has replaced it already
                if process.poll() is not None:
                    _log.info("the process that starts the pages' sessions %s", ended(process.returncode))
                self._end()
                self._start()

    def _ask_to_load(self, names: list[str]) -> None:
        channel, theirs = socket.socketpair()
        with channel, theirs, contextlib.suppress(OSError):
            self._wake()
            socket.send_fds(self._control, [PRELOAD], [theirs.fileno()])
            channel.sendall(json.dumps(names).encode())
            self._requested.update(dict.fromkeys(names))

    def _wake(self) -> None:
        """Send SIGCONT to the process from which workers are forked, in case a page has stopped it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self._process.pid, signal.SIGCONT)

    def _end(self) -> None:
        self._wake()
        self._control.close()  # which the warm parent takes as the sign to end
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
