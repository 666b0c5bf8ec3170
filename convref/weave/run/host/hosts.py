"""The interface of hosts, which start workers: by forking a warm parent, or each as a new interpreter."""

from __future__ import annotations

import os
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
        """Import modules in advance, so that later workers need not; some hosts cannot, and do nothing."""

    def refresh(self) -> None:
        """Ensure that later workers run the currently installed code, not an older, preloaded version."""

    def close(self) -> None:
        """End all processes that the host has started."""


def start_host(start: str, environment: dict[str, str]) -> Host:
    """Return a new host.

    Args:
        start: "fork", "spawn", or "" for "fork" if the system supports it and "spawn" otherwise.
        environment: the environment variables that pages see.
    """
    if start == "spawn" or not hasattr(os, "fork"):
        return SpawnHost(environment)
    return ForkHost(environment)
