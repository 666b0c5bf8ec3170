"""One sample site, built by every host."""

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from convref.cli import main
from convref.errors import ArgumentError
from convref.weave.site.export import export_pages

PAGE = """# {title}

```python exec="on" source="above" caption="{caption}"
from own import x
print("*printed*")
x + 1
```

Inline `{{python}} x + 2` and $x^2$.

- in a list:

    ```python exec="on" html="on"
    print("<div>\\n\\n<b>bold</b></div>")
    ```

```pycon
>>> x + 3
43
```
"""
PAGES = {"en": PAGE.format(title="One", caption="result"), "zh": PAGE.format(title="一", caption="结果")}
EXTENSIONS = ["admonition", "tables", "pymdownx.superfences", "convref.formulas"]
I18N = """  - i18n:
      docs_structure: folder
      languages:
        - {locale: en, default: true, name: English}
        - {locale: zh, name: 中文}
"""


def write(root, i18n):
    for lang, text in PAGES.items():
        folder = root / "docs" / lang if i18n else root / "docs" / ("." if lang == "en" else lang)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.md").write_text(text, encoding="utf-8")
    (root / "own.py").write_text("x = 40\n")
    config = ["site_name: T", "theme: {name: mkdocs}", "plugins:", "  - convref: {timeout: 20, doctests: on}"]
    config += [I18N.rstrip()] if i18n else []
    config += ["markdown_extensions:", *(f"  - {name}" for name in EXTENSIONS)]
    (root / "mkdocs.yml").write_text("\n".join(config), encoding="utf-8")
    sections = ['[project]\nsite_name = "T"', '[project.theme]\nvariant = "classic"']
    names = ["convref", *EXTENSIONS]
    sections += [f'[project.markdown_extensions."{name}"]' for name in names]
    (root / "zensical.toml").write_text("\n".join(sections))


def build(root, *command):
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=root, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    texts = [(root / "site" / name).read_text("utf-8") for name in PLACES]
    return [re.sub(r"\s+", " ", re.sub("Build Date UTC.*", "", text)) for text in texts]


PLACES = ("index.html", "zh/index.html")


def shows_all(html, caption):
    assert "<em>printed</em>" in html
    assert re.search(r'<code class="language-python">41|<span class="mi">41</span>', html)
    assert "Inline 42 and" in html
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert re.search(r"<li>.*<div> <b>bold</b></div>.*</li>", html)
    assert f"<p>{caption}</p> </figcaption>" in html
    assert not re.search(r"cvr[0-9a-f]{12}", html)


@pytest.mark.parametrize("i18n", [False, True])
@pytest.mark.parametrize("host", ["mkdocs", "properdocs"])
def test_the_plugin_builds_the_site(tmp_path, host, i18n):
    write(tmp_path, i18n)
    first = build(tmp_path, host, "build", "--strict", "-f", "mkdocs.yml")
    for html, caption in zip(first, ["result", "结果"], strict=True):
        shows_all(html, caption)
    assert first == build(tmp_path, host, "build", "--strict", "-f", "mkdocs.yml")


def test_the_extension_builds_the_site_under_zensical(tmp_path):
    write(tmp_path, i18n=False)
    for html, caption in zip(build(tmp_path, "zensical", "build"), ["result", "结果"], strict=True):
        shows_all(html, caption)
    assert list((tmp_path / ".cache" / "convref").glob("*/*.json"))


def test_weave_writes_plain_markdown_that_any_converter_shows(tmp_path, monkeypatch, capsys):
    import markdown

    write(tmp_path, i18n=True)
    (tmp_path / "docs" / "assets").mkdir()
    (tmp_path / "docs" / "assets" / "data.bin").write_bytes(b"\x00\xff")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert 0 == main(["weave", "docs", "out"])
    assert "2 pages, 0 errors\n" == capsys.readouterr().out
    assert b"\x00\xff" == (tmp_path / "out" / "assets" / "data.bin").read_bytes()
    for lang, caption in (("en", "result"), ("zh", "结果")):
        text = (tmp_path / "out" / lang / "index.md").read_text("utf-8")
        assert "exec=" not in text
        assert f'<figcaption markdown="1">\n\n{caption}\n\n</figcaption>' in text
        html = markdown.markdown(text, extensions=["md_in_html", *EXTENSIONS])
        assert "Inline 42 and" in html
        assert "<b>bold</b>" in html
        assert "<em>printed</em>" in html


def test_blank_lines_in_preformatted_html_survive_in_plain_markdown(tmp_path, monkeypatch):
    import markdown

    page = '```python exec="on" html="on"\nprint("<pre>a\\n\\nb</pre>")\n```\n'
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(page)
    monkeypatch.chdir(tmp_path)
    export_pages(Path("docs"), Path("out"))
    text = (tmp_path / "out" / "a.md").read_text()
    assert "<pre>a\n&#10;b</pre>" in markdown.markdown(text)


def test_text_in_html_is_not_taken_for_markup_where_a_list_or_a_sentence_contains_it(tmp_path, monkeypatch):
    import markdown

    shown = '<p>*a*</p><ul><li><code>$x$</code> _b_ <i title="a_b">c</i></li></ul>'
    code = f"print({shown!r})"
    page = f'- item\n\n    ```python exec="on" html="on"\n    {code}\n    ```\n'
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(page)
    monkeypatch.chdir(tmp_path)
    export_pages(Path("docs"), Path("out"))
    text = (tmp_path / "out" / "a.md").read_text()
    html = unescape(markdown.markdown(text, extensions=["md_in_html", *EXTENSIONS]))
    assert shown.removeprefix("<p>") in html


def test_weave_prints_the_errors_of_the_pages(tmp_path, monkeypatch, capsys):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text('```python exec="on"\n1 / 0\n```\n')
    (tmp_path / "docs" / "b.md").write_bytes(b"\xff")
    monkeypatch.chdir(tmp_path)
    assert 1 == main(["weave", "docs", "out"])
    out = capsys.readouterr().out
    assert "docs/a.md:2: run: ZeroDivisionError: division by zero" in out
    assert "docs/b.md: page: the page must be UTF-8" in out


@pytest.mark.parametrize("out", ["docs", "docs/out", "."])
def test_weave_refuses_to_write_into_the_directory_that_it_reads(tmp_path, monkeypatch, out):
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArgumentError, match=r"must not be inside the directory of pages \(=docs\)"):
        export_pages(Path("docs"), Path(out))


def test_weave_runs_the_fences_that_blocks_print(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    text = '# T\n\n```python exec="on"\nx = 6\nprint("```python exec=on\\nprint(x * 7)\\n1 / 0\\n```")\n```\n'
    (tmp_path / "docs" / "a.md").write_text(text)
    report = export_pages(Path("docs"), Path("out"))
    written = (tmp_path / "out" / "a.md").read_text()
    assert ["docs/a.md:3: run: ZeroDivisionError: division by zero"] == list(map(str, report.errors))
    assert "42" in written
    assert "exec=" not in written
