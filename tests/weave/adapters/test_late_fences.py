"""Fences that are not in a page's text run when it is converted, wherever they come from."""

import re

import pytest

from convref.weave.adapters.late_fences import fences_shown_as_text

CONFIG = """
site_name: T
theme: {{name: mkdocs}}
hooks: [macros.py]
plugins:
  - convref: {{{options}}}
  - mkdocstrings: {{handlers: {{python: {{paths: [.], options: {{show_source: false}}}}}}}}
markdown_extensions:
  - pymdownx.superfences
  - pymdownx.snippets: {{base_path: [parts]}}
"""
MACROS = """
def on_page_markdown(markdown, **_):
    return markdown.replace("{{ count }}", MACRO)

MACRO = '''```python exec="on"
print("from a macro", start)
```'''
"""
MODULE = '''
"""A module.

Text.

```python exec="on"
print("*from a docstring*", start)
```
"""

def function():
    """Return nothing.

    - In a list:

        ```python exec="on" source="above"
        print("from a function", now)
        {code}
        ```
    """
'''
PAGE = """# Page

```python exec="on"
import time
start, now = 1, time.time_ns()
```

::: own

A line with a part:

--8<-- "part.md"

{{ count }}

```python exec="on"
print("```python exec='on'\\nprint('printed', start)\\n```")
```

```python exec="on" result="tree"
print("a/\\n    b.py")
```
"""
PART = 'Text of the part.\n\n```python exec="on"\nprint("from a part", start)\n{code}\n```\n'


def build(python, root, code="", options="timeout: 20", page=PAGE):
    (root / "docs").mkdir(exist_ok=True)
    (root / "parts").mkdir(exist_ok=True)
    (root / "docs" / "index.md").write_text(page)
    (root / "parts" / "part.md").write_text(PART.format(code=code))
    (root / "own.py").write_text(MODULE.format(code=code))
    (root / "macros.py").write_text(MACROS)
    (root / "mkdocs.yml").write_text(CONFIG.format(options=options))
    done = python.run("-m", "mkdocs", "build", cwd=root)
    html = (root / "site" / "index.html").read_text()
    (main,) = re.findall(r'role="main">(.*?)<footer', html, re.DOTALL)
    return main, done.stderr


@pytest.fixture(scope="module")
def built(python, tmp_path_factory):
    root = tmp_path_factory.mktemp("site")
    return root, *build(python, root)


@pytest.mark.parametrize(
    "result",
    [
        "<p><em>from a docstring</em> 1</p>",
        "from a function",
        "<p>from a part 1</p>",
        "<p>from a macro 1</p>",
        "<p>printed 1</p>",
    ],
)
def test_a_fence_from_elsewhere_is_run_in_the_session_of_the_page(built, result):
    _, html, _ = built
    assert result in html


def test_a_printed_tree_is_drawn(built):
    _, html, _ = built
    assert "└──" in html


def test_no_fence_is_left_and_nothing_is_reported(built):
    _, html, log = built
    assert "exec=" not in html
    assert "WARNING" not in log


def test_results_are_cached(python, built):
    root, html, _ = built
    assert html == build(python, root)[0]


def test_a_failure_is_reported_with_the_file_and_line_where_the_fence_is_written(python, tmp_path):
    html, log = build(python, tmp_path, "1 / 0")
    assert "own.py:18: run: ZeroDivisionError" in log
    assert "parts/part.md:5: run: ZeroDivisionError" in log
    assert 2 == html.count("convref-error")
    assert "<p>printed 1</p>" in html


def test_a_failure_in_text_of_unknown_origin_is_reported_near_the_text_above_it(python, tmp_path):
    page = "# Page\n\ntext\n\n{{ count }}\n\nend\n"
    _, log = build(python, tmp_path, page=page)
    assert "docs/index.md:4: run: NameError: name 'start' is not defined" in log


def test_fences_from_elsewhere_are_not_run_if_nothing_is(python, tmp_path):
    html, log = build(python, tmp_path, options="execute: never")
    assert "not run, because execute is &#x27;never&#x27;" in html
    assert "own.py:7: run: NotRun" in log


@pytest.mark.parametrize("fence", ["<p><code>{}</code></p>", "<p>```{}</p>"])
def test_a_fence_that_is_shown_as_text_is_an_error(fence):
    message = 'a fence is shown as text and was not run: python exec="on"'
    assert [message] == list(fences_shown_as_text(fence.format('python exec="on"\nprint(1)\n')))


@pytest.mark.parametrize(
    "html",
    [
        '<p><code>python exec="on"</code></p>',
        '<pre><span></span><code>python exec="on"\nprint(1)\n</code></pre>',
    ],
)
def test_code_that_shows_how_a_fence_is_written_is_no_error(html):
    assert [] == list(fences_shown_as_text(html))


def test_trees_have_the_icons_of_the_theme(python, tmp_path):
    page = '# T\n\n```tree\na.py\n```\n\n```python exec="on" result="tree"\nprint("b.py\\nc/")\n```\n'
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(page)
    config = (
        "site_name: T\ntheme: material\nplugins: [convref]\nmarkdown_extensions: [pymdownx.superfences]\n"
    )
    (tmp_path / "mkdocs.yml").write_text(config)
    assert 0 == python.run("-m", "mkdocs", "build", "-q", cwd=tmp_path).returncode
    html = (tmp_path / "site" / "index.html").read_text()
    blocks = re.findall(r"<pre>.*?</pre>", html, re.DOTALL)
    assert [1, 1] == [each.count('<span class="twemoji"><svg') for each in blocks]
    assert [True, True] == ["a.py" in blocks[0], "📁" in blocks[1]]
