"""Hosts start the workers: the warm parent forks them (Linux, macOS), or each is a new interpreter."""

from __future__ import annotations

import os
from typing import Protocol

from convref.weave.run.host.connection import Connection
from convref.weave.run.host.fork_host import ForkHost
from convref.weave.run.host.spawn_host import SpawnHost


class Host(Protocol):
    """Starts workers."""

    def connect(self, limit: int) -> Connection:
        """Start a worker whose messages may have up to `limit` bytes.

        Raises:
            HostError: none can be started.
        """

    def preload(self, names: list[str]) -> None:
        """Load modules that later workers then have at once."""

    def refresh(self) -> None:
        """Make sure that later workers run the code that is installed now."""

    def close(self) -> None:
        """End every process."""


def start_host(start: str, environment: dict[str, str]) -> Host:
    """Return a host.

    Args:
        start: "fork", "spawn", or "" for fork where the system supports it.
        environment: the variables that pages see.
    """
    if start == "spawn" or not hasattr(os, "fork"):
        return SpawnHost(environment)
    return ForkHost(environment)
