"""The host that starts a new interpreter for every session.

It works on every system, but it is slower than forking, because each session imports its modules anew.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence
from typing import Final

from convref.weave.run.host.connection import Connection, HostError, ended
from convref.weave.run.host.pipe_connection import PipeConnection
from convref.weave.run.host.socket_connection import SocketConnection
from convref.weave.run.process import boot, system
from convref.weave.run.temporary import SessionFolders

PATIENCE: Final = 60.0  # seconds for an interpreter to start


class SpawnHost:
    """A host that starts a new interpreter for every session.

    On systems that can fork, the new interpreter is the session's keeper. It forks the worker, and kills all
    processes of the session at its end. On other systems, the new interpreter is the worker itself.

    Args:
        environment: the environment variables that pages see.
        search: the module search path of workers; by default that of this process.
        with_keepers: True if sessions have keepers; the default is True if the system can fork.
    """

    def __init__(
        self,
        environment: dict[str, str],
        search: Sequence[str] | None = None,
        *,
        with_keepers: bool = hasattr(os, "fork"),
    ) -> None:
        if with_keepers and system.confinement_version() == 0:
            system.hide_memory()
        self._environment, self._search, self._with_keepers = environment, search, with_keepers
        self._folders = SessionFolders()

    def connect(self, limit: int) -> Connection:
        """Start a worker, whose messages may have up to `limit` bytes, and return the connection to it.

        Raises:
            HostError: the worker does not start.
        """
        if self._with_keepers:
            return self._kept(limit)
        return PipeConnection(self._environment, self._folders, limit, self._search)

    def preload(self, names: list[str]) -> None:
        """Do nothing, since each session has a new interpreter, which imports its modules itself."""

    def refresh(self) -> None:
        """Do nothing, since a new interpreter always runs the installed code."""

    def close(self) -> None:
        """Remove the sessions' directories. The processes of each session were ended with the session."""
        self._folders.close()

    def _kept(self, limit: int) -> SocketConnection:
        channel, theirs = socket.socketpair()
        lifeline, other = socket.socketpair()
        with theirs, other:
            numbers = [theirs.fileno(), other.fileno()]
            process = subprocess.Popen(  # noqa: S603 (this interpreter, this package)
                boot.command("session", *map(str, numbers), search=self._search),
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
