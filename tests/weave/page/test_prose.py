"""The prose of a page keeps its offsets; everything else is masked, whatever the text."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convref.weave.check import citations, coverage
from convref.weave.markdown.document import Formula, parse
from convref.weave.page import references
from convref.weave.page.prose import MASK, formula_text, masked
from convref.weave.site import page_checks

WORDS = (
    'a 1 23 . , × - | [ ] ( ) ![ ]( < > ` ```\n $ \\ { } # " = alt= 万 三百 第 2015 年 １ <!-- --> ::: http://'
    " published: title: ---\n : ^ x %"
)
PIECES = st.lists(
    st.sampled_from([*re.findall(r"[^ ]+", WORDS), " ", "\n", "\n\n", "\r\n", "> ", "    "]), max_size=40
).map("".join)


@given(PIECES)
def test_masking_keeps_length_and_line_ends(text: str) -> None:
    page = parse(text, "x.md")
    seen = masked(page)
    assert len(seen) == len(text)
    assert [sign for sign in seen if sign in "\r\n"] == [sign for sign in text if sign in "\r\n"]


@given(PIECES)
def test_no_text_makes_a_stage_fail(text: str) -> None:
    page = parse(text, "x.md")
    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= number.line <= lines for number in coverage.numbers(page))
    assert all(1 <= reference.line <= lines for reference in references.references(page))
    assert all(1 <= citation.line <= lines for citation in citations.find(page))
    assert all(1 <= each.line <= lines for each in page_checks.page_checks(page, ["link"]))
    assert "" not in references.anchors(page)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![alt](x.png 'title') [text](y.md)", "![alt 'title' [text"),
        ('<img src="x" alt="one" title="two">', "onetwo"),
        ("a `code` $x$ `{python} y` <!-- z --> b", "a     b"),
        ("text {#id .class} [a][ref] [^1] :smile: https://x.y/z", "text  [a]   "),
        ("---\ntitle: T 1\nother: 2\n---\nx", "\n T 1\n\n\nx"),
        ('```python exec="on" alt="one" caption="two"\n3\n```', "onetwo\n\n"),
        ("１２％", "12%"),
    ],
)
def test_prose_alt_texts_titles_and_captions_stay(text: str, expected: str) -> None:
    assert expected == masked(parse(text, "x.md")).replace(MASK, "")


def test_a_formula_in_a_quote_is_read_without_the_marks_of_the_quote() -> None:
    page = parse("> $$ 1\n> < 2 $$\n", "x.md")
    (formula,) = page.of(Formula)
    assert " 1\n  < 2 " == formula_text(page, formula)


@pytest.mark.parametrize(
    "text",
    [
        "[" + "![a](b)" * 400,
        "[" * 2000,
        "1," * 2000,
        "a-1" * 2000,
        "3 x " * 2000,
        "<a " * 2000,
        "{a=1 " * 1000,
        "三" * 3000,
    ],
)
def test_masking_hostile_text_takes_no_longer(text: str) -> None:
    began = time.process_time()
    page = parse(text, "x.md")
    coverage.numbers(page)
    references.references(page)
    references.anchors(page)
    assert time.process_time() - began < 2
