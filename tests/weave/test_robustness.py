"""Whatever a page does to its process ends with a message at page and line; the other pages are built."""

import subprocess
import sys
from pathlib import Path

import pytest

from convref.weave.check import execution
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import parse
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings

pytestmark = pytest.mark.usefixtures("results")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the system's way to see or limit it is Linux's")

IGNORES_EXCEPTIONS = """\
import time
while True:
    try:
        while True:
            time.sleep(0.01)
    except BaseException:
        pass"""

IGNORES_SIGNALS = """\
import signal
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
while True:
    pass"""

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

MISCHIEF = {
    "exception": ('raise ValueError("no")', 'docs/x.md:4: run: ValueError: no'),
    "syntax error": ("x = (", "docs/x.md:4: run: SyntaxError: '(' was never closed"),
    "sys.exit": ("import sys; sys.exit()", "docs/x.md:4: run: SystemExit"),
    "os._exit": ("import os; os._exit(3)", "docs/x.md:4: run: Crash: the process ended itself with code 3"),
    "segfault": (
        "import ctypes; ctypes.string_at(0)",
        "docs/x.md:4: run: Crash: the process was ended by signal 11 (SIGSEGV)",
    ),
    "much printed": (
        'for _ in range(200): print("x" * 1_000_000)',
        "docs/x.md:3: run: wrote 200000200 bytes; the output is cut after 100000",
    ),
    "bytes that are not UTF-8": (
        'import sys; sys.stdout.buffer.write(b"a\\xff\\n")',
        "docs/x.md:3: run: wrote bytes that are not UTF-8; they are replaced",
    ),
    "input": ("input()", "docs/x.md:4: run: EOFError: EOF when reading a line"),
    "closed stdout": (
        "import sys; sys.stdout.close(); print(1)",
        "docs/x.md:4: run: ValueError: I/O operation on closed file.",
    ),
    "recursion": ("def f(): f()\nf()", "docs/x.md:4: run: RecursionError: maximum recursion depth exceeded"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "docs/x.md:4: run: KeyboardInterrupt"),
    "real interrupt": (
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)",
        "docs/x.md:5: run: KeyboardInterrupt",
    ),
    "GeneratorExit": ("raise GeneratorExit", "docs/x.md:4: run: GeneratorExit"),
    "an exception without text": (
        "class E(Exception):\n    def __str__(self): raise TypeError\nraise E",
        "docs/x.md:6: run: E: <exception str() failed>",
    ),
    "a value that cannot be shown": (
        "class V:\n    def __repr__(self): raise KeyError('k')\nV()",
        "docs/x.md:5: run: KeyError: 'k'",
    ),
    "all descriptors closed": (
        "import os; os.closerange(3, 1000)",
        "docs/x.md:4: run: Crash: the process ended itself with code",
    ),
    "stdout closed below": (
        "import os; os.close(1); print(1, flush=True)",
        "docs/x.md:4: run: OSError: [Errno 9]",
    ),
    "killed": (
        "import os; os.kill(os.getpid(), 9)",
        "docs/x.md:4: run: Crash: the process was ended by signal 9 (SIGKILL); the system may have run",
    ),
    "abort": ("import os; os.abort()", "docs/x.md:4: run: Crash: the process was ended by signal 6"),
}  # fmt: skip

HANGS = {
    "endless loop": ("while True: pass", "docs/x.md:4: run: Timeout: took longer than 1 s"),
    "endless loop that ignores exceptions": (
        IGNORES_EXCEPTIONS,
        "docs/x.md:4: run: Timeout: took longer than 1 s and ignored the signal to stop",
    ),
    "endless loop that ignores signals": (
        IGNORES_SIGNALS,
        "docs/x.md:4: run: Timeout: took longer than 1 s and ignored the signal to stop",
    ),
    "blocked signals": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))\nwhile True: pass",
        "docs/x.md:4: run: Timeout: took longer than 1 s and ignored the signal to stop",
    ),
    "stopped": (
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "docs/x.md:4: run: Timeout: took longer than 1 s and ignored the signal to stop",
    ),
}

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


@pytest.mark.parametrize("name", MISCHIEF)
def test_a_misbehaving_block_gives_a_message_at_its_line(engine, name):
    code, message = MISCHIEF[name]
    page = page_of(code)
    planned, outcomes = run(engine, page)
    assert told(page, planned, outcomes)[0].startswith(message)
    assert outcomes[1].output == "next\n" or str(outcomes[1].failure).startswith("NotRun")


@pytest.mark.parametrize("name", HANGS)
def test_a_block_that_does_not_end_is_killed_with_a_message_at_its_line(hasty_engine, name):
    code, message = HANGS[name]
    page = page_of(code)
    planned, outcomes = run(hasty_engine, page)
    assert told(page, planned, outcomes)[0].startswith(message)
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
