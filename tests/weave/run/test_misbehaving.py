"""Blocks that misbehave: each fails alone, at its line, and everything else is run."""

import os
import re
import sys
import tempfile
import time
from pathlib import Path

import pytest
from cached_site import block, planned, run
from misbehaving import ATTACKS, CHANNELS, ENDING, HANGING, HARMLESS

from convref.weave.run.engine import Engine
from convref.weave.run.process import system
from convref.weave.run.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these are ways of Linux to misbehave")
HOSTILE = {**CHANNELS, **ATTACKS}
GOOD = block("import time; time.sleep(0.3)") + block("print('good')")


@pytest.fixture(scope="module", params=["fork", "spawn", "fork unconfined", "spawn unconfined"])
def engine(request):
    start, _, unconfined = request.param.partition(" ")
    with Engine(
        Settings(start=start, timeout=20, jobs=3, output_limit=100_000, confine=not unconfined)
    ) as engine:
        yield engine


@pytest.fixture(scope="module")
def forking():
    with Engine(Settings(start="fork", timeout=20, output_limit=100_000)) as engine:
        yield engine


def check(outcomes, bad):
    """Check the outcomes of a block that fails and of one that follows it."""
    first, second = outcomes
    assert re.match(bad.message, str(first.failure or second.failure))
    assert "next\n" == second.output or second.failure.kind in {"NotRun", "Crash"}
    if first.failure:
        assert 1 + bad.at == first.failure.line


@pytest.mark.parametrize("name", ENDING)
def test_a_block_that_ends_badly_fails_at_its_line(forking, name):
    check(run(forking, block(ENDING[name].code) + block("print('next')")), ENDING[name])


@pytest.mark.parametrize("name", HARMLESS)
def test_a_block_that_leaves_something_behind_disturbs_no_other(forking, name):
    for _ in range(3):
        first, second = run(forking, block(HARMLESS[name]) + block("print('next')"))
        assert (None, None) == (first.failure, second.failure)
        assert "next\n" == second.output


@pytest.mark.parametrize("name", HOSTILE)
def test_an_attack_on_the_engine_fails_alone_and_others_are_run(engine, name):
    bad = HOSTILE[name]
    pages = [GOOD, block(bad.code) + block("print('next')"), GOOD]
    on_the_warm_parent = name.startswith("the warm parent") and not engine.settings.confine
    if on_the_warm_parent and engine.settings.start == "spawn":
        pytest.skip("without confinement, this would be the process of the tests")
    futures = [engine.submit(planned(text, f"docs/{number}.md")) for number, text in enumerate(pages)]
    good, failed, other = (future.result(60) for future in futures)
    assert ["good\n"] * 2 == [good[1].output, other[1].output]
    if on_the_warm_parent:  # it succeeds, and harms nobody: sessions do not need the warm parent
        assert [None, None] == [each.failure for each in failed]
    else:
        check(failed, bad)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_block_that_does_not_end_fails_at_its_line(start):
    with Engine(Settings(start=start, timeout=1, jobs=len(HANGING))) as engine:
        futures = {
            name: engine.submit(planned(block(bad.code) + block("print('next')"), f"docs/{name}.md"))
            for name, bad in HANGING.items()
        }
        for name, future in futures.items():
            check(future.result(60), HANGING[name])


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_no_file_and_no_descriptor_is_left(start, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with Engine(Settings(start=start, timeout=5, jobs=4)) as engine:
        codes = [*HARMLESS.values(), *(bad.code for bad in HOSTILE.values())]
        plans = [planned(block(code), f"docs/{number}.md") for number, code in enumerate(codes)]
        futures = [engine.submit(plan) for plan in plans]
        for future in futures:
            future.result(120)
        assert ["lock"] == [path.name for folder in tmp_path.iterdir() for path in folder.iterdir()]
    assert [] == list(tmp_path.iterdir())
    assert before == sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.skipif(system.confinement_version() < 2, reason="this system has no Landlock")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_page_cannot_read_the_environment_of_the_build(start, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    look = (
        "import os\nfound = []\nfor pid in filter(str.isdigit, os.listdir('/proc')):\n"
        "    try: found += [pid] * (b'SECRET_TOKEN' in open(f'/proc/{pid}/environ', 'rb').read())\n"
        "    except OSError: pass\nfound, 'SECRET_TOKEN' in os.environ"
    )
    with Engine(Settings(start=start)) as engine:
        (outcome,) = run(engine, block(look))
    assert "([], False)" == outcome.forms[""]["text/plain"]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_page_has_no_descriptor_of_another_process(start):
    look = (
        "import os\nsorted(os.readlink(f'/proc/self/fd/{each}').partition(':')[0].rpartition('/')[2][:1]\n"
        "       for each in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{each}'))"
    )
    with Engine(Settings(start=start, jobs=2)) as engine:
        other = engine.submit(planned(block("import time; time.sleep(1)"), "docs/other.md"))
        (outcome,) = run(engine, block(look))
        other.result(60)
    names = outcome.forms[""]["text/plain"]
    assert 1 == names.count("'s'")  # one socket: its own channel


def test_the_processes_of_a_session_are_gone_when_it_has_ended(forking):
    code = "import os\nos.getppid(), os.getpid()"
    (outcome,) = run(forking, block(code))
    keeper, worker = eval(outcome.forms[""]["text/plain"])
    assert not lives(worker)
    deadline = time.monotonic() + 10
    while lives(keeper) and time.monotonic() < deadline:  # its report is the last that it does
        time.sleep(0.01)
    assert not lives(keeper)


def lives(pid):
    try:
        return state(pid) != "Z"
    except FileNotFoundError:
        return False


def state(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
