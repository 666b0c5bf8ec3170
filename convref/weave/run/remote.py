"""Run sessions on a `concurrent.futures.Executor`, whose workers may be on other machines.

Each session is one task of the executor. A process of the executor runs the session as the build would: on
its machine, a process that has already imported the heavy modules (the warm parent) is forked for the
session, with the same limits and environment, and dependencies are recorded in the same way. If the executor
loses a session, for example because a machine fails, the build runs the session itself.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import platform
import sys
import threading
import uuid
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from convref.errors import ArgumentError
from convref.weave.cache.entry import Conditions
from convref.weave.page.plan import Step
from convref.weave.run.dask_cluster import dask_executor
from convref.weave.run.host.connection import HostError
from convref.weave.run.host.hosts import start_host
from convref.weave.run.protocol import Opening
from convref.weave.run.session import Session, SessionResult
from convref.weave.run.settings import Settings

IN_FLIGHT: Final = 500
"""The sessions that an executor has at once, unless `jobs` is set; a thread waits for each."""
Items: TypeAlias = tuple[tuple[str, str], ...]
Open: TypeAlias = Callable[[], contextlib.AbstractContextManager[Executor]]
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """A session, with everything that a process on another machine needs to run it.

    Args:
        opening: the settings of the session.
        start: the setting `start`; see `convref.weave.run.settings.Settings`.
        environment: the environment variables that pages see, as pairs of name and value.
        conditions: the build's version of Python, its system and further conditions. A process of the
            executor with another Python, system or convref refuses to run the session.
        steps: the steps of the session. An engine has one task without steps, and adds the steps of a session
            to a copy of it.
        search: the module search path.
        preload: the modules to import in advance.
        build: the identifier of the build. At the first task of a new build, a process of the executor checks
            that its warm parent has loaded the currently installed code.
    """

    opening: Opening
    start: str
    environment: Items
    conditions: Conditions
    steps: tuple[Step, ...] = ()
    search: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    build: str = ""


def run_task(task: Task) -> SessionResult:
    """Run a session and return its result; this function is called in a process of the executor.

    Raises:
        HostError: this process cannot run sessions of the build.
    """
    machine = f"a worker of the executor, on {platform.node()},"
    if different := task.conditions.difference(task.conditions.on_this_machine()):
        raise HostError(f"{machine} has another version of {different} than the build")
    if not os.path.isdir(task.opening.cwd):  # noqa: PTH112 (it was sent as text)
        rule = "the site must be at the same path on all machines"
        raise HostError(f"{machine} cannot see {task.opening.cwd}; {rule}")
    warm = _warm_host(task.start, task.environment, task.search, task.opening.cwd)
    warm.prepare(task)
    connection = warm.host.connect(task.opening.message_limit)
    try:
        return Session(task.steps, task.opening, connection).result()
    finally:
        connection.kill()


class _WarmHost:
    """A host that a process keeps from one session to the next; it is closed when nothing refers to it."""

    def __init__(self, start: str, environment: Items, search: tuple[str, ...], cwd: str) -> None:
        self.host = start_host(start, dict(environment), search, cwd)
        self._lock = threading.Lock()
        self._build = ""
        weakref.finalize(self, self.host.close)  # it is also called when the process exits

    def prepare(self, task: Task) -> None:
        """At a build's first session, ensure that the host runs the installed code, and preload modules."""
        with self._lock:
            if task.build != self._build:
                self._build = task.build
                self.host.refresh()
                self.host.preload(list(task.preload))


# A worker that serves another site next ends the processes for this one.
_warm_host = functools.lru_cache(maxsize=1)(_WarmHost)


class Remote:
    """The connection of an engine to an executor, which is opened when the first session needs it.

    Args:
        opener: a function that returns a context manager for the executor; it may raise ArgumentError.
        task: the settings that all sessions share, as a task without steps. The steps are added to copies.
    """

    def __init__(self, opener: Open, task: Task) -> None:
        self._opener, self._task = opener, _of_new_build(task, ())
        self._lock = threading.Lock()
        self._opened = contextlib.ExitStack()
        self._executor: Future[Executor] = Future()
        self._closing: Future[Any] = Future()

    def begin(self, preload: Sequence[str]) -> None:
        """Begin a build: open the executor, and set the modules that its workers import in advance.

        Raises:
            ArgumentError: the executor cannot be opened.
        """
        self._task = _of_new_build(self._task, preload)
        self._open()

    def run(self, steps: Sequence[Step]) -> SessionResult | None:
        """Run a session, and return its result; None if the executor has lost the session.

        Raises:
            ArgumentError: the executor cannot be opened.
            HostError: the process of the executor cannot run sessions of this build, or the build has ended.
        """
        executor = self._open()
        try:
            future = executor.submit(run_task, replace(self._task, steps=tuple(steps)))
            wait([future, self._closing], return_when=FIRST_COMPLETED)
            if self._closing.done():
                future.cancel()
                raise HostError("the build has ended")  # noqa: TRY301
            return future.result()
        except HostError:
            raise
        except BaseException as error:  # noqa: BLE001 (each executor has its own exceptions)
            where, what = f"{steps[0].path}:{steps[0].line}", f"{type(error).__name__}: {error}"
            _log.warning("%s: the executor lost this session, which now runs locally (%s)", where, what)
            return None

    def stop(self) -> None:
        """Stop waiting for sessions. Those that have begun run on until they end."""
        if not self._closing.done():
            self._closing.set_result(None)

    def close(self) -> None:
        """Close the executor, if the engine has opened it."""
        self._opened.close()

    def _open(self) -> Executor:
        with self._lock:
            if not self._executor.done():
                try:
                    self._executor.set_result(self._opened.enter_context(self._opener()))
                except ArgumentError as error:  # kept, so that the build waits once, not for each page
                    self._executor.set_exception(error)
            return self._executor.result()


def opener_of(executor: Executor | None, settings: Settings) -> Open | None:
    """Return the function that opens an engine's executor; None if the engine runs its sessions itself."""
    if executor is not None:
        return lambda: contextlib.nullcontext(executor)
    if settings.scheduler is not None:
        return functools.partial(dask_executor, settings.scheduler, settings.job_count)
    return None


def _of_new_build(task: Task, preload: Sequence[str]) -> Task:
    search = tuple(map(os.path.abspath, sys.path))  # workers have another working directory
    return replace(task, search=search, preload=tuple(preload), build=uuid.uuid4().hex)
