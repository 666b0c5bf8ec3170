"""The interface of hosts, which start workers, and the function that selects a host.

One kind of host forks workers from a process that has already imported modules (a warm parent). The other
kind starts a new interpreter for each worker.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Protocol

from convref.weave.run.host.connection import Connection
from convref.weave.run.host.fork_host import ForkHost
from convref.weave.run.host.spawn_host import SpawnHost


class Host(Protocol):
    """The interface of an object that starts workers."""

    def connect(self, limit: int) -> Connection:
        """Start a worker, whose messages may have up to `limit` bytes, and return the connection to it.

        Raises:
            HostError: the worker cannot be started.
        """

    def preload(self, names: list[str]) -> None:
        """Import modules in advance, so that later workers need not; hosts that cannot do this do nothing."""

    def refresh(self) -> None:
        """Ensure that later workers run the currently installed code, not an older, preloaded version."""

    def close(self) -> None:
        """End all processes that the host has started."""


def start_host(
    start: str, environment: dict[str, str], search: Sequence[str] | None = None, cwd: str | None = None
) -> Host:
    """Return a new host, an object that starts worker processes.

    Args:
        start: "fork" to fork workers from a process that has imported modules in advance, the warm parent;
            "spawn" to start a new interpreter for each; "" for "fork" if the system supports it, and "spawn"
            otherwise.
        environment: the environment variables that pages see.
        search: the module search path of workers; by default that of this process.
        cwd: the working directory of a warm parent; by default that of this process.
    """
    if start == "spawn" or not hasattr(os, "fork"):
        return SpawnHost(environment, search)
    return ForkHost(environment, search, cwd)
