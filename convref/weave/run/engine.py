"""The engine: it runs the plans of pages, and returns an outcome for each step of a plan.

A plan is split into sessions. A session whose cached result is still valid is not run. Each of the others
gets a worker process, and several run at the same time (`convref.weave.run.session`). A host
(`convref.weave.run.host`) starts the workers. It forks them from a warm parent, a process that has already
imported modules, if the system supports this; otherwise it starts a new interpreter for each. All processes
of a session are killed when it ends.

An engine can also pass the sessions to an executor (`convref.weave.run.remote`). The processes of the
executor then start the workers, possibly on other machines.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Final, Self

from convref.errors import ArgumentError
from convref.weave.cache.entry import Conditions
from convref.weave.cache.recording.seen import Seen
from convref.weave.cache.results import CacheSettings, ResultCache
from convref.weave.page.outcomes import Failure, Outcome
from convref.weave.page.plan import Plan, Step
from convref.weave.run.environment import page_environment
from convref.weave.run.host.connection import Connection, HostError
from convref.weave.run.host.hosts import Host, start_host
from convref.weave.run.protocol import Opening
from convref.weave.run.remote import IN_FLIGHT, Remote, Task, opener_of
from convref.weave.run.scheduler import Scheduler
from convref.weave.run.session import Session, SessionResult, sessions, step_numbers
from convref.weave.run.settings import Settings

_log: Final = logging.getLogger(__name__)


class Engine:
    """Runs the code of pages in worker processes, several sessions at a time.

    A session is the code of a page that shares its variables; most pages have one.

    Args:
        settings: the limits of sessions, and the environment in which they run.
        languages: the languages for which values are rendered.
        cache: the settings of the result cache; None to use no cache, so that every session is run.
        executor: an executor that runs the sessions; the engine does not shut it down. If it is None, the
            setting `executor` determines where sessions run.

    Example:
        >>> from convref.weave.markdown.document import parse
        >>> from convref.weave.page.plan import plan
        >>> page = parse("`{python} 6 * 7`", "x.md")
        >>> with Engine(Settings()) as engine:
        ...     engine.run(plan({"en": page}))[0].forms[""]["text/plain"]
        '42'
    """

    def __init__(
        self,
        settings: Settings,
        languages: Sequence[str] = ("",),
        cache: CacheSettings | None = None,
        executor: Executor | None = None,
    ) -> None:
        self.settings, self.languages, self.cache = settings, tuple(languages), cache
        self._environment = page_environment(settings)
        self.results = ResultCache(cache, self._conditions(), self._environment) if cache else None
        self._opening = Opening(
            languages=list(self.languages),
            output_limit=settings.output_limit,
            timeout=settings.timeout,
            memory=settings.memory,
            cwd=settings.directory,
            environment=dict(settings.set_env),
            record=cache is not None,
            confine=settings.confine,
        )
        self._starting = threading.Lock()
        self._refreshing = threading.Lock()
        self._host: Host | None = None
        self._is_unchecked = False  # True from the begin of a build until its first session needs the host
        opener = opener_of(executor, settings)
        self._remote = opener and Remote(
            opener, Task(self._opening, settings.start, tuple(self._environment.items()), self._conditions())
        )
        jobs = (settings.jobs or IN_FLIGHT) if self._remote else settings.job_count
        self._scheduler = Scheduler(jobs, self._outcomes)
        self._local = threading.Semaphore(settings.job_count)  # sessions on this machine
        if not cache and not self._remote:
            self._started_host()  # it starts while the caller reads the pages
        self._live: set[Connection] = set()
        self._imports: dict[str, None] = {}
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def preload(self, names: Sequence[str]) -> None:
        """Import modules in the process from which later sessions are forked.

        This method returns at once. A session that starts later waits until the imports are complete.

        Args:
            names: the names of the modules.

        Raises:
            ArgumentError: the setting `executor` names a scheduler that does not answer, or Dask is not
                installed.
        """
        names = [*self.settings.preload, *names]
        if self._remote:
            self._remote.begin(names)
        else:
            self._started_host().preload(names)

    def prepare(self, plans: Sequence[Plan]) -> None:
        """Begin a build: look up the cached results of the plans, and preload modules for the others.

        Args:
            plans: the plans of all pages. The modules that a plan imports are preloaded unless the plan has a
                valid cached result.

        Raises:
            ArgumentError: a plan has no valid cached result, and the setting `executor` names a scheduler
                that does not answer, or Dask is not installed.
        """
        self._imports = dict.fromkeys(name for plan in plans for name in plan.imports)
        self._is_unchecked = self._host is not None
        if self.results:
            self.results.begin()
            plans = [plan for plan in plans if not all(map(self.results.knows, sessions(plan).values()))]
        names = dict.fromkeys(name for plan in plans for name in plan.imports)
        if self._remote and plans:
            self.preload(list(names))
        elif names:
            self._refreshed_host().preload([*self.settings.preload, *names])

    def get_ready(self) -> None:
        """Preload the modules that the pages of the last build import, so that the next build starts fast."""
        if not self._remote and (not self.cache or self.cache.execute != "never"):
            self.preload(list(self._imports))

    def run(self, plan: Plan) -> tuple[Outcome, ...]:
        """Run all sessions of a plan, wait until they have ended, and return the outcome of each step."""
        return self.submit(plan).result()

    def submit(self, plan: Plan, done: Callable[[], None] = lambda: None) -> Future[tuple[Outcome, ...]]:
        """Schedule the sessions of a plan.

        Args:
            plan: the plan.
            done: a callback that is called when the last session of the plan has ended.

        Returns:
            A future for the outcomes of the plan's steps, in order.
        """
        numbered = step_numbers(plan)
        whole: Future[tuple[Outcome, ...]] = Future()
        outcomes: dict[int, Outcome] = {}
        left = set(numbered)
        lock = threading.Lock()  # sessions of one plan may end at the same time

        def finish(name: tuple[int, str], part: Future[list[Outcome]]) -> None:
            with lock:
                left.discard(name)
                last = not left
                error = None if part.cancelled() else part.exception()
                if part.cancelled():
                    whole.cancel()
                elif error and not whole.done():
                    whole.set_exception(error)
                elif not error:
                    outcomes.update(zip(numbered[name], part.result(), strict=True))
                if last and not whole.done():
                    whole.set_result(tuple(outcomes[number] for number in range(len(plan.steps))))
            if last:
                done()

        for name, numbers in numbered.items():
            part = self._scheduler.submit([plan.steps[number] for number in numbers])
            part.add_done_callback(lambda part, name=name: finish(name, part))  # type: ignore[misc]
        if not numbered:
            whole.set_result(())
            done()
        return whole

    def close(self) -> None:
        """Stop the sessions that are running, and end all processes."""
        self._closed = True
        self._scheduler.close(self._abort)
        if self._host:
            self._host.close()
        if self._remote:
            self._remote.close()

    def _abort(self) -> None:
        if self._remote:
            self._remote.stop()
        for connection in list(self._live):
            connection.abort()

    def _conditions(self) -> Conditions:
        return Conditions.present(
            self._environment, self.languages, self.settings.output_limit, self.settings.directory
        )

    def _started_host(self) -> Host:
        """Return the host, which is started at the first call.

        A build in which all results are cached never calls this method, and so starts no process.
        """
        with self._starting:
            if self._host is None:
                self._host = start_host(self.settings.start, self._environment)
                self._host.preload(list(self.settings.preload))
            return self._host

    def _refreshed_host(self) -> Host:
        """Return the host, and ensure that later workers run the currently installed code.

        This is checked at the first call in a build. The check takes seconds if many modules are loaded, so a
        build that runs no session skips it.
        """
        host = self._started_host()
        with self._refreshing:
            if self._is_unchecked:
                self._is_unchecked = False
                host.refresh()
        return host

    def _outcomes(self, steps: Sequence[Step]) -> tuple[list[Outcome], bool]:
        """Return the outcomes of a session's steps, and True if another session may have killed its worker.

        If the engine itself raises an error, all steps of this session get it as their failure, and the other
        pages are still built.
        """
        try:
            recalled = self.recalled(steps)
            return (recalled, False) if recalled is not None else self._run(steps)
        except (HostError, ArgumentError) as error:
            failure = Failure("Crash", str(error), "", steps[0].line)
        except Exception as error:  # noqa: BLE001 (one page must not end the build)
            _log.exception("%s:%d: the engine failed to run this page", steps[0].path, steps[0].line)
            failure = Failure("EngineError", f"{type(error).__name__}: {error}", "", steps[0].line)
        return [Outcome(failure=replace(failure, line=step.line)) for step in steps], False

    def recalled(self, steps: Sequence[Step]) -> list[Outcome] | None:
        """Return the cached outcomes of a session; None if the session must be run."""
        if self.results and self.results.settings.execute != "always":
            found = self.results.recall(steps)
            if found.outcomes is not None:
                return list(found.outcomes)
            if self.results.settings.execute == "never":
                rule = f"not run, because execute is 'never'; {found.reason}"
                return [Outcome(failure=Failure("NotRun", rule, "", step.line)) for step in steps]
        return None

    def keep(self, steps: Sequence[Step], outcomes: Sequence[Outcome], seen: Seen) -> None:
        """Store the result of a session, if there is a cache."""
        if self.results:
            self.results.keep(steps, outcomes, seen)

    def session(self, steps: Sequence[Step], connection: Connection) -> Session:
        """Return a new session that will run these steps in the worker at the other end of a connection."""
        return Session(steps, self._opening, connection)

    def _run(self, steps: Sequence[Step]) -> tuple[list[Outcome], bool]:
        result = (self._remote and self._remote.run(steps)) or self._run_locally(steps)
        if result.seen:
            self.keep(steps, result.outcomes, result.seen)
        return list(result.outcomes), result.external and not self._closed

    def _run_locally(self, steps: Sequence[Step]) -> SessionResult:
        with self._local, self.connected() as connection:
            return self.session(steps, connection).result()

    @contextlib.contextmanager
    def connected(self) -> Iterator[Connection]:
        """Return a context manager for a connection to a new worker; leaving the context kills the worker."""
        connection = self._refreshed_host().connect(self._opening.message_limit)
        self._live.add(connection)
        if self._closed:
            connection.abort()  # it was added too late for `close` to see it
        try:
            yield connection
        finally:
            connection.kill()
            self._live.discard(connection)
