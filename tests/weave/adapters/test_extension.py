"""The extension of Python-Markdown, without a host around it."""

import markdown
import pytest
from markdown import Extension
from markdown.preprocessors import Preprocessor
from pymdownx.snippets import SnippetExtension

from convref.errors import ArgumentError
from convref.weave.adapters.extension import makeExtension


@pytest.fixture
def convert(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(text, *others, **options):
        md = markdown.Markdown(extensions=["toc", "tables", makeExtension(timeout=20, **options), *others])
        return md.convert(text), md

    return run


def test_blocks_and_values_are_replaced_by_their_results_and_the_rest_stays(convert):
    text = '# T\n\n```python exec="on"\nprint("*a*")\n```\n\n`{python} 6 * 7` and `code`\n'
    html, _ = convert(text)
    assert '<h1 id="t">T</h1>\n<p><em>a</em></p>\n<p>42 and <code>code</code></p>' == html


def test_a_page_without_code_starts_no_process(convert, monkeypatch):
    monkeypatch.setattr("convref.weave.run.engine.start_host", lambda *_: pytest.fail("a host was started"))
    assert "<p>text</p>" == convert("text")[0]


def test_headings_below_a_hidden_heading_stay_in_the_table_of_contents(convert):
    text = '```python exec="on" updatetoc="no"\nprint("# Out")\n```\n\n## Below\n'
    assert ["below"] == [token["id"] for token in convert(text)[1].toc_tokens]


def test_a_prefix_of_identifiers_is_applied_in_the_table_of_contents(convert):
    html, md = convert('```python exec="on" idprefix="x-"\nprint("# Head")\n```\n')
    assert ('id="x-head"' in html, ["x-head"]) == (True, [token["id"] for token in md.toc_tokens])


def test_values_are_shown_in_the_language_of_the_site(convert):
    code = "class V:\n    def _repr_lang_(self, lang):\n        return lang * 2\nV()"
    assert "<p>zhzh</p>" == convert(f'```python exec="on"\n{code}\n```\n', language="zh")[0]


def test_a_failure_is_logged_with_the_path_that_was_given(convert, caplog):
    html, _ = convert('```python exec="on"\n1 / 0\n```\n', path="pages/x.md")
    assert "ZeroDivisionError" in html
    assert "pages/x.md:2: run: ZeroDivisionError: division by zero" in caplog.text


class _Told(Preprocessor):
    """A preprocessor that has the page, as those of Zensical have it."""

    page = type("Page", (), {"path": "a/b.md"})

    def run(self, lines):
        return lines


class _Host(Extension):
    def extendMarkdown(self, md):  # noqa: N802 (Python-Markdown's name)
        md.preprocessors.register(_Told(md), "told", 0)


def test_a_failure_is_logged_with_the_path_that_the_host_knows(convert, caplog):
    convert('```python exec="on"\n1 / 0\n```\n', _Host(), root="pages")
    assert "pages/a/b.md:2: run: ZeroDivisionError: division by zero" in caplog.text


def test_with_execute_never_a_page_says_what_was_not_run(convert):
    html, _ = convert('```python exec="on"\nopen("made", "w")\n```\n', execute="never")
    assert "not run, because execute is &#x27;never&#x27;" in html


def test_notebooks_are_refused_since_an_extension_never_sees_them(convert):
    with pytest.raises(ArgumentError, match=r"notebooks \(=\['notes/\*'\]\) must not be given"):
        convert("text", notebooks=["notes/*"])


def test_a_cited_number_is_compared_with_the_figures_among_the_pages(convert, tmp_path, caplog):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "published.toml").write_text('source = "A paper"\na = 138\n')
    html, _ = convert("[138](published:a) and [139](published:a)")
    assert '<abbr title="A paper">138</abbr>' in html
    assert "page.md:1: citation: 139 differs from a, which is 138" in caplog.text


def test_fences_in_snippets_and_in_printed_text_are_run_at_the_end_of_the_session(convert, tmp_path, caplog):
    (tmp_path / "part.md").write_text('```python exec="on"\nprint("*part*", x)\n1 / y\n```\n')
    printed = 'print("```python exec=on\\nprint(x)\\n```")'
    text = f'# T\n\n```python exec="on"\nx, y = 1, 0\n{printed}\n```\n\n--8<-- "part.md"\n'
    snippets = SnippetExtension(base_path=[str(tmp_path)])
    html, _ = convert(text, "pymdownx.superfences", snippets, path="x.md", snippets=["."])
    assert "<p>1</p>" in html
    assert "part.md:3: run: ZeroDivisionError" in caplog.text
    assert "*part* 1" in html
