"""The steps of a page, and those that the pages of two languages share."""

import pytest

from convref.errors import PageError
from convref.weave.markdown.document import Fence, parse
from convref.weave.markdown.fences import DEFAULT_RULES, FenceRules
from convref.weave.page import percent
from convref.weave.page.plan import plan, walk


def page(text, path="en.md", rules=DEFAULT_RULES):
    return parse(text, path, rules=rules)


def steps(text, rules=DEFAULT_RULES):
    return [placed.step for placed in walk(page(text, rules=rules))]


def block(code, options="", language="python"):
    return f'```{language} exec="on"{options}\n{code}\n```\n\n'


def test_steps_come_in_the_order_of_the_page_with_kind_and_line():
    text = f"a `{{python}} 1`\n\n{block('x = 2')}```pycon\n>>> x\n2\n```\n\n{block('ls', language='bash')}"
    found = [(step.kind, step.line) for step in steps(text)]
    assert [("value", 1), ("python", 4), ("doctest", 8), ("shell", 13)] == found


@pytest.mark.parametrize(
    ("language", "code", "kind", "run"),
    [
        ("py", "x", "python", "x\n"),
        ("pycon", ">>> x = 1\nold\n>>> for i in x:\n...     i", "python", "x = 1\n\nfor i in x:\n    i\n"),
        ("console", "$ a\nold\n% b", "shell", "a\nb\n"),
        ("sh", "a", "shell", "a\n"),
    ],
)
def test_each_language_runs_its_code_without_prompts_and_outputs(language, code, kind, run):
    (step,) = steps(block(code, language=language))
    assert (step.kind, step.code) == (kind, run)


@pytest.mark.parametrize(
    "text",
    [
        "```python\nx\n```",
        '```python exec="off"\nx\n```',
        '```pycon exec="no"\n>>> 1\n1\n```',
        '```js exec="on"\nx\n```',
    ],
)
def test_a_block_without_exec_or_in_another_language_is_not_run(text):
    assert [] == steps(text)


def test_a_site_may_run_a_language_without_exec():
    assert ["ls\n"] == [step.code for step in steps("```bash\nls\n```\n", FenceRules(frozenset({"bash"})))]


def test_skipped_examples_are_not_run():
    (step,) = steps("```pycon\n>>> 1\n1\n>>> 2  # doctest: +SKIP\n3\n```\n")
    assert (("1\n", 2),) == step.examples


def test_a_block_of_markdown_gives_the_steps_inside_it_with_their_lines():
    text = f'\n````md exec="1"\ntext `{{python}} 1`\n\n{block("x")}````\n'
    assert [("value", 3), ("python", 6)] == [(step.kind, step.line) for step in steps(text)]


@pytest.mark.parametrize("option", ["width", "returncode"])
def test_an_option_of_a_cell_that_must_be_a_number_is_an_error_with_page_and_line_otherwise(option):
    with pytest.raises(PageError, match=rf"en\.py:2: {option} \(='wide'\) must be a whole number"):
        list(walk(percent.parse(f'\n# %% {option}="wide"\nx\n', "en.py")))


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (' width="wide"', "width (='wide') must be a whole number"),
        (' returncode="x"', "returncode (='x') must be a whole number"),
        (' cache="yes"', "cache (='yes') must be off or on"),
        ('" session="s"', 'the options of the fence cannot be read: python exec="on"" session="s"'),
        (', session="s"', 'the options of the fence cannot be read: python exec="on", session="s"'),
    ],
)
def test_a_fence_with_a_wrong_header_is_left_out_and_the_others_are_run(options, rule):
    text = block("a") + block("b", options) + block("c")
    assert ["a\n", "c\n"] == [step.code for step in steps(text)]
    assert [(5, rule)] == [(each.error_line, each.error) for each in page(text).of(Fence) if each.error]


def test_two_languages_with_the_same_code_are_run_once():
    english = page(f"a `{{python}} 1` and `{{python}} 2`\n\n{block('x = 1  # one')}", "en.md")
    other = block("x  =  1  # 一", ' alt="图"')
    chinese = page(f"`{{python}} 2`，`{{python}} 3`\n\n\n{other}", "zh.md")
    planned = plan({"en": english, "zh": chinese})
    assert () == planned.differences
    assert [
        ("en.md", "1"),
        ("en.md", "2"),
        ("zh.md", "3"),
        ("en.md", "x = 1  # one"),
    ] == [(step.path, step.code.strip()) for step in planned.steps]
    assert {0} == set(planned.runs)
    assert [0, 1, 3] == list(planned.step_of["en"].values())
    assert [1, 2, 3] == list(planned.step_of["zh"].values())


@pytest.mark.parametrize(
    ("english", "chinese", "message"),
    [
        (block("x = 1"), "\n" + block("x = 2"), "zh.md:3: parity: the block differs from that at en.md:2"),
        (
            block("x = 1", " width=1"),
            block("x = 1", " width=2"),
            "zh.md:2: parity: the block differs from that at en",
        ),
        (block("x"), block("x", language="sh"), "zh.md:2: parity: the block differs from that at en.md:2"),
        (
            block("x = 1") + block("y = 2"),
            block("x = 1"),
            "en.md:6: parity: zh.md has no block like this one",
        ),
        (
            block("x = 1"),
            block("x = 1") + block("y = 2"),
            "zh.md:6: parity: en.md has no block like this one",
        ),
        ("text", block("x = 1"), "zh.md:2: parity: the page's other language has no block like this one"),
    ],
)
def test_two_languages_with_different_blocks_are_run_separately_and_reported(english, chinese, message):
    planned = plan({"en": page(english, "en.md"), "zh": page(chinese, "zh.md")})
    (difference,) = planned.differences
    assert str(difference).startswith(message)
    assert {planned.runs[number] for number in planned.step_of["en"].values()} <= {0}
    assert {1} == {planned.runs[number] for number in planned.step_of["zh"].values()}


def test_the_same_code_in_two_blocks_of_one_page_is_run_twice():
    planned = plan({"en": page(block("x += 1") + block("x += 1"))})
    assert [0, 1] == list(planned.step_of["en"].values())


def test_code_that_cannot_be_parsed_is_compared_as_text():
    pages = {lang: page(block("x = (", ""), f"{lang}.md") for lang in ("en", "zh")}
    assert () == plan(pages).differences


def test_imports_at_the_top_of_blocks_and_examples_are_collected():
    text = block("import a.b, c as d\nfrom e.f import g\nfrom . import h\ndef k(): import m")
    text += "```pycon\n>>> import n\n```\n" + block("import (")
    assert ("a.b", "c", "e.f", "n") == plan({"en": page(text)}).imports
