"""The host that starts a new interpreter for every session: slower, and available on every system."""

from __future__ import annotations

import os
import socket
import subprocess
from typing import Final

from convref.weave.run.host.connection import Connection, HostError, ended
from convref.weave.run.host.pipe_connection import PipeConnection
from convref.weave.run.host.socket_connection import SocketConnection
from convref.weave.run.process import boot, system
from convref.weave.run.temporary import SessionFolders

PATIENCE: Final = 60.0  # seconds for an interpreter to start


class SpawnHost:
    """Starts a new interpreter for every session; on systems that can fork, with a keeper.

    Args:
        environment: the variables that pages see.
        with_keepers: whether sessions have keepers; by default where the system can fork.
    """

    def __init__(self, environment: dict[str, str], *, with_keepers: bool = hasattr(os, "fork")) -> None:
        if with_keepers and system.confinement_version() == 0:
            system.hide_memory()
        self._environment, self._with_keepers = environment, with_keepers
        self._folders = SessionFolders()

    def connect(self, limit: int) -> Connection:
        """Start a worker whose messages may have up to `limit` bytes.

        Raises:
            HostError: it does not start.
        """
        if self._with_keepers:
            return self._kept(limit)
        return PipeConnection(self._environment, self._folders, limit)

    def preload(self, names: list[str]) -> None:
        """Do nothing: a new interpreter has no modules loaded ahead."""

    def refresh(self) -> None:
        """Do nothing: a new interpreter runs the code that is installed."""

    def close(self) -> None:
        """Remove the sessions' directories; every session ends its own processes."""
        self._folders.close()

    def _kept(self, limit: int) -> SocketConnection:
        channel, theirs = socket.socketpair()
        lifeline, other = socket.socketpair()
        with theirs, other:
            numbers = [theirs.fileno(), other.fileno()]
            process = subprocess.Popen(  # noqa: S603 (this interpreter, this package)
                boot.command("session", *map(str, numbers)),
                env=self._environment,
                pass_fds=numbers,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        connection = SocketConnection(channel, lifeline, self._folders, limit, process)
        if not connection.begin(PATIENCE):
            connection.kill()
            raise HostError(f"the process that starts a page's session {ended(process.wait())}")
        return connection
