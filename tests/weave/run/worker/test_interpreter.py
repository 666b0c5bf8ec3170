"""Blocks, inline values, doctest examples and shell commands."""

import pytest
from cached_site import block, run, shown

pytestmark = pytest.mark.usefixtures("results")


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
    assert value == shown(run(engines["fork"], block(code))[0])


def test_a_value_may_be_an_expression_that_needs_parentheses(engines):
    shown = run(engines["fork"], "`{python} a := 6 * 7`")[0].forms[""]["text/plain"]
    assert "42" == shown


def test_classes_of_a_page_are_found_by_their_module(engines):
    code = "import dataclasses, pickle\n@dataclasses.dataclass\nclass A:\n    x: 'int' = 1"
    text = block(code) + block("pickle.loads(pickle.dumps(A(2)))")
    assert "A(x=2)" == shown(run(engines["fork"], text)[1])


def test_a_future_statement_holds_for_the_blocks_that_follow(engines):
    text = block("from __future__ import annotations") + block("def f(x: undefined): pass\nf.__annotations__")
    assert "{'x': 'undefined'}" == shown(run(engines["fork"], text)[1])


def test_doctest_examples_run_in_the_pages_session(engines):
    text = (
        block("x = 1")
        + "```pycon\n>>> x\n1\n>>> _ + 1\n2\n>>> print('a'); x\na\n>>> y = x\n>>> 1 / 0\n```\n"
        + block("y")
    )
    examples = run(engines["fork"], text)[1].got
    assert ["1\n", "2\n", "a\n1\n", "", ""] == [got.text for got in examples]
    assert "ZeroDivisionError: division by zero" == str(examples[-1].failure)
    assert 13 == examples[-1].failure.line


@pytest.mark.parametrize(
    ("code", "raises", "message"),
    [
        ("int('x')", "ValueError", None),
        ("int('x')", "KeyError, ValueError", None),
        ("1", "ValueError", "Unraised: raised no exception, but the option raises names ValueError"),
        ("1 / 0", "ValueError", "ZeroDivisionError: division by zero"),
    ],
)
def test_raises_accepts_only_the_named_exceptions(engines, code, raises, message):
    (outcome,) = run(engines["fork"], block(code, f' raises="{raises}"'))
    assert (str(outcome.failure) if outcome.failure else None) == message
    assert bool(outcome.shown_error) == (message is None)


def test_shell_commands_give_their_output_and_fail_for_an_unexpected_code(engines):
    text = block("echo out; echo err >&2", language="bash") + block("exit 2", language="sh")
    text += block("exit 2", ' returncode="2"', language="sh") + block("$ echo a\nb", language="console")
    first, second, third, fourth = run(engines["fork"], text)
    assert "out\nerr\n" == first.output
    assert "ReturnCode: ended with exit code 2, not 0" == str(second.failure)
    assert third.failure is None
    assert "a\n" == fourth.output
