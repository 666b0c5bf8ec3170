"""Sessions run on any executor, and give what they give in processes of the build."""

import itertools
import os
import signal
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import pytest
from cached_site import block, planned, run, shown

from convref.weave.cache.results import CacheSettings
from convref.weave.run import remote
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

PAGES = [
    block("import os, sys; print(os.getcwd(), sorted(os.environ), sys.path)") + "`{python} 6 * 7`\n",
    block("open('data.txt').read()") + block("1 / 0") + block("2"),
    block("import os; os.kill(os.getpid(), 9)") + block("1"),
    block("import time; time.sleep(60)") + block("1"),
    block("print('x' * 200)") + block("len(bytearray(1 << 30))", ' session="large"'),
    block("import helper; helper.value") + "`{python} late`\n" + block("late = 3"),
]


class Silent(Executor):
    """An executor that never finishes a task."""

    def __init__(self):
        self.futures = []

    def submit(self, *_, **__):
        self.futures.append(Future())
        return self.futures[-1]


class Losing(Executor):
    """An executor that loses all tasks, as a pool does whose processes were killed."""

    def submit(self, *_, **__):
        future: Future[Any] = Future()
        future.set_exception(OSError("the network is down"))
        return future


@pytest.fixture
def pools():
    with (
        ThreadPoolExecutor(2) as threads,
        ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes,
    ):
        yield {"threads": threads, "processes": processes}


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "data.txt").write_text("some data", "utf-8")
    (tmp_path / "helper.py").write_text("value = 5\n", "utf-8")
    return tmp_path


def without_times(outcomes):
    return [replace(each, seconds=0.0) for each in outcomes]


def results(site, name, executor=None):
    """Return the outcomes of the pages, and the dependencies that are kept in the cache."""
    settings = Settings(jobs=2, timeout=0.7, memory=1 << 28, output_limit=100)
    with Engine(settings, ["en"], CacheSettings(site / name), executor) as engine:
        plans = [planned(text, f"{number}.md") for number, text in enumerate(PAGES)]
        engine.prepare(plans)
        outcomes = [without_times(each.result()) for each in [engine.submit(plan) for plan in plans]]
        assert engine.results is not None
        engine.results.begin()
        recalled = [engine.results.knows(plan.steps) for plan in plans]
    return outcomes, recalled


def test_every_executor_gives_the_results_of_local_processes(site, pools):
    expected = results(site, "local")
    assert [True, True, False, False] == expected[1][:4]
    assert "ZeroDivisionError" == expected[0][1][1].failure.kind
    for name, pool in pools.items():
        assert expected == results(site, name, pool)


def test_results_of_an_executor_are_recalled_without_it(site, pools):
    text = block("import helper; helper.value")
    cache = CacheSettings(site / "cache")
    with Engine(Settings(), cache=cache, executor=pools["processes"]) as engine:
        run(engine, text)
    with Engine(Settings(), cache=replace(cache, execute="never")) as engine:
        assert ["5"] == [shown(outcome) for outcome in run(engine, text)]
    (site / "helper.py").write_text("value = 6\n# changed\n", "utf-8")
    with Engine(Settings(), cache=cache, executor=pools["processes"]) as engine:
        plan = planned(text)
        assert engine.results is not None
        assert "helper.py changed" == engine.results.explain(plan.steps)
        assert ["6"] == [shown(outcome) for outcome in run(engine, text)]


def test_a_module_that_changes_between_builds_is_loaded_again(site, pools):
    text = block("import helper; helper.value")
    with Engine(Settings(), executor=pools["processes"]) as engine:
        for value in ("5", "77", "8"):
            (site / "helper.py").write_text(f"value = {value}\n", "utf-8")
            engine.prepare([planned(text)])
            assert [value] * 4 == [shown(run(engine, text)[0]) for _ in range(4)]


def test_sessions_that_a_killed_pool_loses_run_locally(site, caplog):
    text = block("import time; open('began', 'a').write('x'); time.sleep(0.5); 'done'")
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        Engine(Settings(), executor=pool) as engine,
    ):
        future = engine.submit(planned(text))
        while not (site / "began").exists():
            time.sleep(0.01)
        os.kill(next(iter(pool._processes)), signal.SIGKILL)
        assert ["'done'"] == [shown(outcome) for outcome in future.result()]
    assert "xx" == (site / "began").read_text("utf-8")
    assert "x.md:2: the executor lost this session, which now runs locally (BrokenProcessPool" in caplog.text


@pytest.mark.usefixtures("site")
def test_no_more_lost_sessions_run_at_once_than_there_are_processors(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    code = "import time; began = time.time(); time.sleep(0.2); began, time.time()"
    with Engine(Settings(), executor=Losing()) as engine:
        futures = [engine.submit(planned(block(code))) for _ in range(4)]
        spans = sorted(eval(shown(future.result()[0])) for future in futures)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_closing_an_engine_does_not_wait_for_its_executor():
    executor = Silent()
    engine = Engine(Settings(), executor=executor)
    future = engine.submit(planned(block("1")))
    while not executor.futures:
        time.sleep(0.01)
    engine.close()
    failure = future.result()[0].failure
    assert failure is not None
    assert "the build has ended" == failure.message
    assert executor.futures[0].cancelled()


@pytest.mark.parametrize(
    ("field", "name"), [("python", "Python"), ("system", "the system"), ("convref", "convref")]
)
def test_a_worker_with_other_software_refuses_a_session(field, name, pools):
    with Engine(Settings(), executor=pools["threads"]) as engine:
        changed: dict[str, Any] = {field: "another"}
        given = engine._remote
        assert given is not None
        task = given._task
        given._task = replace(task, conditions=replace(task.conditions, **changed))
        (outcome,) = run(engine, block("1"))
    assert f"has another version of {name} than the build" in outcome.failure.message


def test_a_worker_that_cannot_see_the_site_refuses_a_session(site, pools):
    with Engine(Settings(cwd=str(site / "elsewhere")), executor=pools["threads"]) as engine:
        (outcome,) = run(engine, block("1"))
    expected = f"cannot see {site / 'elsewhere'}; the site must be at the same path on all machines"
    assert outcome.failure.message.endswith(expected)


@pytest.mark.usefixtures("site")
def test_a_worker_keeps_one_warm_parent_for_the_sessions_of_a_site(pools):
    with Engine(Settings(), executor=pools["threads"]) as engine:
        engine.prepare([planned(block("1"))])
        first = remote._warm_host(*_key(engine))
        run(engine, block("1"))
        run(engine, block("2"))
        assert first is remote._warm_host(*_key(engine))
    host: Any = first.host
    process = host._process
    with Engine(Settings(env=("TERM",), set_env={"OTHER": "1"}), executor=pools["threads"]) as engine:
        run(engine, block("1"))
    assert process.poll() is None  # it is still referenced here
    del first, host
    assert 0 == process.wait(20)


def _key(engine):
    task = engine._remote._task
    return task.start, task.environment, task.search, task.opening.cwd
