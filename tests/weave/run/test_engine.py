"""What the engine gives for each step of a plan, with forked and with spawned workers."""

import os
import threading
import time

import pytest
from cached_site import block, planned, run, shown

from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

pytestmark = pytest.mark.usefixtures("results")
STARTS = ["fork", "spawn"]


def test_the_second_round_looks_at_recalled_results(engines, results):
    text = block("1")
    run(engines["fork"], text)
    cache = engines["fork"].results
    assert (results == "recalled") == bool(cache and cache.knows(planned(text).steps))


@pytest.mark.parametrize("start", STARTS)
def test_blocks_of_a_page_share_a_session_and_show_their_last_value(engines, start):
    text = block("x = 1") + block("print('printed')\nx + 1") + "`{python} x + 2`\n"
    assert [None, "2", "3"] == [shown(outcome) for outcome in run(engines[start], text)]
    assert "printed\n" == run(engines[start], text)[1].output


def test_another_session_has_its_own_names_and_process(engines):
    code = "import os; os.getpid(), 'x' in globals()"
    first, second, third = run(
        engines["fork"], block("x = 1; import os; os.getpid(), 1") + block(code, ' session="a"') + block(code)
    )
    assert shown(second).endswith("False)")
    assert shown(third).endswith("True)")
    assert shown(first).split(",")[0] == shown(third).split(",")[0] != shown(second).split(",")[0]


def test_a_crash_in_one_session_leaves_the_pages_others_alone(engines):
    text = block("import os; os._exit(1)", ' session="a"') + block("7")
    first, second = run(engines["fork"], text)
    assert "Crash: the process ended itself with code 1" == str(first.failure)
    assert "7" == shown(second)


@pytest.mark.parametrize("start", STARTS)
def test_a_crash_is_reported_and_the_rest_of_the_session_is_not_run(engines, start):
    first, second = run(engines[start], block("import os; os._exit(3)") + block("1"))
    assert "Crash: the process ended itself with code 3" == str(first.failure)
    assert "NotRun: not run, because the session ended at line 2" == str(second.failure)


def test_a_spawned_session_that_ignores_its_timeout_is_killed():
    with Engine(Settings(start="spawn", timeout=1)) as engine:
        began = time.monotonic()
        (outcome,) = run(
            engine, block("import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nwhile True: pass")
        )
        assert time.monotonic() - began < 20
    assert "took longer than 1 s and ignored the signal to stop" == outcome.failure.message


def test_workdir_and_width_hold_for_one_block(engines, tmp_path):
    look = "import os; os.getcwd(), os.environ.get('COLUMNS')"
    text = block(look, f' workdir="{tmp_path}" width="33"') + block(look)
    assert [shown(each) for each in run(engines["fork"], text)] == [
        repr((str(tmp_path), "33")),
        repr((os.getcwd(), None)),  # noqa: PTH109
    ]


def test_values_are_rendered_for_every_language(engines):
    code = "class V:\n    def _repr_lang_(self, lang): return lang\nV()"
    forms = run(engines["fork"], block(code))[0].forms
    assert ({"text/markdown": "en"}, {"text/markdown": "zh"}) == (forms["en"], forms["zh"])


def test_temporary_files_of_a_session_are_removed_with_it(engines):
    code = "import tempfile; tempfile.mkdtemp(), tempfile.mkstemp()[1]"
    (outcome,) = run(engines["fork"], block(code))
    assert [] == [path for path in eval(shown(outcome)) if os.path.exists(path)]  # noqa: PTH110


def test_sessions_run_at_the_same_time():
    pages = [planned(block("import time; time.sleep(1)"), f"{n}.md") for n in range(4)]
    with Engine(Settings(jobs=4)) as engine:
        run(engine, block("1"))
        began = time.monotonic()
        for future in [engine.submit(each) for each in pages]:
            future.result()
    assert time.monotonic() - began < 4


def test_closing_an_engine_kills_running_sessions():
    engine = Engine(Settings())
    future = engine.submit(planned(block("import time; time.sleep(60)")))
    time.sleep(0.5)
    began = time.monotonic()
    engine.close()
    assert time.monotonic() - began < 20
    failure = future.result()[0].failure
    assert failure is not None
    assert "Crash" == failure.kind


def test_a_session_that_starts_while_the_engine_closes_is_killed(monkeypatch):
    engine = Engine(Settings())
    host, connecting, go_on = engine._started_host(), threading.Event(), threading.Event()
    connect = host.connect

    def connect_late(limit):
        connecting.set()
        go_on.wait(20)
        return connect(limit)

    monkeypatch.setattr(host, "connect", connect_late)
    future = engine.submit(planned(block("import time; time.sleep(60)")))
    connecting.wait(20)
    threading.Timer(0.3, go_on.set).start()
    began = time.monotonic()
    engine.close()
    assert time.monotonic() - began < 20
    failure = future.result()[0].failure
    assert failure is not None
    assert "Crash" == failure.kind
