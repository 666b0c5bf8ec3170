"""Rendered pages, as Markdown and as the HTML into which a host converts it."""

import re

import markdown
import pytest

from convref.weave.check.execution import failed_step
from convref.weave.check.page_result import PageResult
from convref.weave.markdown.document import parse
from convref.weave.page.plan import plan
from convref.weave.render.fragments import Fragments
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
from convref.weave.site.build import Build, Source
from convref.weave.site.options import SiteOptions

pytestmark = pytest.mark.usefixtures("results")
EXTENSIONS = ["tables", "admonition", "attr_list", "pymdownx.superfences", "pymdownx.tabbed", "toc"]
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def engine(results):  # noqa: ARG001 (it comes first)
    with Engine(Settings(timeout=20), LANGUAGES) as engine:
        yield engine


def block(code, options="", language="python"):
    return f'```{language} exec="on"{options}\n{code}\n```\n'


def woven(engine, text, lang="en", **options):
    return Build(engine, SiteOptions(**{"doctests": True, **options})).render(
        "x", Source("docs/x.md", text), lang
    )


def text_of(engine, text, lang="en"):
    """Return the Markdown with its fragments in place."""
    rendered = woven(engine, text, lang)
    return rendered.fragments.finish(rendered.markdown).html


def html_of(engine, text, lang="en"):
    rendered = woven(engine, text, lang)
    converter = markdown.Markdown(extensions=EXTENSIONS)
    return rendered.fragments.finish(converter.convert(rendered.markdown)).html


def diagnostics_of(engine, text):
    return [str(each) for each in woven(engine, text).diagnostics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a `{python} 1 + 1` b", "a 2 b"),
        ("`{python} 'a*b_c'`", "a&#42;b&#95;c"),
        ("`{python} 1 / 4`", "0.25"),
        ("$x^`{python} 2`$", "$x^2$"),
        ("$`{python} 'a_b'`$", "$a_b$"),
        ("| a |\n|---|\n| `{python} 'x|y'` |\n", "| a |\n|---|\n| x&#124;y |\n"),
        ("`{python} 'one\\ntwo'`", "one two"),
        ("# `{python} 3`", "# 3"),
        ("\ufeffa\r\n\tb `{python} 1`\r\n\r\n", "\ufeffa\r\n\tb 1\r\n\r\n"),
        ("`{python} 1`" + "\n`` `{python} 1` ``", "1\n`` `{python} 1` ``"),
    ],
)
def test_an_inline_value_is_replaced_and_nothing_else_changes(engine, text, expected):
    assert expected == woven(engine, text).markdown


HOOKS = """\
class V:
    def __init__(self, **hooks):
        for name, text in hooks.items():
            setattr(self, f"_repr_{name}_", lambda text=text: text)
"""


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("`{python} V(markdown='**b**')`", "<strong>b</strong>"),
        ("`{python} V(html='<i>h</i>')`", "<i>h</i>"),
        ("# `{python} V(html='<i>h</i>')`", r"<h1 id=.*>&#60;.*V object"),
        ("| a |\n|---|\n| `{python} V(html='<i>|</i>')` |", r"<td><i>\|</i></td>"),
        ("| a |\n|---|\n| `{python} V(markdown='a|b')` |", "<td>a|b</td>"),
        ("x `{python} V(latex='$y$')`", "x [$]y[$]"),
    ],
)
def test_an_inline_value_has_the_form_that_fits_its_position(engine, where, expected):
    assert re.search(expected, html_of(engine, f"{block(HOOKS)}\n{where}\n"))


def test_a_formula_contains_the_latex_form_of_a_value(engine):
    assert "$x + y$" in text_of(engine, block(HOOKS) + "\n$x + `{python} V(latex='$y$')`$\n")


@pytest.mark.parametrize(
    ("code", "options", "expected"),
    [
        ("print('*a*')", "", "*a*"),
        ("1 + 1", "", "```python\n2\n```"),
        ("print('a')\n'b'", "", "a\n\n```python\n'b'\n```"),
        ("x = 1", "", ""),
        ("print('a')", ' result="text"', "```text\na\n```"),
        ("1", ' result="text"', "```text\n1\n```"),
        ("print('```')", ' result="text"', "````text\n```\n````"),
        ("1", ' source="above"', "```python\n1\n```\n\n```python\n1\n```"),
        ("1", ' source="below" linenums="1"', '```python\n1\n```\n\n```python linenums="1"\n1\n```'),
        ("1", ' source="off"', "```python\n1\n```"),
        ("print(1)", ' source="console"', "```python\nprint(1)\n1\n```"),
        ("2", ' source="console"', "```python\n2\n2\n```"),
        ("print('<b>x</b>')", ' html="on"', "<b>x</b>"),
        (f"{HOOKS}V(markdown='**m**', html='<b>')", "", "**m**"),
        (f"{HOOKS}V(html='<b>', svg='<svg></svg>')", ' alt="A"', 'title">A</title></svg>'),
        (f"{HOOKS}V(html='<b>', markdown='m')", ' html="1"', "<b>"),
        (f"{HOOKS}V(png=b'1')", ' alt="A"', '<img alt="A" src="data:image/png;base64,MQ==">'),
        (f"{HOOKS}V(latex='$$x$$')", "", "$$x$$"),
    ],
)  # fmt: skip
def test_a_block_is_replaced_by_its_result(engine, code, options, expected):
    assert text_of(engine, block(code, options)).removesuffix("\n").endswith(expected)


def test_the_result_of_a_block_is_separated_from_the_text_around_it(engine):
    assert "a\n\n1\n\nb\n" == text_of(engine, f"a\n{block('print(1)')}b\n")
    assert "a\n\n1\n\nb\n" == text_of(engine, f"a\n\n{block('print(1)')}\nb\n")
    quoted = "\n".join(f"> {line}" for line in f"a\n{block('print(1)')}b".split("\n"))
    assert "> a\n>\n> 1\n>\n> b" == text_of(engine, quoted)


def test_tabs_have_titles_in_the_pages_language(engine):
    text = block("print(1)", ' source="tabbed-right"')
    assert ["Result"] == re.findall('"(.*)"', text_of(engine, text).partition("\n\n=== ")[0])
    assert '"结果"' in text_of(engine, text, "zh")
    assert '"源代码"' in text_of(engine, text, "zh")


def test_a_figure_has_caption_and_identifier(engine):
    code = f"{HOOKS}V(svg='<svg><title>own</title></svg>')"
    html = html_of(engine, block(code, ' figure="fig-a" caption="A *caption*"'))
    assert '<figure class="convref-figure" id="fig-a">' in html
    assert "<figcaption>\n<p>A <em>caption</em></p>\n</figcaption>\n</figure>" in html


def test_a_drawing_shown_twice_has_unique_identifiers(engine):
    code = f"{HOOKS}V(svg='<svg id=\"a\"><title>t</title></svg>')"
    html = html_of(engine, block(code) + "\n" + block(code))
    assert ["a", "a-2"] == re.findall(r'id="(a[^"]*)"', html)


def test_a_figure_without_alternative_text_is_an_error(engine):
    code = f"{HOOKS}V(svg='<svg></svg>')"
    rule = 'docs/x.md:1: run: the figure has no alternative text; give it alt="..."'
    assert diagnostics_of(engine, block(code)) == [rule]
    assert [] == diagnostics_of(engine, block(code, ' alt="A"'))


def test_a_figure_that_shows_nothing_is_an_error(engine):
    rule = "docs/x.md:1: option: figure (='fig-a') has no effect: the block shows nothing"
    assert diagnostics_of(engine, block("x = 1", ' figure="fig-a"')) == [rule]
    assert [] == diagnostics_of(engine, block("x = 1", ' figure="off"'))
    assert [] == diagnostics_of(engine, block("print(1)", ' figure="fig-a"'))


def test_an_expected_error_is_shown_with_its_traceback(engine):
    text = text_of(engine, block("int('x')", ' raises="ValueError" source="above"'))
    assert text.startswith("```python\nint('x')\n```\n\n```pytb\nTraceback (most recent call last):\n")
    assert "ValueError: invalid literal" in text


def test_cut_output_is_noted_in_the_page():
    with Engine(Settings(output_limit=3), LANGUAGES) as narrow:
        text = block("print('abcdef')")
        assert "The output is cut here; 4 bytes more are not shown." in text_of(narrow, text)
        assert "输出过长，已截断，另有 4 字节未显示。" in text_of(narrow, text, "zh")


def test_headings_written_by_a_block_can_stay_out_of_the_table_of_contents(engine):
    text = "# T\n\n" + block("print('## A\\n\\n[l](#a)')", ' updatetoc="no" idprefix="p-"') + "\n## A\n"
    rendered = woven(engine, text)
    finished = rendered.fragments.finish(markdown.markdown(rendered.markdown, extensions=EXTENSIONS))
    assert (dict(finished.renamed), finished.hidden) == ({"a": "p-a"}, frozenset({"a"}))
    assert '<h2 id="p-a">A</h2>' in finished.html
    assert 'href="#p-a"' in finished.html
    assert '<h2 id="a_1">A</h2>' in finished.html


def test_a_doctest_that_agrees_stays_as_it_is(engine):
    error = ">>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division by zero\n"
    text = f"a\n\n```pycon\n>>> 1 / 3\n0.333\n>>> print('a')\na\n{error}```\n"
    assert woven(engine, text).markdown == text
    assert [] == diagnostics_of(engine, text)


@pytest.mark.parametrize(
    ("example", "start"),
    [
        (">>> 1 + 1\n3", "docs/x.md:3: doctest: expected '3', but got '2'"),
        (">>> 1 + 1", "docs/x.md:2: doctest: expected '', but got '2'"),
        (">>> x = 1\n3", "docs/x.md:3: doctest: expected '3', but got ''"),
        (">>> 1\n1\n>>> 1 / 0\n3", "docs/x.md:4: doctest: ZeroDivisionError: division by zero"),
        (">>> 1\nTraceback (most recent call last):\nE: x", "docs/x.md:3: doctest: expected 'Traceback"),
        (
            ">>> 1 / 0\nTraceback (most recent call last):\nE: x",
            "docs/x.md:3: doctest: raised ZeroDivisionError: div",
        ),
    ],
)
def test_a_doctest_that_does_not_agree_is_an_error_and_is_shown_with_it(engine, example, start):
    text = f"```pycon\n{example}\n```\n"
    (told,) = diagnostics_of(engine, text)
    assert told.startswith(start)
    shown = text_of(engine, text)
    assert shown.startswith(text.rstrip())
    assert 'class="admonition failure convref-error"' in shown


def test_a_nested_doctest_that_does_not_agree_stays_nested(engine):
    text = "- a\n\n    ```pycon\n    >>> 1\n    2\n    ```\n\nend\n"
    shown = text_of(engine, text)
    assert shown.startswith(text.partition("\n\nend")[0] + "\n\n    <div")
    assert shown.endswith("</div>\n\nend\n")


def test_a_failed_value_is_replaced_by_its_error(engine):
    assert 'role="alert">docs/x.md:1: ZeroDivisionError: division by zero</span>' in text_of(
        engine, "a `{python} 1/0`"
    )
    assert r"$\text{?}$" == text_of(engine, "$`{python} 1/0`$")
    assert "# &#91;ZeroDivisionError: division by zero&#93;" in text_of(engine, "# `{python} 1/0`")


def test_a_failed_block_keeps_its_source_and_escapes_its_error(engine):
    text = text_of(engine, block("raise ValueError('<script>')", ' source="console"'))
    assert text.startswith("```python\nraise ValueError('<script>')\n```\n\n<div")
    assert "ValueError: &lt;script&gt;" in text


def test_a_page_that_cannot_be_parsed_is_shown_with_its_error(engine):
    rendered = woven(engine, '# T\n\n```python exec="on"\n')
    assert ['docs/x.md:3: page: the fence ```python exec="on" is not closed'] == [
        str(each) for each in rendered.diagnostics
    ]
    assert "# T" in rendered.markdown
    assert "is not closed" in rendered.fragments.finish(rendered.markdown).html


def test_an_invalid_option_is_reported_with_its_line(engine):
    assert ["docs/x.md:1: option: width (='w') must be a whole number"] == diagnostics_of(
        engine, block("1", ' width="w"')
    )


def test_a_language_that_cannot_be_run_is_an_error(engine):
    text = block("x", language="fortran")
    assert ["docs/x.md:1: run: code in 'fortran' cannot be run"] == diagnostics_of(engine, text)
    assert "```fortran\nx\n```\n" == text_of(engine, text)


def test_errors_inside_blocks_of_markdown_have_the_lines_of_the_page(engine):
    text = f'\n````md exec="1" source="above"\ntext\n\n{block("1 / 0")}````\n'
    assert ["docs/x.md:6: run: ZeroDivisionError: division by zero"] == diagnostics_of(engine, text)


def test_output_on_standard_error_is_a_note(engine):
    (note,) = woven(engine, block("import sys; print('careful', file=sys.stderr)")).diagnostics
    assert ("docs/x.md:1: run: wrote to standard error", "careful\n") == (str(note), note.detail)
    assert not note.fatal


def test_a_page_whose_text_changed_after_its_run_runs_again(engine):
    build = Build(engine)
    build.add("x", {"en": Source("x.md", "`{python} 1`")})
    build.start()
    assert build.has("x")
    assert "1" == build.render("x", Source("x.md", "`{python} 1`"), "en").markdown
    assert "2" == build.render("x", Source("x.md", "`{python} 2`"), "en").markdown


def test_values_are_shown_in_the_language_of_the_page_or_in_the_one_that_is_asked_for(engine):
    code = "class V:\n    def _repr_lang_(self, lang): return {'en': 'hello', 'zh': '你好'}[lang]\nV()"
    build = Build(engine)
    sources = {lang: Source(f"{lang}.md", block(code)) for lang in LANGUAGES}
    build.add("x", sources)
    build.start()
    assert "hello" == build.render("x", sources["en"], "en").markdown.strip()
    assert "你好" == build.render("x", sources["zh"], "zh").markdown.strip()
    assert "你好" == build.render("x", sources["en"], "en", "zh").markdown.strip()


def test_asking_for_the_failure_of_a_step_that_succeeded_raises_an_error(engine):
    page = parse("`{python} 1`", "x.md")
    planned = plan({"en": page})
    result = PageResult(planned, engine.run(planned), "en", "en")
    with pytest.raises(LookupError, match=r"x\.md:1: the code on this line did not fail"):
        failed_step(page, page.regions[0], (0,), result)


def test_placeholders_never_occur_in_the_page():
    first = Fragments("text")
    word = first.add("<b>")
    other = Fragments(f"text {word}")
    assert other.add("<i>") != word
    assert other.finish(f"<p>{word}</p>").html == f"<p>{word}</p>"


def test_a_fragment_replaces_a_paragraph_that_contains_nothing_else():
    fragments = Fragments("")
    word = fragments.add("<table>")
    assert "<table><td><table></td>" == fragments.finish(f"<p>{word}</p><td>{word}</td>").html


SCRIPT = "<script>1</script>"
PICTURE = f"class P:\n    def _repr_png_(self): return '\">{SCRIPT}'\nP()"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            block("print(1)", f' caption="{SCRIPT} **b**"'),
            "&lt;script&gt;1&lt;/script&gt; <strong>b</strong>",
        ),
        (block("print(1)", f' figure=\'x">{SCRIPT}\' caption="c"'), 'id="x&quot;&gt;&lt;script&gt;1'),
        (block("print(1)", f' source="tabbed-left" tabs="{SCRIPT}|B"'), "&lt;script&gt;1&lt;/script&gt;"),
        (block("print('## A')", f" idprefix='\">{SCRIPT}\\g<1>'"), 'id="&quot;&gt;&lt;script&gt;1'),
        (block(PICTURE, f" alt='\">{SCRIPT}'"), "base64,&quot;&gt;&lt;script&gt;1"),
        (block("print(1)", f" result='x\">{SCRIPT}'"), "<pre><span></span><code>1"),
        (block("print(1)", f" source='above' title='x\">{SCRIPT}'"), "1"),
        (block(f"raise ValueError('{SCRIPT}')"), "ValueError: &lt;script&gt;1&lt;/script&gt;"),
        (block(f"raise ValueError('{SCRIPT}')", ' raises="ValueError"'), '<span class="n">&lt;script&gt;1'),
        (f"`{{python}} int('{SCRIPT}')`", "&lt;script&gt;1&lt;/script&gt;"),
        (f"`{{python}} '{SCRIPT}'`", "&#60;script&#62;1"),
        (f"## `{{python}} '{SCRIPT} {{#x}}'`", "&#60;script&#62;1&#60;/script&#62; &#123;&#35;x&#125;</h2>"),
        (block(f"'{SCRIPT}'"), "&lt;script&gt;1"),
        (f"```pycon\n>>> '{SCRIPT}'\n'x'\n```\n", "&lt;script&gt;1"),
        (f"```tree\n{SCRIPT}\n```\n", "&lt;script&gt;1"),
    ],
)
def test_text_that_is_not_documented_as_markup_stays_text(engine, text, shown):
    html = html_of(engine, text)
    assert SCRIPT not in html
    assert shown in html


def test_a_fence_with_a_broken_header_fails_alone_and_is_shown_with_its_error(engine):
    text = f"{block('print(1)', chr(34))}\n{block('print(2)', ', source=above')}\n{block('print(3)')}"
    html = html_of(engine, text)
    assert [
        'docs/x.md:1: option: the options of the fence cannot be read: python exec="on""',
        'docs/x.md:5: option: the options of the fence cannot be read: python exec="on", source=above',
    ] == diagnostics_of(engine, text)
    assert "docs/x.md:5" in html
    assert "<p>3</p>" in html


def test_output_before_a_failure_is_shown_with_it_and_reported(engine):
    code = 'import sys\nprint("part")\nprint("reason", file=sys.stderr)\nraise SystemExit(2)'
    rendered = woven(engine, block(code))
    (found,) = rendered.diagnostics
    assert ["part", "reason", "Traceback (most recent call last):"] == found.detail.splitlines()[:3]
    assert "<pre><code>part\nreason\nTraceback" in text_of(engine, block(code))


def test_of_a_long_output_before_a_failure_the_end_is_shown(engine):
    (found,) = woven(engine, block("for n in range(150): print(n)\n1 / 0")).diagnostics
    assert ["[50 lines before]", "50", "51"] == found.detail.splitlines()[:3]


def test_standard_error_is_logged_or_shown_or_hidden_as_the_site_or_the_block_says(engine):
    code = 'import sys\nprint("a warning", file=sys.stderr)'
    for where in ("show", "log", "hide"):
        by_site = woven(engine, block(code), stderr=where)
        by_block = woven(engine, block(code, f' stderr="{where}"'))
        assert (by_site.markdown, by_site.diagnostics) == (by_block.markdown, by_block.diagnostics)
        assert ("a warning" in by_site.markdown) == (where == "show")
        assert bool(by_site.diagnostics) == (where == "log")


def test_a_site_may_leave_out_values_of_last_expressions(engine):
    code = 'd = {"a": 1}\nprint("printed")\nd.setdefault("b", 2)'
    assert "2" in woven(engine, block(code)).markdown
    assert "printed" == woven(engine, block(code), values=False).markdown.strip()


def test_without_values_a_figure_is_shown_only_where_the_block_asks_for_one(engine):
    code = "from matplotlib import pyplot as plt\nplt.plot([1, 2])"
    assert "" == woven(engine, block(code), values=False).markdown.strip()
    shown = woven(engine, block(code, ' figure alt="A line"'), values=False)
    assert 1 == "".join(shown.fragments.html.values()).count("<svg")


def test_displayed_objects_are_shown_between_what_is_printed(engine):
    code = """
class Bold:
    def _repr_html_(self): return "<b>bold</b>"
print("first")
display(Bold())
print("*second*")
display({"text/markdown": "*third*"}, raw=True)
"value"
"""
    html = html_of(engine, block(code))
    expected = ["<p>first</p>", "<b>bold</b>", "<em>second</em>", "<em>third</em>", "value"]
    places = [html.index(each) for each in expected]
    assert sorted(places) == places


def test_a_displayed_figure_needs_an_alternative_text(engine):
    code = "from matplotlib import pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    assert ['docs/x.md:1: run: the figure has no alternative text; give it alt="..."'] == diagnostics_of(
        engine, block(code)
    )
    assert [] == diagnostics_of(engine, block(code, ' alt="A line"'))


def test_a_displayed_object_that_is_too_large_is_an_error():
    with Engine(Settings(output_limit=1000), LANGUAGES) as engine:
        (message,) = diagnostics_of(
            engine, block("display({'text/html': 'x' * 2000}, raw=True)")
        )  # and two names of types
    assert "what it displays has 2019 bytes, more than output_limit (=1000)" in message


def test_a_tree_without_files_shows_nothing(engine):
    assert ["a", "b"] == text_of(engine, "a\n\n```tree\n```\n\nb\n").split()


def test_the_output_of_a_failed_command_is_shown_with_the_failure(engine):
    text = block("echo part; echo the reason >&2; exit 3", ' result="text"', "bash")
    (found,) = woven(engine, text).diagnostics
    assert "docs/x.md:2: run: ReturnCode: ended with exit code 3, not 0" == str(found)
    assert "part\nthe reason" == found.detail
    assert "<pre><code>part\nthe reason</code></pre>" in text_of(engine, text)


def test_in_a_console_no_identifier_gets_a_prefix_and_no_placeholder_is_shown(engine):
    rendered = woven(
        engine, block("$ echo '{\"a\": 1}'", ' source="console" result="json" id="x"', "console")
    )
    assert '```json\n$ echo \'{"a": 1}\'\n{"a": 1}\n```' == rendered.markdown.strip()
