"""A session goes on after its end: its steps are run once more, and further ones after them."""

from convref.weave.cache.results import CacheSettings
from convref.weave.page.plan import Step
from convref.weave.run.continuation import Continuation
from convref.weave.run.engine import Engine
from convref.weave.run.host.connection import HostError
from convref.weave.run.settings import Settings


def code(text, kind="python", session=""):
    return Step(kind, "a.md", 1, text, session)


def printed(session, *codes):
    return [session.run(code(each)).output for each in codes]


def test_further_steps_share_the_names_of_the_session_and_of_each_other():
    with Engine(Settings()) as engine, Continuation(engine, [code("x = 1")]) as session:
        assert ["1\n", "", "2\n"] == printed(session, "print(x)", "x += 1", "print(x)")


def test_results_are_recalled_and_a_worker_is_started_only_for_a_step_without_one(tmp_path):
    start, ask = code("import time; start = time.time_ns()"), "print(start)"
    with Engine(Settings(), cache=CacheSettings(tmp_path)) as engine:
        with Continuation(engine, [start]) as session:
            first = printed(session, ask, ask)
        with Continuation(engine, [start]) as session:
            assert first == printed(session, ask, ask)
            assert session.run(code("print(start + 1)")).output != f"{int(first[0]) + 1}\n"


def test_each_of_many_further_steps_keeps_its_result(tmp_path):
    codes = [f"import time; print({number}, time.time_ns())" for number in range(20)]
    with Engine(Settings(), cache=CacheSettings(tmp_path)) as engine:
        with Continuation(engine, []) as session:
            results = printed(session, *codes)
        with Continuation(engine, []) as session:
            assert results == printed(session, *codes)


def test_after_a_crash_further_steps_are_not_run():
    with Engine(Settings()) as engine, Continuation(engine, []) as session:
        crash, after = (session.run(code(each)) for each in ("import os; os._exit(3)", "print(1)"))
    assert ["Crash", "NotRun"] == [each.failure and each.failure.kind for each in (crash, after)]


def test_without_a_worker_the_step_fails(monkeypatch):
    def refuse(*_):
        raise HostError("no worker can be started")

    with Engine(Settings()) as engine, Continuation(engine, []) as session:
        monkeypatch.setattr(type(engine._started_host()), "connect", refuse)
        assert "Crash: no worker can be started" == str(session.run(code("1")).failure)
