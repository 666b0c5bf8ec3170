"""What a session gives for each of its steps, forked and spawned."""

import os
import threading
import time

import pytest

from convref.errors import ArgumentError
from convref.weave.markdown.document import parse
from convref.weave.page.plan import plan
from convref.weave.run.engine import Engine, Settings, environment
from convref.weave.run.hosts import ended

pytestmark = pytest.mark.usefixtures("results")
STARTS = ["fork", "spawn"]
TAKES_ALL_FOR_INSTALLED = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from convref.weave.run.worker import {0}; "
    "{0}.find_origin = lambda name: {0}.directories('purelib')[0]; {0}.main()"
)


def block(code, options="", language="python"):
    return f'```{language} exec="on"{options}\n{code}\n```\n\n'


@pytest.fixture(scope="module")
def engines(results):  # noqa: ARG001 (it comes first)
    with Engine(Settings(start="fork"), ["en", "zh"]) as fork, Engine(Settings(start="spawn")) as spawn:
        yield {"fork": fork, "spawn": spawn}


def run(engine, text):
    return engine.run(plan({"en": parse(text, "docs/x.md")}))


def shown(outcome):
    return outcome.forms[""]["text/plain"] if outcome.forms else None


def test_what_the_second_turn_looks_at_is_recalled(engines, results):
    text = block("1")
    run(engines["fork"], text)
    memory = engines["fork"].memory
    assert (results == "recalled") == bool(
        memory and memory.knows(plan({"en": parse(text, "docs/x.md")}).steps)
    )


@pytest.mark.parametrize("start", STARTS)
def test_blocks_of_a_page_share_a_session_and_the_last_value_is_shown(engines, start):
    text = block("x = 1") + block("print('printed')\nx + 1") + "`{python} x + 2`\n"
    assert [shown(outcome) for outcome in run(engines[start], text)] == [None, "2", "3"]
    assert run(engines[start], text)[1].output == "printed\n"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("1", "1"),
        ("1;", None),
        ("1 ; # silent", None),
        ("'卷'; ", None),
        ("'卷;'", "'卷;'"),
        ("None", None),
        ("x = 1", None),
        ("if True:\n    1", None),
        ("(1,\n2)", "(1, 2)"),
        ("# nothing", None),
        ("print('a')", None),
        ("...", "Ellipsis"),
    ],
)
def test_the_value_of_a_last_expression_is_shown_unless_a_semicolon_ends_it(engines, code, value):
    assert shown(run(engines["fork"], block(code))[0]) == value


def test_another_session_has_names_and_a_process_of_its_own(engines):
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
    assert str(first.failure) == "Crash: the process ended itself with code 1"
    assert shown(second) == "7"


@pytest.mark.parametrize("start", STARTS)
def test_a_crash_is_told_and_the_rest_of_the_session_is_not_run(engines, start):
    first, second = run(engines[start], block("import os; os._exit(3)") + block("1"))
    assert str(first.failure) == "Crash: the process ended itself with code 3"
    assert str(second.failure) == "NotRun: not run, because the session ended at line 2"


def test_a_spawned_session_that_does_not_end_is_ended():
    with Engine(Settings(start="spawn", timeout=1)) as engine:
        began = time.monotonic()
        (outcome,) = run(
            engine, block("import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nwhile True: pass")
        )
        assert time.monotonic() - began < 20
    assert outcome.failure.message == "took longer than 1 s and ignored the signal to stop"


def test_tracebacks_read_the_page_and_leave_the_engine_out(engines):
    text = "# T\n\n- a\n\n" + "".join(
        f"    {line}\n" for line in block("def f():\n    return 1 / 0\nf()").splitlines()
    )
    failure = run(engines["fork"], text)[0].failure
    assert failure.line == 7
    lines = failure.traceback.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert [line.strip() for line in lines if line.lstrip().startswith("File")] == [
        'File "docs/x.md", line 8, in <module>',
        'File "docs/x.md", line 7, in f',
    ]
    assert "    return 1 / 0" in lines


def test_an_error_in_a_function_of_another_block_has_the_line_that_called_it(engines):
    text = block("def f():\n    return 1 / 0") + block("x = 1\nf()")
    failure = run(engines["fork"], text)[1].failure
    assert failure.line == 8
    assert 'File "docs/x.md", line 3, in f' in failure.traceback


def test_a_doctest_that_ends_its_session_has_the_line_of_the_example(engines):
    text = "```pycon\n>>> x = 1\n>>> import sys\n>>> sys.exit()\n```\n"
    failure = run(engines["fork"], text)[0].failure
    assert (failure.kind, failure.line) == ("SystemExit", 4)


def test_a_value_s_syntax_error_shows_it_as_it_is_written(engines):
    failure = run(engines["fork"], "\n\nIt is `{python} 1 +`")[0].failure
    assert (failure.kind, failure.line) == ("SyntaxError", 3)
    assert failure.traceback.startswith('  File "docs/x.md", line 3\n    1 +\n')
    assert ")" not in failure.traceback


def test_a_value_may_be_what_stands_in_brackets_alone(engines):
    shown = run(engines["fork"], "`{python} a := 6 * 7`")[0].forms[""]["text/plain"]
    assert "42" == shown


def test_a_syntax_error_has_its_line_in_the_page(engines):
    failure = run(engines["fork"], "\n\n" + block("x = 1\ny = = 2"))[0].failure
    assert (failure.kind, failure.line) == ("SyntaxError", 5)
    assert 'File "docs/x.md", line 5' in failure.traceback


def test_an_error_in_an_inline_value_has_its_line(engines):
    (outcome,) = run(engines["fork"], "a\n\nb `{python} 1 / 0`\n")
    assert (str(outcome.failure), outcome.failure.line) == ("ZeroDivisionError: division by zero", 3)


def test_source_of_functions_in_pages_can_be_read(engines):
    code = "import inspect\ndef f(x):\n    return x\nprint(inspect.getsource(f))"
    assert run(engines["fork"], block("1") + block(code))[1].output == "def f(x):\n    return x\n\n"


def test_classes_of_a_page_are_found_by_their_module(engines):
    code = "import dataclasses, pickle\n@dataclasses.dataclass\nclass A:\n    x: 'int' = 1"
    text = block(code) + block("pickle.loads(pickle.dumps(A(2)))")
    assert shown(run(engines["fork"], text)[1]) == "A(x=2)"


def test_a_future_statement_holds_for_the_blocks_that_follow(engines):
    text = block("from __future__ import annotations") + block("def f(x: undefined): pass\nf.__annotations__")
    assert shown(run(engines["fork"], text)[1]) == "{'x': 'undefined'}"


def test_doctest_examples_run_in_the_pages_session(engines):
    text = (
        block("x = 1")
        + "```pycon\n>>> x\n1\n>>> _ + 1\n2\n>>> print('a'); x\na\n>>> y = x\n>>> 1 / 0\n```\n"
        + block("y")
    )
    examples = run(engines["fork"], text)[1].got
    assert [got.text for got in examples] == ["1\n", "2\n", "a\n1\n", "", ""]
    assert str(examples[-1].failure) == "ZeroDivisionError: division by zero"
    assert examples[-1].failure.line == 13


@pytest.mark.parametrize(
    ("code", "raises", "message"),
    [
        ("int('x')", "ValueError", None),
        ("int('x')", "KeyError, ValueError", None),
        ("1", "ValueError", "Unraised: raised nothing, not ValueError"),
        ("1 / 0", "ValueError", "ZeroDivisionError: division by zero"),
    ],
)
def test_an_error_shown_on_purpose_must_be_the_one_that_is_named(engines, code, raises, message):
    (outcome,) = run(engines["fork"], block(code, f' raises="{raises}"'))
    assert (str(outcome.failure) if outcome.failure else None) == message
    assert bool(outcome.shown_error) == (message is None)


def test_shell_commands_give_output_errors_and_an_expected_code(engines):
    text = block("echo out; echo err >&2", language="bash") + block("exit 2", language="sh")
    text += block("exit 2", ' returncode="2"', language="sh") + block("$ echo a\nb", language="console")
    first, second, third, fourth = run(engines["fork"], text)
    assert first.output == "out\nerr\n"
    assert str(second.failure) == "ReturnCode: ended with code 2, not 0"
    assert third.failure is None
    assert fourth.output == "a\n"


def test_workdir_and_width_hold_for_one_block(engines, tmp_path):
    look = "import os; os.getcwd(), os.environ.get('COLUMNS')"
    text = block(look, f' workdir="{tmp_path}" width="33"') + block(look)
    assert [shown(each) for each in run(engines["fork"], text)] == [
        repr((str(tmp_path), "33")),
        repr((os.getcwd(), None)),  # noqa: PTH109
    ]


def test_values_are_asked_for_every_language(engines):
    code = "class V:\n    def _repr_lang_(self, lang): return lang\nV()"
    forms = run(engines["fork"], block(code))[0].forms
    assert (forms["en"], forms["zh"]) == ({"text/markdown": "en"}, {"text/markdown": "zh"})


def test_temporary_files_of_a_session_go_with_it(engines):
    code = "import tempfile; tempfile.mkdtemp(), tempfile.mkstemp()[1]"
    (outcome,) = run(engines["fork"], block(code))
    assert [path for path in eval(shown(outcome)) if os.path.exists(path)] == []  # noqa: PTH110


def test_third_party_modules_are_loaded_ahead_and_the_projects_own_are_not(tmp_path, monkeypatch):
    (tmp_path / "own_module.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    look = block("import sys; [name in sys.modules for name in ('yaml', 'own_module', 'convref')]")
    with Engine(Settings(preload=("own_module", "no_such_module"))) as engine:
        engine.preload(["yaml.nodes"])
        assert shown(run(engine, look)[0]) == "[True, False, False]"
        assert shown(run(engine, block("import own_module; own_module.x"))[0]) == "1"
        (tmp_path / "own_module.py").write_text("x = 22\n")
        engine.prepare([])  # a build sees one state of the files
        assert shown(run(engine, block("import own_module; own_module.x"))[0]) == "22"


def test_sessions_run_side_by_side():
    pages = [plan({"": parse(block("import time; time.sleep(1)"), f"{n}.md")}) for n in range(4)]
    with Engine(Settings(jobs=4)) as engine:
        run(engine, block("1"))
        began = time.monotonic()
        for future in [engine.submit(each) for each in pages]:
            future.result()
    assert time.monotonic() - began < 4


def test_closing_an_engine_ends_what_runs():
    engine = Engine(Settings())
    future = engine.submit(plan({"": parse(block("import time; time.sleep(60)"), "x.md")}))
    time.sleep(0.5)
    began = time.monotonic()
    engine.close()
    assert time.monotonic() - began < 20
    assert future.result()[0].failure.kind == "Crash"


def test_a_session_that_starts_while_the_engine_closes_is_ended(monkeypatch):
    engine = Engine(Settings())
    host, connecting, go_on = engine._started(), threading.Event(), threading.Event()
    connect = host.connect

    def connect_late():
        connecting.set()
        go_on.wait(20)
        return connect()

    monkeypatch.setattr(host, "connect", connect_late)
    future = engine.submit(plan({"": parse(block("import time; time.sleep(60)"), "x.md")}))
    connecting.wait(20)
    threading.Timer(0.3, go_on.set).start()
    began = time.monotonic()
    engine.close()
    assert time.monotonic() - began < 20
    assert future.result()[0].failure.kind == "Crash"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"timeout": 0}, r"Settings: timeout \(=0\) must be more than 0 seconds"),
        ({"jobs": -1}, r"Settings: jobs \(=-1\) must not be negative"),
        ({"memory": -1}, r"Settings: memory \(=-1\) must not be negative"),
        ({"output_limit": -1}, r"Settings: output_limit \(=-1\) must not be negative"),
        ({"start": "thread"}, r"Settings: start \(='thread'\) must be 'fork', 'spawn' or ''"),
    ],
)
def test_settings_that_make_no_sense_are_errors(given, message):
    with pytest.raises(ArgumentError, match=message):
        Settings(**given)


def test_the_environment_of_pages_is_an_allow_list(monkeypatch):
    for name in ("SECRET_TOKEN", "WANTED", "LC_TIME"):
        monkeypatch.setenv(name, "x")
    found = environment(Settings(env=("WANTED",), set_env={"SET": "y"}))
    assert "SECRET_TOKEN" not in found
    assert (found["WANTED"], found["LC_TIME"], found["SET"]) == ("x", "x", "y")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended itself with code 0"),
        (-11, "was ended by signal 11 (SIGSEGV)"),
        (-9, "was ended by signal 9 (SIGKILL); the system may have run out of memory"),
        (-63, "was ended by signal 63 (an unknown signal)"),
    ],
)
def test_the_end_of_a_process_is_put_into_words(code, words):
    assert ended(code) == words


def test_a_module_that_kills_the_warm_parent_harms_only_the_page_that_imports_it(tmp_path, monkeypatch):
    (tmp_path / "deadly.py").write_text("import os\nos._exit(7)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("convref.weave.run.hosts._BOOT", TAKES_ALL_FOR_INSTALLED)
    with Engine(Settings(start="fork")) as engine:
        engine.preload(["deadly"])
        assert shown(run(engine, block("1"))[0]) == "1"
        assert (
            run(engine, block("import deadly"))[0].failure.message == "the process ended itself with code 7"
        )


def test_an_engine_whose_warm_parent_cannot_start_says_so(monkeypatch):
    monkeypatch.setattr("convref.weave.run.hosts._BOOT", "import os, signal; os.kill(os.getpid(), 9)  # {0}")
    engine = Engine(Settings(start="fork"))
    with pytest.raises(
        RuntimeError, match=r"the process that starts the pages' sessions was ended by signal 9"
    ):
        run(engine, block("1"))
    engine.close()
