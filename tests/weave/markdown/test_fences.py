"""The kind of a fence is decided once, when its page is parsed, and every stage follows that decision."""

import pytest

from convref.errors import PageError
from convref.weave.check import citations, coverage, parity
from convref.weave.markdown.document import DEEPEST, Fence, InlineValue, parse
from convref.weave.markdown.fences import DEFAULT_RULES, FenceRules, shell_of
from convref.weave.numbers.published import Published
from convref.weave.page import references
from convref.weave.page.snippets import expanded
from convref.weave.page.tree import read_tree

NONE: frozenset[str] = frozenset()


def fence(info, code="", rules=DEFAULT_RULES):
    return next(parse(f"```{info}\n{code}```\n", "x.md", rules=rules).of(Fence))


@pytest.mark.parametrize(
    ("info", "auto", "kind"),
    [
        ('python exec="on"', NONE, "python"),
        ("py", {"py"}, "python"),
        ("python", NONE, "shown"),
        ('python exec="off"', {"python"}, "shown"),
        ('bash exec="1"', NONE, "shell"),
        ("console", {"console"}, "console"),
        ('md exec="on"', NONE, "markdown"),
        ("markdown", {"markdown"}, "markdown"),
        ('js exec="on"', NONE, "unsupported"),
        ("js", {"js"}, "unsupported"),
        ("tree", NONE, "tree"),
        ('tree exec="off"', NONE, "shown"),
        ("", NONE, "shown"),
    ],
)
def test_the_kind_of_a_fence_follows_from_its_language_its_exec_and_the_site(info, auto, kind):
    assert kind == fence(info, rules=FenceRules(frozenset(auto))).kind


@pytest.mark.parametrize(
    ("info", "auto", "kind"),
    [
        ("pycon", NONE, "doctest"),
        ('pycon exec="on"', NONE, "session"),
        ("pycon", {"pycon"}, "session"),
        ('pycon exec="off"', NONE, "shown"),
        ("python", NONE, "doctest"),
        ('py exec="on"', NONE, "session"),
    ],
)
def test_a_fence_of_examples_is_a_doctest_unless_its_exec_or_the_site_decides_otherwise(info, auto, kind):
    assert kind == fence(info, ">>> 1\n1\n", FenceRules(frozenset(auto))).kind


@pytest.mark.parametrize(
    ("info", "executed", "is_block"),
    [
        ('python exec="on"', True, True),
        ("pycon", True, False),
        ("text", False, False),
        ("tree", False, False),
    ],
)
def test_doctests_are_executed_but_only_blocks_give_way_to_their_result(info, executed, is_block):
    found = fence(info, ">>> 1\n1\n")
    assert (executed, is_block) == (found.executed, found.is_block)


def test_plain_examples_are_left_alone_where_the_site_runs_none():
    rules = FenceRules(doctests=False)
    for info in ("pycon", "python"):
        assert "shown" == fence(info, ">>> 1\n1\n", rules).kind
        assert ("shown", ()) == (fence(info, ">>>1\n", rules).kind, fence(info, ">>>1\n", rules).examples)
    assert "session" == fence('pycon exec="on"', ">>> 1\n1\n", rules).kind


def test_a_console_runs_in_the_plain_shell():
    assert ["bash", "sh", "sh"] == [shell_of(each) for each in ("bash", "sh", "console")]


def test_a_block_of_markdown_holds_its_content_as_a_page_with_the_lines_of_the_outer_page():
    page = parse('a\n\n````md exec="on"\nb `{python} 1`\n\n```py exec\nx\n```\n````\n', "x.md")
    outer, inner = page.with_nested()
    assert ["py"] == [each.language for each in inner.of(Fence)]
    assert ([], [4]) == tuple([each.line for each in part.of(InlineValue)] for part in (outer, inner))


def nested(depth):
    marks = [f"{'`' * (depth + 3 - level)}" for level in range(depth)]
    return "".join(f"{each}md exec\n" for each in marks) + "".join(f"{each}\n" for each in reversed(marks))


def test_blocks_of_markdown_may_be_nested_up_to_a_limit():
    assert DEEPEST + 1 == len(list(parse(nested(DEEPEST), "x.md").with_nested()))
    rule = rf"^x\.md:{DEEPEST + 1}: blocks of Markdown must not be nested more than {DEEPEST} deep$"
    with pytest.raises(PageError, match=rule):
        parse(nested(390), "x.md")


AUTO = FenceRules(frozenset({"python", "md"}))
CITED = "[3 M](published:a.b) [a](b.md) `{python} 1` 12,345\n"
LITERATE = f"````md\n{CITED}````\n"


def test_every_check_looks_into_a_block_of_markdown_that_the_site_runs_unasked():
    figures = Published("published.toml", {})
    for rules, count in ((AUTO, 1), (DEFAULT_RULES, 0)):
        page = parse(LITERATE, "x.md", rules=rules)
        assert count == len(list(citations.check(page, figures)))
        assert ["published:a.b", "b.md"][: 2 * count] == [each.target for each in references.references(page)]
        assert ["cited", "computed", "open"][: 3 * count] == [each.status for each in coverage.numbers(page)]


def test_a_block_that_the_site_runs_unasked_counts_as_computed():
    assert ["computed"] == [
        each.status for each in coverage.numbers(parse("```python\n1\n```\n", "x.md", rules=AUTO))
    ]


def test_languages_differ_where_a_block_that_the_site_runs_unasked_differs(tmp_path):
    for lang, code in (("en", "a `{python} 1`"), ("zh", "a")):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "x.md").write_text(f"```md\n{code}\n```\n", "utf-8")
    for rules, count in ((AUTO, 1), (DEFAULT_RULES, 0)):
        tree = read_tree(tmp_path, rules=rules)
        assert count == len([found for page in tree.pages for found in parity.check(page, tree)])


def test_snippets_are_included_in_blocks_that_the_site_runs_unasked(tmp_path):
    (tmp_path / "a.md").write_text("text\n\n```python\nx\n```\n", "utf-8")
    page = parse('````md\n--8<-- "a.md"\n````\n', "x.md", rules=AUTO)
    _, inner = expanded(page, [str(tmp_path)]).with_nested()
    assert ["x\n"] == [each.code for each in inner.of(Fence)]
