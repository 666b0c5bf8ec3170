"""Whatever a page does to its process ends with a message at page and line; the other pages are built."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from misbehaving import ENDING, HANGING, Block

from convref.weave.check import execution
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import parse
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

pytestmark = pytest.mark.usefixtures("results")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the system's way to see or limit it is Linux's")

DAEMON = """\
import os, pathlib, time
marker = pathlib.Path(MARKER)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        marker.with_suffix(".new").write_text(str(os.getpid()))
        marker.with_suffix(".new").rename(marker)
        time.sleep(60)
    os._exit(0)
while not marker.exists():
    time.sleep(0.01)
os._exit(0)"""

OWNER = """\
import os, sys, time
from convref.weave.markdown.document import parse
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
engine = Engine(Settings())
engine.submit(plan({"": parse('```bash exec="on"\\nsleep 60\\n```\\n', "x.md")}))
time.sleep(1)
os._exit(0) if sys.argv[1] == "die" else engine.close()
"""

WARNED = {
    "much printed": (
        'for _ in range(200): print("x" * 1_000_000)',
        "docs/x.md:3: run: wrote 200000200 bytes; the output is cut after 100000",
    ),
    "bytes that are not UTF-8": (
        'import sys; sys.stdout.buffer.write(b"a\\xff\\n")',
        "docs/x.md:3: run: wrote bytes that are not UTF-8; each is shown as a replacement character",
    ),
    "a long value": ("'a' * 200_000", "docs/x.md:3: run: its value as text has 200002 bytes; it is cut"),
}  # fmt: skip
FAILS = {
    **{name: ENDING[name] for name in ("an exception", "a syntax error", "itself killed", "recursion")},
    "closed stdout": Block("import sys; sys.stdout.close(); print(1)", "ValueError: I/O operation on closed"),
    "stdout closed below": Block("import os; os.close(1); print(1, flush=True)", r"OSError: \[Errno 9\]"),
    "real interrupt": Block(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)", "KeyboardInterrupt", 2
    ),
}  # fmt: skip

REMAINS = {
    "thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), name='T').start()",
        "docs/x.md:3: run: left threads running: T; they end with the session",
    ),
    "cwd": ("import os; os.chdir('/')", "docs/x.md:3: run: changed the working directory to /; "),
    "environment": (
        "import os; os.environ['A_B'] = '1'",
        "docs/x.md:3: run: changed the environment (A_B); ",
    ),
    "patched builtin": (
        "import builtins\nbuiltins.len = builtins.open = builtins.isinstance = builtins.str = None",
        "docs/x.md:3: run: patched the builtins isinstance, len, open, str; they are restored",
    ),
    "emptied builtins": (
        "import builtins\nbuiltins.__dict__.clear()",
        "docs/x.md:3: run: patched the builtins ArithmeticError",
    ),
}


def page_of(code):
    return parse(
        f'# T\n\n```python exec="on"\n{code}\n```\n\n```python exec="on"\nprint("next")\n```\n', "docs/x.md"
    )


@pytest.fixture(scope="module")
def engine(results):  # noqa: ARG001 (it comes first)
    with Engine(Settings(output_limit=100_000)) as engine:
        yield engine


@pytest.fixture(scope="module")
def hasty_engine(results):  # noqa: ARG001 (it comes first)
    with Engine(Settings(timeout=1)) as engine:
        yield engine


def run(engine, page):
    planned = plan({"": page})
    return planned, engine.run(planned)


def told(page, planned, outcomes):
    return [str(each) for each in execution.check(page, PageResult(planned, outcomes, "", ""))]


@pytest.mark.parametrize("name", FAILS)
def test_a_misbehaving_block_gives_a_message_at_its_line(engine, name):
    bad = FAILS[name]
    page = page_of(bad.code)
    planned, outcomes = run(engine, page)
    assert re.match(f"docs/x.md:{3 + bad.at}: run: {bad.message}", told(page, planned, outcomes)[0])
    assert outcomes[1].output == "next\n" or str(outcomes[1].failure).startswith("NotRun")


@pytest.mark.parametrize("name", WARNED)
def test_output_that_cannot_be_shown_gives_a_warning_at_its_block(engine, name):
    code, message = WARNED[name]
    page = page_of(code)
    planned, outcomes = run(engine, page)
    assert told(page, planned, outcomes)[0].startswith(message)
    assert "next\n" == outcomes[1].output


@pytest.mark.parametrize("name", HANGING)
def test_a_block_that_does_not_end_is_killed_with_a_message_at_its_line(hasty_engine, name):
    bad = HANGING[name]
    page = page_of(bad.code)
    planned, outcomes = run(hasty_engine, page)
    assert re.match(f"docs/x.md:{3 + bad.at}: run: {bad.message}", told(page, planned, outcomes)[0])
    assert outcomes[1].output == "next\n" or str(outcomes[1].failure).startswith("NotRun")


@linux
@pytest.mark.parametrize("name", REMAINS)
def test_leftovers_of_a_block_are_reported_and_harm_no_other_block(engine, name):
    code, message = REMAINS[name]
    page = page_of(code)
    planned, outcomes = run(engine, page)
    (remark,) = told(page, planned, outcomes)
    assert remark.startswith(message)
    assert "next\n" == outcomes[1].output


@linux
def test_a_child_that_outlives_its_block_is_reported_silenced_and_killed(engine, tmp_path):
    marker = tmp_path / "pids"
    code = (
        "import subprocess\nfor extra in (False, True):\n"
        "    child = subprocess.Popen(['sh', '-c', 'while true; do echo late; sleep 0.05; done'], "
        f"start_new_session=extra)\n    print(child.pid, file=open({str(marker)!r}, 'a'))\n"
        "import time; time.sleep(0.2)"
    )
    page = page_of(code)
    planned, outcomes = run(engine, page)
    assert "left child processes running: sh (" in told(page, planned, outcomes)[0]
    assert "next\n" == outcomes[1].output
    assert [] == [pid for pid in marker.read_text().split() if lives(int(pid))]


@linux
def test_a_daemon_that_leaves_its_session_and_its_parent_is_killed(engine, tmp_path):
    marker = tmp_path / "pid"
    run(engine, page_of(DAEMON.replace("MARKER", repr(str(marker)))))
    assert not lives(int(marker.read_text()))


@linux
def test_an_allocation_beyond_the_limit_is_an_error_at_its_line():
    page = page_of("x = 1\nbytearray(20 << 30)")
    with Engine(Settings(memory=1 << 30)) as engine:
        planned, outcomes = run(engine, page)
    assert ["docs/x.md:5: run: MemoryError"] == told(page, planned, outcomes)
    assert "next\n" == outcomes[1].output


def test_a_file_that_grows_without_end_is_an_error():
    page = page_of("import sys\nwhile True: sys.stdout.write('x' * (64 << 20))")
    with Engine(Settings()) as engine:
        planned, outcomes = run(engine, page)
    assert told(page, planned, outcomes)[0].startswith("docs/x.md:5: run: OSError: [Errno 27] File too large")


def test_a_crashing_session_does_not_disturb_others(engine):
    bad = plan({"": page_of("import os; os._exit(3)")})
    good = plan({"": page_of("x = 1")})
    futures = [engine.submit(each) for each in (bad, good, bad, good)]
    outputs = [future.result()[1].output for future in futures]
    assert ["", "next\n", "", "next\n"] == outputs


def test_no_state_leaks_from_one_page_to_the_next(engine):
    run(
        engine,
        page_of("import os, sys\nos.environ['LEAK'] = '1'\nsys.modules['leak'] = os\nos.chdir('/')\nx = 1"),
    )
    look = "import os, sys\n'x' in globals(), 'LEAK' in os.environ, 'leak' in sys.modules, os.getcwd()"
    _, outcomes = run(engine, page_of(look))
    assert outcomes[0].forms[""]["text/plain"] == repr((False, False, False, str(Path.cwd())))


@linux
def test_no_process_is_left_when_the_engine_closes_or_its_owner_dies(tmp_path, left_running):
    for how in ("close", "die"):
        subprocess.run([sys.executable, "-c", OWNER, how], cwd=tmp_path, check=True, timeout=30)
        assert [] == left_running(tmp_path)


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
