"""Exceptions as a page's author sees them."""

import re

import pytest
from cached_site import block, run

pytestmark = pytest.mark.usefixtures("results")


def test_a_traceback_shows_the_page_and_no_frame_of_the_engine(engines):
    text = "# T\n\n- a\n\n" + "".join(
        f"    {line}\n" for line in block("def f():\n    return 1 / 0\nf()").splitlines()
    )
    failure = run(engines["fork"], text)[0].failure
    assert 7 == failure.line
    lines = failure.traceback.splitlines()
    assert "Traceback (most recent call last):" == lines[0]
    assert [
        'File "docs/x.md", line 8, in <module>',
        'File "docs/x.md", line 7, in f',
    ] == [line.strip() for line in lines if line.lstrip().startswith("File")]
    assert "    return 1 / 0" in lines


def test_an_error_in_a_function_of_another_block_has_the_line_that_called_it(engines):
    text = block("def f():\n    return 1 / 0") + block("x = 1\nf()")
    failure = run(engines["fork"], text)[1].failure
    assert 8 == failure.line
    assert 'File "docs/x.md", line 3, in f' in failure.traceback


def test_a_doctest_that_ends_its_session_has_the_line_of_the_example(engines):
    text = "```pycon\n>>> x = 1\n>>> import sys\n>>> sys.exit()\n```\n"
    failure = run(engines["fork"], text)[0].failure
    assert ("SystemExit", 4) == (failure.kind, failure.line)


def test_the_syntax_error_of_a_value_shows_it_as_written(engines):
    failure = run(engines["fork"], "\n\nIt is `{python} 1 +`")[0].failure
    assert ("SyntaxError", 3) == (failure.kind, failure.line)
    assert failure.traceback.startswith('  File "docs/x.md", line 3\n    1 +\n')
    assert ")" not in failure.traceback


def test_a_syntax_error_has_its_line_in_the_page(engines):
    failure = run(engines["fork"], "\n\n" + block("x = 1\ny = = 2"))[0].failure
    assert ("SyntaxError", 5) == (failure.kind, failure.line)
    assert 'File "docs/x.md", line 5' in failure.traceback


def test_an_error_in_an_inline_value_has_its_line(engines):
    (outcome,) = run(engines["fork"], "a\n\nb `{python} 1 / 0`\n")
    assert ("ZeroDivisionError: division by zero", 3) == (str(outcome.failure), outcome.failure.line)


def test_source_of_functions_in_pages_can_be_read(engines):
    code = "import inspect\ndef f(x):\n    return x\nprint(inspect.getsource(f))"
    assert "def f(x):\n    return x\n\n" == run(engines["fork"], block("1") + block(code))[1].output


RAISES = {
    "block": block("1 / 0"),
    "value": "`{python} 1 / 0`\n",
    "doctest": "```pycon\n>>> 1 / 0\n```\n",
    "repr": block("class V:\n    def __repr__(self): 1 / 0\nV()"),
    "method of a value": block("class V:\n    def _repr_html_(self): 1 / 0\nV()"),
    "figure": block(
        "from matplotlib import pyplot as plt\nfrom matplotlib.artist import Artist\n"
        "class A(Artist):\n    def draw(self, renderer): 1 / 0\nplt.figure().add_artist(A())"
    ),
    "function that the audit hook wraps": block("import os\nos.stat('no such file')"),
    "import that the audit hook wraps": block("import importlib\nimportlib.import_module('no_such_module')"),
    "cause": block("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError from error"),
    "group": block("try:\n    1 / 0\nexcept Exception as error:\n    raise ExceptionGroup('g', [error])"),
    "circle": block(
        "a, b = ValueError(1), ValueError(2)\na.__cause__, b.__cause__ = b, a\nraise a"
    ),
    "syntax": block("x = = 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", RAISES)
def test_no_traceback_contains_a_frame_of_the_engine(engines, name):
    (outcome,) = run(engines["fork"], RAISES[name])
    failure = outcome.failure or outcome.got[0].failure
    files = re.findall(r'File "([^"]*)"', failure.traceback)
    assert "docs/x.md" in files
    assert [] == [file for file in files if "convref/weave" in file]
