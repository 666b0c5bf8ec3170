"""Everything that a step gives is held to `output_limit`."""

import pytest
from cached_site import block, run

from convref.weave.page.outcomes import STR
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
from convref.weave.run.worker.limits import held_error, held_remarks, limited

LIMIT = 1000
HIDING = """
class S(str):
    def __len__(self): return 0
    def encode(self, *_): return b''
    def isascii(self): return True
    def __str__(self): return self
"""
LARGE = {
    "printed text": ("print('x' * 5000)", None),
    "standard error": ("import sys; print('x' * 5000, file=sys.stderr)", None),
    "a value": ("'a' * 5000", None),
    "a value of many bytes": ("'卷' * 900", None),
    "the message of an exception": ("raise ValueError('x' * 5000)", "ValueError: xxx"),
    "the name of an exception": ("raise type('E' * 5000, (Exception,), {})", "EEE"),
    "a traceback": ("def f(n): return g(n - 1) if n else 1 / 0\ndef g(n): return f(n)\nf(60)", "Zero"),
    "HTML": (
        "class V:\n    def _repr_html_(self): return '<p>' * 500\nV()",
        "OutputLimit: its value as text/html has 1509 bytes, more than output_limit (=1000)",
    ),
    "Markdown of a language": (
        "class V:\n    def _repr_lang_(self, lang): return '*' * 5000\nV()",
        "OutputLimit: its value as text/markdown has 5013 bytes, more than output_limit (=1000)",
    ),
    "an image": (
        "class V:\n    def _repr_png_(self): return b'x' * 900\nV()",
        "OutputLimit: its value as image/png has 1209 bytes, more than output_limit (=1000)",
    ),
    "media types": (
        "class V:\n    def _repr_mimebundle_(self, **_): return {f'x/{n}': '' for n in range(500)}\nV()",
        "OutputLimit: its value as x/0, x/1, ",
    ),
    "a figure": (
        "from matplotlib import pyplot as plt\nplt.plot([1, 2])",
        "OutputLimit: its figures have ",
    ),
    "a text that hides its size": (
        f"{HIDING}class V:\n    def _repr_html_(self): return S('x' * 5000)\nV()",
        "OutputLimit: its value as text/html has 5009 bytes, more than output_limit (=1000)",
    ),
    "a message that hides its size": (
        f"{HIDING}class E(Exception):\n    def __str__(self): return S('x' * 5000)\nraise E",
        "E: xxx",
    ),
    "a name that is no text": (
        "class V:\n    def _repr_mimebundle_(self, **_): return {1: 'x' * 5000}\nV()",
        "OutputLimit: its value as 1 has 5001 bytes, more than output_limit (=1000)",
    ),
    "the name of a thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), name='T' * 5000).start()",
        None,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    with Engine(Settings(output_limit=LIMIT), ["en", "zh"]) as engine:
        yield engine


@pytest.mark.parametrize("name", LARGE)
def test_no_part_of_an_outcome_is_larger_than_the_limit(engine, name):
    code, failure = LARGE[name]
    first, second = run(engine, block(code) + block("print('next')"))
    assert (failure is None) == (first.failure is None)
    assert str(first.failure or "").startswith(failure or "")
    texts = [first.output, first.stderr, *first.figures, *first.remarks]
    texts += [text for bundle in first.forms.values() for text in bundle.values()]
    if first.failure:
        texts += [first.failure.kind, first.failure.message, first.failure.traceback]
    assert LIMIT + 100 > max(len(text.encode()) for text in texts)
    assert "next\n" == second.output


def test_doctest_examples_share_the_limit(engine):
    text = "```pycon\n" + ">>> print('x' * 300)\n" * 20 + ">>> raise ValueError('x' * 900)\n```\n"
    (outcome,) = run(engine, text)
    assert LIMIT + 400 > sum(len(got.text) + len(str(got.failure or "")) for got in outcome.got)
    assert ["x" * 300 + "\n"] * 3 == [got.text for got in outcome.got[:3]]


def test_a_cut_value_is_reported_and_one_with_another_form_is_not(engine):
    code = "class V:\n    def _repr_html_(self): return '<p>'\n    def __repr__(self): return 'a' * 5000\nV()"
    text, rich = run(engine, block("'a' * 5000") + block(code))
    assert ("its value as text has 5002 bytes; it is cut after 1000",) == text.remarks
    assert () == rich.remarks
    assert "<p>" == rich.forms[""]["text/html"]


def test_an_answer_within_the_limit_is_not_changed():
    answer = {"forms": {"": {"text/plain": "1", STR: "1", "text/html": "<b>1</b>"}}, "figures": ["<svg/>"]}
    assert (answer, []) == limited(answer, LIMIT)


def test_a_long_traceback_keeps_its_beginning_and_its_end():
    error = {"kind": "E", "message": "m", "traceback": "a" * 500 + "b" * 500, "line": 1}
    cut = held_error(error, 100)["traceback"]
    assert "a" * 75 + "\n[900 bytes are left out]\n" + "b" * 25 == cut


def test_a_step_has_few_and_short_remarks():
    assert [20, 1000] == [len(held_remarks(["x" * 2000] * 50)), len(held_remarks(["x" * 2000])[0])]
