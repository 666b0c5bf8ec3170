"""Sessions over pipes, as on systems that cannot fork."""

import os
import tempfile
import time

import pytest
from cached_site import block, planned, run, shown
from misbehaving import ENDING, HANGING

from convref.weave.run.engine import Engine
from convref.weave.run.host.spawn_host import SpawnHost
from convref.weave.run.settings import Settings

STOPS = {name for name in ENDING if "stopped" in name}  # nobody is told when a process stops


@pytest.fixture
def engine(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(
        "convref.weave.run.engine.start_host",
        lambda _, environment: SpawnHost(environment, with_keepers=False),
    )
    with Engine(Settings(timeout=5, output_limit=100_000)) as engine:
        yield engine


def test_blocks_share_a_session(engine):
    text = block("x = 1") + block("print('printed')\nx + 1") + "`{python} x + 2`\n"
    outcomes = run(engine, text)
    assert [None, "2", "3"] == [shown(outcome) for outcome in outcomes]
    assert "printed\n" == outcomes[1].output


@pytest.mark.parametrize("name", sorted(ENDING.keys() - STOPS - {"no descriptors"}))
def test_a_block_that_ends_badly_fails_at_its_line(engine, name):
    first, second = run(engine, block(ENDING[name].code) + block("print('next')"))
    assert 1 + ENDING[name].at == first.failure.line
    assert "next\n" == second.output or second.failure.kind == "NotRun"


def test_a_block_that_ignores_its_time_limit_is_killed(engine):
    began = time.monotonic()
    (outcome,) = run(engine, block(HANGING["a loop that ignores exceptions"].code))
    assert "took longer than 5 s and ignored the signal to stop" == outcome.failure.message
    assert time.monotonic() - began < 20


def test_closing_the_engine_ends_a_session_that_runs(engine):
    future = engine.submit(planned(block("import time; time.sleep(60)")))
    time.sleep(1)
    began = time.monotonic()
    engine.close()
    assert time.monotonic() - began < 20
    assert "Crash" == future.result()[0].failure.kind


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("b'garbage' * 1000", "the process sent a message of"),
        ("b'\\0\\0\\0\\1' + b'1'", "the process sent the build a message that is not a JSON object"),
    ],
)
def test_garbage_in_the_pipe_is_the_failure_of_its_page(engine, data, message):
    code = (
        "import fcntl, os, stat\nfor number in range(3, 64):\n    try:\n"
        "        if stat.S_ISFIFO(os.fstat(number).st_mode) and fcntl.fcntl(number, fcntl.F_GETFL) & 1:\n"
        f"            os.write(number, {data})\n    except OSError: pass"
    )
    (outcome,) = run(engine, block(code))
    assert outcome.failure.message.startswith(message)


def test_temporary_files_are_removed_with_the_session(engine, tmp_path):
    (outcome,) = run(engine, block("import tempfile; tempfile.mkdtemp()"))
    assert shown(outcome).startswith(f"'{tmp_path}")
    assert not os.path.exists(eval(shown(outcome)))  # noqa: PTH110
