"""Hosts start the workers: the warm parent forks them (Linux, macOS), or each is a new interpreter."""

from __future__ import annotations

import os
from typing import Protocol

from convref.weave.run.connection import Connection
from convref.weave.run.fork_host import ForkHost
from convref.weave.run.spawn_host import SpawnHost


class Host(Protocol):
    """Starts workers."""

    def connect(self) -> Connection:
        """Start a worker."""

    def preload(self, names: list[str]) -> None:
        """Load modules that later workers then have at once."""

    def close(self) -> None:
        """End every process."""


def start_host(start: str, environment: dict[str, str], preload: list[str]) -> Host:
    """Return a host.

    Args:
        start: "fork", "spawn", or "" for fork where the system supports it.
        environment: the variables that pages see.
        preload: modules to load ahead, where workers are forked.
    """
    if start == "spawn" or not hasattr(os, "fork"):
        return SpawnHost(environment)
    return ForkHost(environment, preload)
