"""Answers of workers: what is malformed is the page's failure."""

import math

import pytest

from convref.weave.page.outcomes import Failure, Got, Outcome
from convref.weave.page.plan import Step
from convref.weave.run.answers import outcome_of
from convref.weave.run.protocol import ProtocolError

STEP = Step("python", "docs/x.md", 7, "1")
ERROR = {"kind": "ValueError", "message": "no", "traceback": "T", "line": 0}
ANSWER = {
    "number": 0,
    "output": "out",
    "dropped": 2,
    "valid": True,
    "stderr": "err",
    "remarks": ["left"],
    "seconds": 0.5,
    "forms": {"": {"text/plain": "1"}},
    "figures": ["<svg/>"],
    "got": [{"text": "1\n", "error": None}, {"text": "", "error": ERROR}],
    "error": ERROR,
}


def test_an_answer_becomes_an_outcome_with_every_part():
    failure = Failure("ValueError", "no", "T", 7)
    expected = Outcome(
        output="out",
        dropped=2,
        valid=True,
        stderr="err",
        forms={"": {"text/plain": "1"}},
        figures=("<svg/>",),
        got=(Got("1\n"), Got("", failure)),
        failure=failure,
        remarks=("left",),
        seconds=0.5,
    )
    assert expected == outcome_of(STEP, ANSWER)


@pytest.mark.parametrize(
    "change",
    [
        {"output": None},
        {"output": 1},
        {"dropped": "2"},
        {"valid": None},
        {"stderr": []},
        {"remarks": "left"},
        {"remarks": [1]},
        {"seconds": "soon"},
        {"seconds": math.nan},
        {"seconds": None},
        {"forms": [1]},
        {"forms": {"": "text"}},
        {"forms": {"": {"text/plain": 1}}},
        {"figures": {"a": 1}},
        {"figures": [None]},
        {"got": 1},
        {"got": [1]},
        {"got": [{"text": 1}]},
        {"error": 1},
        {"error": {"kind": "E"}},
        {"error": {**ERROR, "line": "1"}},
        {"error": {**ERROR, "kind": None}},
    ],
)
def test_a_malformed_part_of_an_answer_is_refused(change):
    rule = "of type (str|int|bool)|a list of (dictionaries|strings)|a dictionary( of strings)?|a finite .*"
    with pytest.raises(ProtocolError, match=rf"sent the build an answer whose .* is not ({rule})$"):
        outcome_of(STEP, {**ANSWER, **change})


def test_a_doctest_needs_an_answer_for_each_example():
    step = Step("doctest", "docs/x.md", 1, "", examples=(("1", 1), ("2", 2)))
    answer = {**ANSWER, "got": [{"text": "1\n", "error": None}]}
    del answer["error"]
    with pytest.raises(ProtocolError, match="sent results for 1 examples of a doctest that has 2"):
        outcome_of(step, answer)


def test_code_points_that_no_file_can_hold_are_replaced():
    error = {**ERROR, "message": "\ud800 卷"}
    forms = {"": {"text/html": "a\udfff"}, "zh": {"x\ud800": ""}}
    outcome = outcome_of(STEP, {**ANSWER, "forms": forms, "error": error, "figures": ["\udc00"]})
    assert {"": {"text/html": "a\ufffd"}, "zh": {"x\ufffd": ""}} == outcome.forms
    assert outcome.failure is not None
    assert ("\ufffd 卷", ("\ufffd",)) == (outcome.failure.message, outcome.figures)
