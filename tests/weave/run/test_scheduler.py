"""Second runs of sessions that another session may have killed."""

import threading
from concurrent.futures import CancelledError

import pytest

from convref.weave.page.outcomes import Outcome
from convref.weave.page.plan import Step
from convref.weave.run.scheduler import Scheduler


class Sessions:
    """Sessions that wait until they are let go, and the order of what happens."""

    def __init__(self, *, killed=(), always=()):
        self.killed, self.always = set(killed), set(always)
        self.events = []
        self.running = 0
        self.most = 0
        self.lock = threading.Lock()
        self.go = threading.Event()

    def run(self, steps):
        name = steps[0].code
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
            self.events.append((name, self.running))
        self.go.wait(20)
        with self.lock:
            self.running -= 1
        lost = name in self.always or name in self.killed
        self.killed.discard(name)
        return [Outcome(output="lost" if lost else "done")], lost


def submit(scheduler, *names):
    return [scheduler.submit([Step("python", "docs/x.md", 1, name)]) for name in names]


def results(futures):
    return [future.result(20)[0].output for future in futures]


def test_a_session_killed_while_others_ran_is_run_again_alone():
    sessions = Sessions(killed="b")
    scheduler = Scheduler(3, sessions.run)
    futures = submit(scheduler, "a", "b", "c", "d", "e")
    sessions.go.set()
    assert ["done"] * 5 == results(futures)
    assert 6 == len(sessions.events)
    assert ("b", 1) == sessions.events[-1]
    scheduler.close(lambda: None)


def test_a_session_that_is_killed_again_keeps_its_failure():
    sessions = Sessions(always="ac")
    scheduler = Scheduler(3, sessions.run)
    futures = submit(scheduler, "a", "b", "c")
    sessions.go.set()
    assert ["lost", "done", "lost"] == results(futures)
    assert [1, 1] == [running for _, running in sessions.events[-2:]]
    scheduler.close(lambda: None)


def test_a_session_killed_while_it_ran_alone_is_not_run_again():
    sessions = Sessions(always="a")
    scheduler = Scheduler(1, sessions.run)
    futures = submit(scheduler, "a", "b")
    sessions.go.set()
    assert ["lost", "done"] == results(futures)
    assert ["a", "b"] == [name for name, _ in sessions.events]
    scheduler.close(lambda: None)


def test_an_error_of_the_runner_reaches_who_waits_for_the_session():
    def fail(steps):
        raise OSError(steps[0].code)

    scheduler = Scheduler(1, fail)
    with pytest.raises(OSError, match="a"):
        submit(scheduler, "a")[0].result(20)
    scheduler.close(lambda: None)


def test_closing_cancels_what_has_not_begun_and_waits_for_the_rest():
    sessions = Sessions()
    scheduler = Scheduler(1, sessions.run)
    running, waiting = submit(scheduler, "a", "b")
    while not sessions.events:
        threading.Event().wait(0.01)
    scheduler.close(sessions.go.set)
    assert ["done"] == results([running])
    with pytest.raises(CancelledError):
        waiting.result(20)


def test_closing_cancels_second_runs():
    sessions = Sessions(always="ab")
    scheduler = Scheduler(2, sessions.run)
    first, second = submit(scheduler, "a", "b")
    while len(sessions.events) < 2:
        threading.Event().wait(0.01)
    scheduler.close(sessions.go.set)
    for each in (first, second):
        with pytest.raises(CancelledError):
            each.result(20)
