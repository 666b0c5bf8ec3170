from __future__ import annotations

import re
from typing import Any

import markdown
import pytest

from convref.errors import PageError
from convref.weave.adapters.formulas import FormulaExtension
from convref.weave.adapters.mkdocs_build import FORMULA_EXTENSIONS
from convref.weave.markdown.document import Formula, parse

OTHERS = ["tables", "admonition", "toc", "pymdownx.superfences", "pymdownx.tabbed"]
A = "<math><mi>a</mi></math>"
SHOWN_A = '<math display="block"><mi>a</mi></math>'


def convert(text: str, **page: Any) -> str:
    return markdown.markdown(text, extensions=[*OTHERS, FormulaExtension(**page)])


@pytest.mark.parametrize("text", ["$a$", r"\(a\)"])
def test_a_formula_in_a_sentence_stays_in_its_paragraph(text: str) -> None:
    assert convert(text) == f'<p><span class="math">{A}</span></p>'


def test_a_chinese_bracket_before_a_formula_stays_on_its_line() -> None:
    assert convert("b（$a$）c") == f'<p>b<span class="math">（{A}）</span>c</p>'


@pytest.mark.parametrize("mark", [".", "),", "。", "），"])
def test_a_punctuation_mark_after_a_formula_stays_on_its_line(mark: str) -> None:
    assert convert(f"$a${mark} b") == f'<p><span class="math">{A}{mark}</span> b</p>'


@pytest.mark.parametrize("text", ["$$a$$", "$$\na\n$$", r"\[a\]", "\\[\na\n\\]"])
def test_a_displayed_formula_becomes_a_box(text: str) -> None:
    assert convert(text) == f'<div class="math" tabindex="0">{SHOWN_A}</div>'


def test_text_beside_a_displayed_formula_needs_no_blank_line() -> None:
    assert convert("before\n$$\na\n$$\nafter") == (
        f'<p>before</p>\n<div class="math" tabindex="0">{SHOWN_A}</div>\n<p>after</p>'
    )


def test_a_displayed_formula_in_a_sentence_becomes_a_box_that_a_paragraph_may_contain() -> None:
    assert convert("so $$a$$ holds") == f'<p>so <span class="math" tabindex="0">{SHOWN_A}</span> holds</p>'


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $6.",
        "It costs $5, $6 or $7.",
        "It costs $5/$6.",
        "A lone $ sign.",
        "Spaced $ a $ signs.",
    ],
)
def test_dollars_in_prose_stay_text(text: str) -> None:
    assert convert(text) == f"<p>{text}</p>"


def test_a_code_span_is_not_part_of_a_formula() -> None:
    assert "<p>from $a <code>b</code> to c$</p>" == convert("from $a `b` to c$")


def test_an_escaped_dollar_is_a_dollar_sign() -> None:
    assert "<p>$a$</p>" == convert(r"\$a\$")


@pytest.mark.parametrize("text", ["`$a$`", "    $a$", "```\n$a$\n```", "```\n$$\na\n$$\n```"])
def test_code_stays_code(text: str) -> None:
    assert "<math" not in convert(text)
    assert "$" in convert(text)


def test_markdown_does_not_change_the_inside_of_a_formula() -> None:
    assert "<em>" not in convert("$a_1 * b_1 * c_1$ and $x_2 * y_2$")


def test_lines_of_a_displayed_formula_are_not_read_as_quotes_lists_or_headings() -> None:
    html = convert("$$\na\n> b\n- c\n= d\n$$")
    assert html.startswith('<div class="math" tabindex="0"><math display="block">')
    assert html.count("<") == html.count("<m") + html.count("</m") + html.count("div")


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("| n |\n|---|\n| $a$ |", "<td>{}</td>"),
        ("- $a$", "<li>{}</li>"),
        ('!!! note "N"\n    $a$', "<p>{}</p>"),
        ('=== "T"\n    $a$', "<p>{}</p>"),
        ("> $a$", "<p>{}</p>"),
        ("[$a$](b.md)", '<a href="b.md">{}</a>'),
        ("**$a$**", "<strong>{}</strong>"),
    ],
)
def test_formulas_work_wherever_markdown_accepts_text(text: str, around: str) -> None:
    assert around.format(f'<span class="math">{A}</span>') in convert(text)


def test_the_table_of_contents_shows_a_heading_with_its_formula_as_plain_text() -> None:
    md: Any = markdown.Markdown(extensions=[*OTHERS, FormulaExtension()])
    html = md.convert(r"## Ratio $\frac{1}{a} < 2$ of `x<y`")
    assert ["Ratio 1/a&lt;2 of x&lt;y"] == [token["name"] for token in md.toc_tokens]
    assert "data-toc-label" not in html


def test_a_heading_gets_no_label_if_there_is_no_table_of_contents() -> None:
    html = markdown.markdown("## $a$", extensions=[FormulaExtension()])
    assert html == f'<h2><span class="math">{A}</span></h2>'


def test_a_label_that_the_author_wrote_stays() -> None:
    md: Any = markdown.Markdown(extensions=["attr_list", "toc", FormulaExtension()])
    md.convert('## $a$ { data-toc-label="The letter" }')
    assert ["The letter"] == [token["name"] for token in md.toc_tokens]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\n\ntwo $\\nope$", 3),
        ("```\n$\\nope$\n```\n\nthe code, and `$\\nope$`, are no formulas: $\\nope$", 5),
        ("- list\n\n    $$\n    a \\\\\n    \\nope\n    $$\n", 5),
        ("> quoted\n> $$\n> \\nope\n> $$", 3),
    ],
)
def test_a_formula_that_does_not_parse_raises_an_error_with_page_and_line(text: str, line: int) -> None:
    with pytest.raises(PageError, match=rf'docs/en/a\.md:{line}: cannot parse .*Unknown command "\\nope"'):
        convert(text, path="docs/en/a.md")


def test_the_line_of_an_error_is_that_of_the_source_that_the_host_gives() -> None:
    with pytest.raises(PageError, match=r"a\.md:4: cannot parse"):
        convert("$\\nope$", path="a.md", source="x = 1\n\nmore\n$\\nope$")


def test_a_formula_that_is_not_in_the_source_is_reported_without_a_line() -> None:
    with pytest.raises(PageError, match=r"^a\.md: cannot parse"):
        convert("$\\nope$", path="a.md", source="`{python} formula`")


def test_a_host_that_collects_errors_gets_each_of_them_and_the_page_shows_them() -> None:
    failures: list[PageError] = []
    html = convert("$\\nope$ and $\\never$ and $a$", path="a.md", report=failures.append)
    assert [1, 1] == [failure.line for failure in failures]
    assert 2 == html.count('<code class="convref-error">')
    assert A in html


def test_python_markdown_finds_the_extension_by_each_of_its_names() -> None:
    for name in FORMULA_EXTENSIONS:
        assert A in markdown.markdown("$a$", extensions=[name])


@pytest.mark.parametrize(
    "text",
    [
        "$a$ and $b$ cost $5 and $6, or $7$8",
        "not $ a$, nor \\$b\\$, nor `$c$`, nor $d `e` f$",
        "\\(a\\) and \\\\(b\\) and \\[c\\] and $$d$$",
        "| $a$ | $b |\n|---|---|\n| $c$ | d$ |",
        "- $a$\n\n    $$\n    b\n    $$\n\n> $c$\n\n    $d$\n\n```\n$e$\n```\n",
    ],
)
def test_the_formulas_that_readers_see_are_the_ones_that_are_checked(text: str) -> None:
    checked = [region.content.strip() for region in parse(text, "a.md").of(Formula)]
    assert re.findall(r"<mi>(.)</mi>", convert(text)) == checked
