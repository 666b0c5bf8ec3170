"""Run sessions on threads, and repeat those whose worker another session may have killed.

If a signal kills a worker, either its own page or another page may have sent the signal; the system does not
report the sender. So if other sessions were running at the same time, the session is run again later, alone.
If its worker is killed again, its own page is the cause.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeAlias

from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Step

Outcomes: TypeAlias = list[Outcome]


@dataclass(eq=False)
class _Job:
    steps: Sequence[Step]
    done: Future[Outcomes] = field(default_factory=Future)
    company: bool = False  # True if another session ran at the same time, which may have killed the worker


class Scheduler:
    """A pool of threads, each of which runs one session at a time.

    Args:
        jobs: the number of sessions that run at the same time.
        run: a function that runs a session. It returns the outcomes, and True if another process may have
            killed the session's worker.
    """

    def __init__(self, jobs: int, run: Callable[[Sequence[Step]], tuple[Outcomes, bool]]) -> None:
        self._run = run
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="convref")
        self._lock = threading.Lock()
        self._running: set[_Job] = set()
        self._unfinished: set[_Job] = set()  # in their first run, or waiting for it
        self._waiting: deque[_Job] = deque()  # for a second run

    def submit(self, steps: Sequence[Step]) -> Future[Outcomes]:
        """Schedule a session, given as its steps, on the pool; return a future for its outcomes."""
        job = _Job(steps)
        with self._lock:
            self._unfinished.add(job)
        self._threads.submit(self._first, job)
        return job.done

    def close(self, stop: Callable[[], None]) -> None:
        """Cancel the sessions that have not begun, and wait for the others.

        Args:
            stop: a function that ends the running sessions, called before the wait.
        """
        self._threads.shutdown(wait=False, cancel_futures=True)
        stop()
        self._threads.shutdown(wait=True)
        with self._lock:
            left = [*self._unfinished, *self._waiting]
        for job in left:
            job.done.cancel()

    def _first(self, job: _Job) -> None:
        with self._lock:
            self._running.add(job)
            if len(self._running) > 1:
                for each in self._running:
                    each.company = True
        outcomes, external, error = self._attempt(job)
        with self._lock:
            self._running.discard(job)
            self._unfinished.discard(job)
            if external and job.company:
                self._waiting.append(job)
        self._next()
        if not (external and job.company):
            _finish(job, outcomes, error)

    def _second(self, job: _Job) -> None:
        outcomes, _, error = self._attempt(job)
        _finish(job, outcomes, error)
        with self._lock:
            self._running.discard(job)
        self._next()

    def _next(self) -> None:
        """Begin the second run of a waiting session if no session is running or waiting for its first run."""
        with self._lock:
            if self._unfinished or self._running or not self._waiting:
                return
            job = self._waiting.popleft()
            self._running.add(job)
        try:
            self._threads.submit(self._second, job)
        except RuntimeError:  # the scheduler is closed
            job.done.cancel()

    def _attempt(self, job: _Job) -> tuple[Outcomes, bool, Exception | None]:
        try:
            return *self._run(job.steps), None
        except Exception as error:  # noqa: BLE001 (whoever waits for the outcomes gets it)
            return [], False, error


def _finish(job: _Job, outcomes: Outcomes, error: Exception | None) -> None:
    if job.done.cancelled():
        return
    if error:
        job.done.set_exception(error)
    else:
        job.done.set_result(outcomes)
