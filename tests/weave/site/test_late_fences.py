"""Fences that appear when a page is converted give way to their results, which may contain further fences."""

import pytest

from convref.weave.markdown.fences import DEFAULT_RULES, FenceRules
from convref.weave.page.plan import Step
from convref.weave.render.fragments import Fragments
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
from convref.weave.site.late_fences import DEEPEST, LateFences, Place


@pytest.fixture(scope="module")
def engine():
    with Engine(Settings(), ["en"]) as engine:
        yield engine


def late(engine, steps=(), rules=DEFAULT_RULES):
    return LateFences(engine, rules, steps, ("en", "en"), Fragments("page"))


def at(_, line):
    return Place("a.md", line + 10)


def block(code, options=""):
    return f'```python exec="on"{options}\n{code}\n```\n'


def test_a_fence_runs_after_the_steps_of_its_session_in_the_page(engine):
    steps = [Step("python", "a.md", 1, "x = 1"), Step("python", "a.md", 3, "x = 2", "other")]
    text = f"a\n{block('print(x)')}b\n\n{block('print(x)', ' session=other')}"
    with late(engine, steps) as fences:
        assert "a\n\n1\n\nb\n\n2\n" == fences.replaced(text, at)


def test_text_without_fences_that_are_run_is_kept(engine):
    text = "tree exec\n\n```python\n>>> 1\n2\n```\n\n```pycon\n>>> 1\n2\n```\n"
    with late(engine) as fences:
        assert text == fences.replaced(text, at)


def test_languages_that_the_site_runs_unasked_are_run_here_too(engine):
    with late(engine, rules=FenceRules(frozenset({"python"}))) as fences:
        assert "3\n" == fences.replaced("```python\nprint(3)\n```\n", at)


def test_markdown_with_blocks_in_it_is_rendered(engine):
    with late(engine) as fences:
        text = f'````md exec="on"\n`{{python}} 6 * 7` {"and"}\n\n{block("1 / 0")}````\n'
        shown = fences.replaced(text, at)
    assert "42 and" in shown
    assert ["a.md:15: run: ZeroDivisionError: division by zero"] == list(map(str, fences.diagnostics))


def test_errors_have_the_place_of_the_fence(engine):
    text = f"\n{block('1', ' width=wide')}\n{block('1 / 0')}"
    with late(engine) as fences:
        fences.replaced(text, at)
    assert [
        "a.md:12: option: width (='wide') must be a whole number",
        "a.md:17: run: ZeroDivisionError: division by zero",
    ] == list(map(str, fences.diagnostics))


def test_text_that_cannot_be_parsed_is_kept_and_reported(engine):
    text = '\n```python exec="on"\n'
    with late(engine) as fences:
        assert text == fences.replaced(text, at)
    rule = 'the fence ```python exec="on" is not closed'
    assert [f"a.md:12: page: {rule}"] == list(map(str, fences.diagnostics))


def test_a_printed_fence_is_run_and_one_that_prints_itself_is_an_error(engine):
    with late(engine) as fences:
        assert "5\n" == fences.replaced(block(f"print({block('print(5)')!r})"), at)
        # Each block prints a block that runs the same code.
        again = 'print("```python exec=on\\nexec(again)\\n```")'
        fences.replaced(block(f"again = {again!r}\nexec(again)"), at)
    message = f"blocks in the output of blocks must not be nested more than {DEEPEST} deep"
    assert [message] == [each.message for each in fences.diagnostics]
