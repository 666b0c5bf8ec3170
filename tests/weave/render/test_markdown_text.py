"""Pieces of Markdown from which results are composed."""

import html

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convref.weave.markdown.document import Fence, parse
from convref.weave.render import directory_tree as tree
from convref.weave.render.markdown_text import code_block, escaped, nested, tabbed, visible, without_html

EXTENSIONS = ["admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc"]
EXTENSIONS += ["pymdownx.details", "pymdownx.emoji", "pymdownx.keys", "pymdownx.mark", "pymdownx.tabbed"]
EXTENSIONS += ["pymdownx.superfences", "pymdownx.caret", "pymdownx.tilde", "pymdownx.critic"]


def without_blanks(text):
    return "".join(text.split())


@settings(deadline=None)
@given(st.lists(st.text(alphabet="`~a \t$", max_size=8), max_size=5), st.text(alphabet="ab'`", max_size=5))
def test_a_code_block_may_contain_any_code(lines, title):
    code = "\n".join(lines).rstrip("\n")
    options = {"title": title} if "`" not in title else {}
    page = parse(code_block("text", code, options), "x.md")
    (fence,) = page.of(Fence)
    assert (fence.code.rstrip("\n"), dict(fence.options)) == (code, options)
    assert (fence.start, fence.end) == (0, len(page.text))


def test_an_option_with_double_quotes_is_written_in_single_quotes():
    assert code_block("text", "", {"title": 'a "b"'}).startswith("```text title='a \"b\"'\n")


@settings(deadline=None)
@given(st.text(alphabet="*_`[]<>&|$~^\\ab1 .,%#{}!?:=+-\"'()", min_size=1))
def test_an_escaped_text_is_shown_literally(text):
    shown = markdown.markdown(f"x {escaped(text)} x", extensions=EXTENSIONS)
    assert without_blanks(f"<p>x {text} x</p>") == without_blanks(html.unescape(shown))


@settings(deadline=None)
@given(st.text(alphabet="*_`[]<>&|$~^\\ab1 .,%#{}!?:=+-\"'()\n\t\r", min_size=1))
def test_an_escaped_text_at_the_start_of_a_line_begins_no_block(text):
    page = f"above\n\n{escaped(text)} x\n\nabove\n{escaped(text)}"
    shown = markdown.markdown(page, extensions=EXTENSIONS)
    expected = f"<p>above</p><p>{text} x</p><p>above {text}</p>"
    assert without_blanks(expected) == without_blanks(html.unescape(shown))


def test_a_caption_is_markdown_without_html():
    caption = "a <script>b</script> **c** `x<y` $a<b$ <!-- d --> <https://e.f>"
    expected = "a &lt;script>b&lt;/script> **c** `x<y` $a<b$ &lt;!-- d --> &lt;https://e.f>"
    assert expected == without_html(caption)


@pytest.mark.parametrize("language", ['x"><b>', "a b", "{.a onclick=b}", "`"])
def test_a_language_that_cannot_be_written_on_a_fence_is_text(language):
    assert "```text\n1\n```" == code_block(language, "1")


def test_nested_text_has_no_trailing_space_on_blank_lines():
    assert "  > a\n  >\n  >  b" == nested("a\n\n b", "  > ")


def test_tabs_do_not_join_the_tabs_before_them():
    assert '===! "A"\n\n    a\n\n    b\n\n=== "B"\n\n    c' == tabbed([("A", "a\n\nb"), ("B", "c")])


def test_hidden_lines_are_removed():
    assert "a\nc" == visible("\na\nb  # markdown-exec: hide\nc\n")


@pytest.mark.parametrize(
    ("text", "icons", "drawn"),
    [
        ("a/\n  b\n\n  c\n    d", "none", "a/\n├── b\n└── c\n    └── d"),
        ("  a\n    b\n      c\n    d\n  e", "none", "a\n├── b\n│   └── c\n└── d\ne"),
        ("a/  # comment\nb", "auto", "📁 a/  # comment\n📄 b"),
        ("", "none", ""),
    ],
)
def test_a_tree_is_drawn_from_its_indentation(text, icons, drawn):
    assert tree.draw(text, icons) == drawn
