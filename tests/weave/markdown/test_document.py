"""`parse` finds the regions of a page with their offsets, and loses nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convref.errors import PageError
from convref.weave.markdown.document import (
    CodeSpan,
    Comment,
    Fence,
    Formula,
    FrontMatter,
    Heading,
    InlineValue,
    Raw,
    parse,
)

EXEC = '```python exec="on"\nx = 1\n```\n'


def only(kind, text):
    (region,) = parse(text, "x.md").of(kind)
    return region


def test_a_fence_knows_its_language_options_code_and_lines():
    fence = only(
        Fence, 'one\n\n```python exec="on" source="above" title=\'a b\' n=3\na = 1\n\nb = 2\n```\nend\n'
    )
    assert "python" == fence.language
    assert {"exec": "on", "source": "above", "title": "a b", "n": "3"} == dict(fence.options)
    assert (3, 4, "a = 1\n\nb = 2\n") == (fence.line, fence.code_line, fence.code)


@pytest.mark.parametrize(
    ("info", "language", "options"),
    [
        ("python", "python", {}),
        ('{.python exec="on"}', "python", {"exec": "on"}),
        ("{ .py #name exec=1 .wide }", "py", {"id": "name", "exec": "1", "class": "wide"}),
        ('python {exec="on" #a}', "python", {"exec": "on", "id": "a"}),
        ("python exec", "python", {"exec": "on"}),
        ('sh exec="on" exec="off"', "sh", {"exec": "off"}),
        ("c++", "c++", {}),
        ("", "", {}),
        ('exec="on"', "", {"exec": "on"}),
        ('python hl_lines="1 2" alt="卷积 `x`"', "python", {"hl_lines": "1 2", "alt": "卷积 `x`"}),
    ],
)
def test_options_are_parsed_in_both_forms(info, language, options):
    fence = only(Fence, f"~~~{info}\n~~~\n")
    assert fence.language == language
    assert dict(fence.options) == options


@pytest.mark.parametrize("value", ["off", "no", "0", "false", "False", "OFF"])
def test_a_switch_is_off_for_each_word_that_means_off(value):
    assert not only(Fence, f'```python exec="{value}"\n```\n').options.on("exec")


@pytest.mark.parametrize(
    ("before", "prefix"),
    [
        ("", ""),
        ("- item\n\n", "    "),
        ("1. a\n\n    - b\n\n", "        "),
        ("- a\n  - b\n\n", "    "),
        ("- a\n\n", "  "),
        ("!!! note\n", "    "),
        ('=== "Tab"\n\n    ??? note\n\n', "        "),
        ("- a\n\n", "\t"),
        ("", "> "),
        ("", "> > "),
        ("", ">"),
        ("> - a\n>\n", ">     "),
        ("[^1]: note\n\n", "    "),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_fence_is_found_under_any_nesting_with_its_code_and_lines(before, prefix, end):
    inside = ['```python exec="on"', "if x:", "    y = 1", "", "z = 2", "```"]
    text = before + "".join(f"{prefix}{line}".rstrip() + "\n" for line in inside) + "\nafter\n"
    fence = only(Fence, text.replace("\n", end))
    assert "if x:\n    y = 1\n\nz = 2\n" == fence.code
    assert fence.code_line == before.count("\n") + 2
    assert fence.prefix == prefix


@pytest.mark.parametrize(
    "text",
    [
        f"<!--\n{EXEC}-->\n",
        f"text <!-- a\n\n{EXEC}\n--> text\n",
        f"````md\n{EXEC}````\n",
        f"~~~\n{EXEC}~~~\n",
        f"~~~~~\n~~~\n{EXEC}~~~~~\n",
        "a\n\n" + "".join(f"    {line}\n" for line in EXEC.splitlines()),
        f"<pre>\n{EXEC}</pre>\n",
        f"<script>\n{EXEC}</script>\n",
        f"---\na: |\n  {EXEC}---\n",
    ],
)
def test_a_fence_inside_inert_text_is_left_alone(text):
    fences = [fence for fence in parse(text, "x.md").of(Fence) if fence.options.on("exec")]
    assert [] == fences


def test_a_fence_after_inert_text_is_found_again():
    text = f"text <!-- `a\n-->\n\n    code\n\n````md\n```\n````\n<pre>\n</pre>\n{EXEC}"
    fences = [fence.line for fence in parse(text, "x.md").of(Fence) if fence.options.on("exec")]
    assert [11] == fences


def test_a_fence_closes_on_marks_of_its_kind_and_length_only():
    assert "```\n~~~~\n ````\n" == only(Fence, "````\n```\n~~~~\n ````\n````  \n").code


@pytest.mark.parametrize(
    "text", ["> ```py exec\n> x\ny\n", "    a\n\n```py exec\n", "- a\n\n    ```py exec\n    x\n\nb"]
)
def test_an_executed_fence_that_is_not_closed_is_an_error_with_its_line(text):
    line = text[: text.index("```")].count("\n") + 1
    with pytest.raises(PageError, match=rf"^docs/x\.md:{line}: the fence ```py exec is not closed$"):
        parse(text, "docs/x.md")


@pytest.mark.parametrize(
    ("first", "second"), [("py exec", "py"), ("py", '{.py exec="on"}'), ("pycon", "text"), ("", "py exec")]
)
def test_a_fence_that_contains_the_opening_of_another_is_an_error_with_the_lines_of_both(first, second):
    rule = "the fence opened at line 2 is not closed before line 5, where another one is opened"
    with pytest.raises(PageError, match=rf"^docs/x\.md:2: {rule}$"):
        parse(f"a\n```{first}\nx\n\n```{second}\ny\n```\n", "docs/x.md")


@pytest.mark.parametrize(
    ("outer", "inner"),
    [("````md exec", "```py exec\n```\n"), ("~~~py exec", "```py exec\n"), ("```md", "```py\n")],
)
def test_a_fence_may_show_another_of_fewer_or_other_marks_or_one_that_is_not_run(outer, inner):
    marks = outer[: outer.rindex(outer[0]) + 1]
    assert inner == only(Fence, f"{outer}\n{inner}{marks}\n").code


def test_backticks_in_an_option_of_executed_code_do_not_hide_the_fence():
    assert "of `x`" == only(Fence, '```python exec="on" caption="of `x`"\n```\n').options["caption"]
    assert [] == list(parse("```python `x` y```\n", "x.md").of(Fence))


def test_a_plain_fence_that_is_not_closed_is_text():
    assert "1" == only(InlineValue, "```python\n\n`{python} 1`\n").expression


def test_options_that_cannot_be_parsed_are_an_error_of_the_fence_if_they_contain_exec():
    fence = only(Fence, '\n```python exec="on" source="above\n```\n')
    rule = 'the options of the fence cannot be read: python exec="on" source="above'
    assert ("broken", "python", 2, rule) == (fence.kind, fence.language, fence.error_line, fence.error)


def test_options_that_cannot_be_parsed_are_ignored_without_exec():
    assert {} == dict(only(Fence, "```text some {words}, here\n```\n").options)


def test_doctest_examples_have_the_lines_and_offsets_of_their_output():
    text = (
        "- a\n\n    ```pycon\n    >>> for i in (1, 2):\n    ...     i\n    1\n    2\n    >>> x = 3\n    ```\n"
    )
    first, second = only(Fence, text).examples
    assert (
        "for i in (1, 2):\n    i\n",
        "1\n2\n",
        4,
        6,
    ) == (first.source, first.want, first.line, first.want_line)
    assert "    1\n    2\n" == text[first.want_start : first.want_end]
    assert ("x = 3\n", "", 8) == (second.source, second.want, second.line)
    assert second.want_start == second.want_end


def test_a_doctest_that_cannot_be_parsed_is_an_error_of_the_fence_with_its_line():
    fence = only(Fence, "```pycon\n>>> 1\n1\n>>>2\n```\n")
    assert ("broken", 4) == (fence.kind, fence.error_line)
    assert "the doctest cannot be read: lacks blank after >>>: '>>>2'" == fence.error


def test_inline_values_are_found_in_prose_tables_headings_and_formulas():
    text = (
        "# A `{python} 1`\n\nb `{python} f(2)` ``{python} '`'``\n\n| h |\n|---|\n| `{python} 3` |\n\n"
        "$a^`{python} 4`$\n\nT `{python} 5`\n---\n"
    )
    values = [(value.line, value.expression, value.where) for value in parse(text, "x.md").of(InlineValue)]
    assert [
        (1, "1", "heading"),
        (3, "f(2)", "text"),
        (3, "'`'", "text"),
        (7, "3", "table"),
        (9, "4", "formula"),
        (11, "5", "heading"),
    ] == values


def test_an_inline_value_may_wrap_inside_a_block_quote():
    assert "f( 1)" == only(InlineValue, "> a `{python} f(\n>  1)`\n").expression


@pytest.mark.parametrize(
    "text",
    [
        "`` `{python} 1` ``",
        "\\`{python} 1`",
        "<!-- `{python} 1` -->",
        "a\n\n    `{python} 1`\n",
        "```\n`{python} 1`\n```\n",
        "`{python}`",
        "`{pythonic} 1`",
        "`a\n\n{python} 1`",
        "<pre>\n`{python} 1`\n</pre>",
    ],
)
def test_code_that_only_looks_like_an_inline_value_is_a_code_span(text):
    assert [] == list(parse(text, "x.md").of(InlineValue))


@pytest.mark.parametrize(
    ("text", "content", "opening"),
    [
        ("a $x+1$ b", "x+1", "$"),
        ("$$\nx\n= 1\n$$", "\nx\n= 1\n", "$$"),
        (r"a \(x\) b", "x", "\\("),
        ("\\[\nx\n\\]\n", "\nx\n", "\\["),
        (r"$a \$ b$", r"a \$ b", "$"),
        ("> $$\n> x\n> $$", "\n> x\n> ", "$$"),
        ("$k^`{python} 2`$", "k^`{python} 2`", "$"),
    ],
)
def test_formulas_are_found_with_each_delimiter(text, content, opening):
    formula = only(Formula, text)
    assert (formula.content, formula.opening) == (content, opening)
    assert text[formula.content_start :].startswith(content)
    assert formula.display == (opening in {"$$", "\\["})


@pytest.mark.parametrize(
    "text", ["$5 and $6", "`$x$`", r"\$x$", "$ x$", "$a\n\nb$", "$5/$6", r"\[a\](b)", "<a b='$x$'>"]
)
def test_text_that_only_looks_like_a_formula_is_text(text):
    assert [] == list(parse(text, "x.md").of(Formula))


def test_headings_have_level_text_and_id():
    text = "# A\n\n##  B b ## \n\n### C {#c .x}\n\nD\n===\n\nE\n-\n\n#no\n\n- a\n---\n"
    headings = [(each.line, each.level, each.text, each.id) for each in parse(text, "x.md").of(Heading)]
    assert [
        (1, 1, "A", ""),
        (3, 2, "B b", ""),
        (5, 3, "C", "c"),
        (7, 1, "D", ""),
        (10, 2, "E", ""),
        (13, 1, "no", ""),
    ] == headings


def test_front_matter_comments_code_spans_and_raw_text_are_regions():
    text = "\ufeff---\na: 1\n---\nx <!-- c\n\n--> `code`\n\n    raw\n"
    page = parse(text, "x.md")
    assert [type(region) for region in page.regions] == [FrontMatter, Comment, CodeSpan, Raw]
    assert [1, 4, 6, 8] == [region.line for region in page.regions]
    assert "a: 1\n" == only(FrontMatter, text).content


def test_a_part_of_a_page_keeps_the_pages_lines():
    page = parse(f"\n{EXEC}", "x.md", first_line=40)
    (fence,) = page.of(Fence)
    assert (41, 42, 40, 41) == (fence.line, fence.code_line, page.line_at(0), page.line_at(1))


PIECES = st.sampled_from(
    [
        "\n", "\r\n", "\r", "\t", "    ", "> ", "- ", "a", "`", "``", "```", "~~~", "$", "$$", "\\", "\\(",
        "\\[", "{python} 1", "<!--", "-->", "|", "---",
        "# ", "卷", "<pre>", "</pre>", "\ufeff", "\u2028", "\x0c", "5",
    ]
)  # fmt: skip
PAGES = st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join)


@settings(deadline=None)
@given(PAGES)
def test_a_page_without_replacements_is_unchanged(text):
    page = parse(text, "x.md")
    assert page.replaced(()) == text
    assert page.replaced((each, text[each.start : each.end]) for each in page.of(CodeSpan)) == text


@settings(deadline=None)
@given(PAGES)
def test_regions_lie_in_the_text_in_order_on_their_lines(text):
    regions = parse(text, "x.md").regions
    assert [each.start for each in regions] == sorted(each.start for each in regions)
    for each in regions:
        assert 0 <= each.start < each.end <= len(text)
        before = text[: each.start].replace("\r\n", "\n").replace("\r", "\n")
        broken = text[: each.start].endswith("\r") and text[each.start :].startswith("\n")
        assert each.line == before.count("\n") + 1 - broken


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="`~<$\\", exclude_categories=["Cs"])))
def test_markdown_without_marks_has_no_code_and_no_formula(text):
    page = parse(text, "x.md")
    assert [] == [each for each in page.regions if isinstance(each, Fence | InlineValue | Formula | CodeSpan)]


LEVELS = st.lists(
    st.sampled_from(["- item\n\n", "!!! note\n\n", '=== "tab"\n\n', "1. one\n\n", "[^a]: x\n\n"]), max_size=5
)


@settings(deadline=None)
@given(
    LEVELS,
    st.lists(st.sampled_from(["x = 1", "", "if x:", "\ty = 2", "    z", "```", "$a$"]), max_size=8),
    st.data(),
)
def test_lines_and_code_are_right_under_any_nesting(levels, code, data):
    marks = data.draw(st.sampled_from(["````", "~~~~", "`````"]))
    indent, text = "", "start\n\n"
    for level in levels:
        text += indent + level
        indent += "    "
    line = text.count("\n") + 1
    body = "".join(f"{indent}{each}".rstrip(" ") + "\n" for each in code)
    text += f'{indent}{marks}python exec="on"\n{body}{indent}{marks}\n\nend\n'
    fence = only(Fence, text)
    assert (fence.line, fence.code_line) == (line, line + 1)
    assert fence.code.expandtabs(4) == "".join(f"{each}\n" for each in code).expandtabs(4)
    assert text[fence.code_start : fence.code_end] == body
