"""Settings of the engine: the limits of a session, and the environment in which pages run."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from convref.errors import ArgumentError

EXECUTOR: Final = re.compile(r"local|dask(:\s*(?P<address>(tcp|tls)://\S+:\d+))?")
EXECUTOR_RULE: Final = "must be 'local', 'dask' or 'dask: tcp://HOST:PORT'"


@dataclass(frozen=True)
class Settings:
    """The settings with which sessions run.

    Args:
        jobs: the number of sessions that run at the same time; 0 for one per processor.
        timeout: the maximum run time of a block, in seconds.
        memory: the bytes that a session may allocate in addition to those at its start; 0 for no limit.
        output_limit: the maximum number of bytes kept of each output of a block, such as its text or value.
        env: the names of environment variables that pages may see, besides those that every program needs.
        set_env: environment variables to set for pages.
        preload: modules to import in advance, besides those that pages import.
        start: "fork" to fork workers from a process that has imported modules in advance; "spawn" to start a
            new interpreter for each; "" for "fork" if the system supports it, and "spawn" otherwise.
        executor: where sessions run: "local" for processes of this machine, "dask" for a Dask cluster that is
            started on this machine, "dask: tcp://HOST:PORT" for the cluster of a running scheduler.
        cwd: the directory in which pages run; "" for the current one.
        confine: whether to deny pages access to other processes, if the system supports this
            (`convref.weave.run.process.system.confine`).

    Raises:
        ArgumentError: a number is out of range, or `start` or `executor` is unknown.
    """

    jobs: int = 0
    timeout: float = 60.0
    memory: int = 0
    output_limit: int = 1 << 20
    env: tuple[str, ...] = ()
    set_env: Mapping[str, str] = field(default_factory=dict)
    preload: tuple[str, ...] = ()
    start: str = ""
    executor: str = "local"
    cwd: str = ""
    confine: bool = True

    def __post_init__(self) -> None:
        if self.timeout <= 0:
            raise ArgumentError(f"Settings: timeout (={self.timeout!r}) must be more than 0 seconds")
        for name in ("jobs", "memory", "output_limit"):
            if getattr(self, name) < 0:
                raise ArgumentError(f"Settings: {name} (={getattr(self, name)!r}) must not be negative")
        if self.start not in {"", "fork", "spawn"}:
            raise ArgumentError(f"Settings: start (={self.start!r}) must be 'fork', 'spawn' or ''")
        if not EXECUTOR.fullmatch(self.executor):
            raise ArgumentError(f"Settings: executor (={self.executor!r}) {EXECUTOR_RULE}")

    @property
    def job_count(self) -> int:
        """The number of sessions that run at the same time on this machine."""
        return self.jobs or os.cpu_count() or 1

    @property
    def scheduler(self) -> str | None:
        """The address of Dask's scheduler, or "" to start a cluster on this machine; None without Dask."""
        match = EXECUTOR.fullmatch(self.executor)
        return None if match is None or self.executor == "local" else match["address"] or ""

    @property
    def directory(self) -> str:
        """The directory in which pages run."""
        return self.cwd or os.getcwd()  # noqa: PTH109 (it is sent as text)
