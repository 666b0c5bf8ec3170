"""Code that was written for a notebook, or as a script, behaves in a page as it does there."""

import pytest
from cached_site import block, run, shown

pytestmark = pytest.mark.usefixtures("results")


def values(engines, *codes):
    return [shown(each) for each in run(engines["fork"], "".join(map(block, codes)))]


def test_await_is_allowed_at_the_top_level_and_the_blocks_share_a_loop(engines):
    define = "import asyncio\nasync def f():\n    await asyncio.sleep(0.001)\n    return 42"
    begin = "task = asyncio.ensure_future(f())\nawait asyncio.sleep(0)"
    assert [None, "42", None, "42"] == values(engines, define, "await f()", begin, "x = await task\nx")
    assert (
        "84" == run(engines["fork"], f"{block(define)}`{{python}} 2 * await f()`")[1].forms[""]["text/plain"]
    )


def test_blocks_without_await_can_start_a_loop(engines):
    assert "1" == values(engines, "import asyncio\nasync def f(): return 1\nasyncio.run(f())")[0]


def test_a_carriage_return_leaves_the_last_state_of_a_line(engines):
    code = "for i in range(4): print(f'\\r{33 * i} %', end='')\nprint()\nprint('abc\\rx')\nprint('a\\r\\nb')"
    assert "99 %\nxbc\na\nb\n" == run(engines["fork"], block(code))[0].output


def test_a_program_has_no_arguments_and_its_file_is_the_page(engines):
    code = "import argparse, os, sys\nargparse.ArgumentParser().parse_args()\n"
    code += "__name__, __file__ == os.path.abspath('docs/x.md') == sys.argv[0], len(sys.argv)"
    assert ["('__main__', True, 1)"] == values(engines, code)


def test_the_source_of_a_class_and_of_a_function_is_that_of_the_page(engines):
    define = "class A:\n    x = 1\n\ndef f():\n    return 2"
    get = "import inspect\ninspect.getsource(A), inspect.getsource(f)"
    assert ["('class A:\\n    x = 1\\n', 'def f():\\n    return 2\\n')"] == values(engines, define, get)[1:]


def test_spawned_processes_do_not_run_the_page(engines):
    code = (
        "import multiprocessing as m\nwith m.get_context('spawn').Pool(1) as p:\n    n = p.map(abs, [-1])\nn"
    )
    assert ["[1]"] == values(engines, code)


def test_a_command_of_the_shell_prints_and_its_output_can_be_taken(engines):
    codes = "name = 'a b'\n!echo one {name} $name {1 + 1} ${HOME:+set}", "lines = !printf 'x\\ny\\n'\nlines"
    first, second = run(engines["fork"], "".join(map(block, codes)))
    assert "one a b a b 2 set\n" == first.output
    assert "['x', 'y']" == shown(second)


@pytest.mark.parametrize(
    ("code", "kind", "message", "line"),
    [
        ("x = 1\n!echo no; exit 3", "CommandError", "!echo no; exit 3 ended with exit code 3", 3),
        ("x = !echo no; exit 3", "CommandError", "!echo no; exit 3 ended with exit code 3: no", 2),
        (
            "x = 1\n%cd /",
            "SyntaxError",
            "%cd is a command of IPython; pages have %time, %%time and !command",
            3,
        ),
        (
            "%%bash\nls",
            "SyntaxError",
            "%%bash is a command of IPython; pages have %time, %%time and !command",
            2,
        ),
        ("x = (1", "SyntaxError", "'(' was never closed", 2),
    ],
)
def test_a_command_that_fails_or_is_unknown_is_an_error_with_its_line(engines, code, kind, message, line):
    failure = run(engines["fork"], block(code))[0].failure
    assert (kind, message, line) == (failure.kind, failure.message, failure.line)


@pytest.mark.parametrize(
    ("code", "value"), [("%time 6 * 7", "42"), ("%time x = 5\nx", "5"), ("%%time\ny = '''\n'''\ny", "'\\n'")]
)
def test_times_are_printed_and_the_value_is_shown(engines, code, value):
    outcome = run(engines["fork"], block(code))[0]
    assert value == shown(outcome)
    assert outcome.output.startswith("Wall time: ")


def test_commands_keep_the_lines_of_the_code_after_them(engines):
    code = "%matplotlib inline\n!true\n\n1 / 0"
    assert 5 == run(engines["fork"], block(code))[0].failure.line


def test_an_operator_at_the_start_of_a_line_is_no_command(engines):
    assert ["1"] == values(engines, "x = 2\n(7\n% x)")
