"""Notebooks in real builds: run by convref, rendered by mkdocs-jupyter, in the style of the other pages."""

import re
import subprocess
import sys

import nbformat
import pytest
from serving import fetch, free_port, interrupted_at_the_end, wait_for

from convref.cli import main

NOTEBOOK = """\
# %% [markdown]
# # {title} $x^2$ {{#top}}
#
# Of `{{python}} x` see [the page](page.md#there).[^1]
#
# [^1]: A note.

# %%
import os

x = 2
print("<printed>")
x + 1

# %% [markdown]
# ## {section} {{#more}}
#
# $$ 1 + 2 = 3 $$

# %% alt="{alt}" caption="{section}, $x$"
class Table:
    def _repr_lang_(self, lang):
        return {{"en": "| a |\\n| --- |\\n| $y$ |", "zh": "表"}}[lang]


Table()
"""
TEXTS = {
    "en": {"title": "One", "section": "Part", "alt": "a table"},
    "zh": {"title": "一", "section": "部分", "alt": "表"},
}
PAGE = "# Page\n\n## There {#there}\n\n[the notebook](notes/one.py#more)\n"
CONFIG = """
site_name: T
theme: {{name: {theme}}}
plugins:
  - search
  - convref: {{timeout: 20, notebooks: ["notes/*"]}}
  - mkdocs-jupyter: {{execute: false, include: ["*.ipynb"], cache: false}}
{i18n}
nav: [index.md, page.md, notes/one.py]
markdown_extensions: [attr_list, footnotes, tables, pymdownx.superfences, convref.weave.adapters.formulas]
"""
I18N = """  - i18n:
      docs_structure: {structure}
      languages:
        - {{locale: en, default: true, name: English}}
        - {{locale: zh, name: 中文}}
"""


class Site:
    """A site in a directory, and the log of its last build."""

    def __init__(self, root, python):
        self.root = root
        self.python = python
        self.log = ""

    def write(self, i18n="", theme="mkdocs"):
        plugin = I18N.format(structure=i18n) if i18n else ""
        (self.root / "mkdocs.yml").write_text(CONFIG.format(i18n=plugin, theme=theme), "utf-8")
        for lang in TEXTS if i18n else ("en",):
            for name, text in self.files(lang).items():
                self.file(lang, i18n, name).parent.mkdir(parents=True, exist_ok=True)
                self.file(lang, i18n, name).write_text(text, "utf-8")
        return self

    def files(self, lang):
        notebook = NOTEBOOK.format(**TEXTS[lang]).replace("page.md", "../page.md")
        return {"index.md": "# Home\n", "page.md": PAGE, "notes/one.py": notebook, "stray.py": "x = 1\n"}

    def file(self, lang, i18n, name):
        if i18n == "folder":
            return self.root / "docs" / lang / name
        suffix = f".{lang}." if i18n and lang != "en" else "."
        return self.root / "docs" / name.replace(".", suffix)

    def build(self, *flags):
        done = self.python.run("-m", "mkdocs", "build", *flags, cwd=self.root, SOURCE_DATE_EPOCH="1")
        self.log = done.stderr
        return done.returncode

    def page(self, name="notes/one/index.html"):
        return (self.root / "site" / name).read_text("utf-8")

    def ipynb(self, name="notes/one/one.ipynb"):
        notebook = nbformat.read(self.root / "site" / name, as_version=4)
        nbformat.validate(notebook)
        return notebook

    def bytes(self):
        folder = self.root / "site"
        files = (file for file in sorted(folder.rglob("*")) if file.is_file())
        return {file.relative_to(folder): file.read_bytes() for file in files if file.suffix != ".gz"}


@pytest.fixture
def site(tmp_path, python):
    return Site(tmp_path, python)


@pytest.fixture(scope="module")
def built(tmp_path_factory, python):
    """A site of one language, built strictly, for tests that change nothing."""
    site = Site(tmp_path_factory.mktemp("built"), python).write()
    assert 0 == site.build("--strict"), site.log
    return site


def test_a_notebook_becomes_a_page_with_its_results_in_the_style_of_the_theme(built):
    html = built.page()
    assert re.search(r'<h1 id="top">One <span class="math"><math>', html)
    assert "Of 2 see" in html
    assert "&lt;printed&gt;" in html
    assert "Out[1]:" in html
    assert re.search(r"<table>.*<math><mi>y</mi></math>", html, re.DOTALL)
    assert re.search(r'<div class="highlight hl-python"><pre><code>.*class="kn">import', html, re.DOTALL)
    assert re.search(r"<figcaption>.*Part, <span", html, re.DOTALL)
    assert 'href="../../page/#there"' in html
    assert "A note." in html


def test_the_page_of_a_notebook_loads_nothing_from_other_hosts_and_has_no_script(built):
    (content,) = re.findall(r'role="main">(.*)<footer', built.page(), re.DOTALL)
    assert "<script" not in content
    assert not re.search(r"mathjax|mermaid|cdn", content, re.IGNORECASE)
    assert not re.search(r"(?:https?:)?//(?!www\.w3\.org)", content.replace("<!-- ", ""))


def test_titles_contents_links_and_anchors_of_a_notebook_work_as_in_a_page(built):
    assert "<title>One x2 - T</title>" in built.page()
    assert ["top", "more"] == re.findall(r'<a href="#(\w+)" class="nav-link">', built.page())
    assert 'href="../notes/one/#more"' in built.page("page/index.html")


def test_the_downloaded_notebook_contains_its_results(built):
    assert '<a href="one.ipynb" download>Download this notebook</a>' in built.page()
    text, code, _, table = built.ipynb().cells
    assert "see the page." in text.source
    assert text.source.startswith('<a id="top"></a>\n\n# One $x^2$\n\nOf 2 see')
    assert ["<printed>\n", {"text/plain": "3"}] == [code.outputs[0].text, code.outputs[1].data]
    assert "| $y$ |" in table.outputs[0].data["text/markdown"]


def test_links_in_a_downloaded_notebook_lead_to_the_published_site(site):
    site.write("folder")
    config = site.root / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "site_url: https://x.org/t/\n", "utf-8")
    assert 0 == site.build("--strict"), site.log
    assert "[the page](https://x.org/t/page/#there)" in site.ipynb().cells[0].source
    assert (
        "[the page](https://x.org/t/zh/page/#there)" in site.ipynb("zh/notes/one/one.ipynb").cells[0].source
    )


@pytest.mark.parametrize("structure", ["", "folder"])
def test_a_dirty_build_writes_a_notebook_that_changed_and_keeps_one_that_did_not(site, structure):
    assert 0 == site.write(structure).build("--strict"), site.log
    before = site.page()
    page = site.file("en", structure, "page.md")
    page.write_text(PAGE.replace("Page", "Changed"), "utf-8")
    assert 0 == site.build("--dirty"), site.log
    assert "Changed" in site.page("page/index.html")
    assert before == site.page()
    notebook = site.file("en", structure, "notes/one.py")
    notebook.write_text(notebook.read_text("utf-8").replace("Part", "Piece"), "utf-8")
    assert 0 == site.build("--dirty"), site.log
    assert "Piece" in site.page()


def test_python_files_that_match_no_pattern_are_copied(built):
    assert "x = 1\n" == (built.root / "site" / "stray.py").read_text()
    assert not (built.root / "site" / "notes" / "one.py").exists()


@pytest.mark.parametrize("structure", ["folder", "suffix"])
def test_two_languages_run_once_and_each_shows_its_own_form(site, structure):
    site.write(structure)
    for lang in TEXTS:
        file = site.file(lang, structure, "notes/one.py")
        file.write_text(file.read_text("utf-8") + "\n# %%\nos.getpid()\n", "utf-8")
    assert 0 == site.build("--strict"), site.log
    english, chinese = site.ipynb(), site.ipynb("zh/notes/one/one.ipynb")
    assert ["| a |\n| --- |\n| $y$ |", "表"] == [
        each.cells[3].outputs[0].data["text/markdown"] for each in (english, chinese)
    ]
    assert english.cells[-1].outputs == chinese.cells[-1].outputs
    assert "下载这个笔记本</a>（含运行结果）" in site.page("zh/notes/one/index.html")
    assert 'href="../../page/#there"' in site.page("zh/notes/one/index.html")


def test_the_language_switch_leads_from_a_notebook_to_its_translation(site):
    assert 0 == site.write("folder", theme="material").build("--strict"), site.log
    links = [re.findall(r'<a href="([^"]*)" hreflang="(\w+)"', site.page(name)) for name in
             ("notes/one/index.html", "zh/notes/one/index.html")]  # fmt: skip
    assert {("./", "en"), ("../../zh/notes/one/", "zh")} == set(links[0])
    assert {("../../../notes/one/", "en"), ("./", "zh")} == set(links[1])
    assert "notes/one/" in site.page("sitemap.xml")


def test_a_notebook_without_translation_is_shown_in_both_languages(site):
    site.write("folder")
    site.file("zh", "folder", "notes/one.py").unlink()
    assert 0 == site.build()
    assert "表" in site.ipynb("zh/notes/one/one.ipynb").cells[3].outputs[0].data["text/markdown"]
    assert "One" in site.page("zh/notes/one/index.html")


def test_a_build_from_the_cache_gives_the_same_bytes_and_runs_nothing(site):
    site.write("folder")
    assert 0 == site.build("--strict")
    cold = site.bytes()
    assert 0 == site.build("--strict")
    assert site.bytes() == cold
    for lang in TEXTS:
        file = site.file(lang, "folder", "notes/one.py")
        file.write_text(file.read_text("utf-8").replace("# Of", "# Text that moves.\n#\n# Of"), "utf-8")
    config = site.root / "mkdocs.yml"
    config.write_text(
        config.read_text("utf-8").replace("timeout: 20", "timeout: 20, execute: never"), "utf-8"
    )
    assert 0 == site.build("--strict"), site.log
    assert "Of 2 see" in site.page()


def test_a_failure_is_reported_with_its_line_in_the_file_and_shown_in_the_page(site):
    site.write()
    file = site.root / "docs" / "notes" / "one.py"
    file.write_text(file.read_text().replace("x + 1", "x / 0"))
    line = file.read_text().split("\n").index("x / 0") + 1
    assert 1 == site.build("--strict")
    assert f"docs/notes/one.py:{line}: run: ZeroDivisionError: division by zero" in site.log
    assert f'File "docs/notes/one.py", line {line}, in <module>' in site.log
    assert "ZeroDivisionError" in site.page()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1 + 2 = 3", "1 + 2 = 4", r"docs/notes/one.py:18: equation: 1 \+ 2 = 4"),
        ("$x^2$", r"$\\frac$", r"docs/notes/one.py:2: formula: cannot parse \$\\frac\$"),
        ("../page.md#there", "../none.md", "notes/one.py.*'../none.md'"),
    ],
)
def test_an_error_in_the_text_of_a_notebook_fails_a_strict_build(site, old, new, message):
    site.write()
    file = site.root / "docs" / "notes" / "one.py"
    file.write_text(file.read_text().replace(old, new.replace("\\\\", "\\")))
    assert 1 == site.build("--strict")
    assert re.search(message, site.log)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  - mkdocs-jupyter: {execute: false, include: ['*.ipynb'], cache: false}\n",
            "",
            "notebooks are rendered by mkdocs-jupyter; install it with: pip install mkdocs-jupyter",
        ),
        (
            "execute: false",
            "execute: true",
            "mkdocs-jupyter must not run notebooks, because convref runs them",
        ),
        (
            "'*.ipynb'",
            "'*.py'",
            "docs/notes/one.py: mkdocs-jupyter does not render this notebook; its options",
        ),
    ],
)
def test_a_site_without_the_plugin_for_notebooks_fails_with_what_to_add(site, old, new, message):
    site.write()
    config = site.root / "mkdocs.yml"
    text = config.read_text("utf-8").replace('"*.ipynb"', "'*.ipynb'")
    assert old in text
    config.write_text(text.replace(old, new), "utf-8")
    assert 1 == site.build()
    assert message in site.log


def test_the_commands_accept_notebooks(site, monkeypatch, capsys):
    site.write("folder")
    monkeypatch.chdir(site.root)
    assert 0 == main(["check", "docs"]), capsys.readouterr().out
    assert 0 == site.build("--strict")
    assert 0 == main(["why", "docs/zh/notes/one.py"])
    assert "docs/en/notes/one.py:4: would not run now: its cached result is valid" in capsys.readouterr().out
    assert 0 == main(["weave", "docs", "out"])
    woven = (site.root / "out" / "en" / "notes" / "one.md").read_text("utf-8")
    assert "Of 2 see" in woven
    assert '```python\nimport os\n\nx = 2\nprint("<printed>")\nx + 1\n```\n\n```text\n<printed>\n```' in woven
    assert "| $y$ |" in woven


def test_notebooks_whose_code_differs_are_reported_with_both_lines(site, monkeypatch, capsys):
    site.write("folder")
    file = site.file("zh", "folder", "notes/one.py")
    file.write_text(file.read_text("utf-8").replace("x = 2", "x = 5"), "utf-8")
    monkeypatch.chdir(site.root)
    assert 1 == main(["check", "docs"])
    expected = "docs/zh/notes/one.py:8: parity: the python block differs from the python block"
    assert expected in capsys.readouterr().out


def test_properdocs_builds_notebooks_too(site):
    site.write()
    command = [sys.executable, "-m", "properdocs", "build", "--strict"]
    done = subprocess.run(command, cwd=site.root, text=True, capture_output=True, timeout=120, check=False)
    assert 0 == done.returncode, done.stderr
    assert "Of 2 see" in site.page()


def test_saving_a_notebook_under_serve_runs_only_that_notebook(site):
    site.write()
    page, notebook = site.root / "docs" / "page.md", site.root / "docs" / "notes" / "one.py"
    page.write_text("# Page\n\npid `{python} __import__('os').getpid()`\n")
    notebook.write_text(
        "# %% [markdown]\n# # One\n#\n# saved 1\n\n# %%\nimport os\n\nprint('pid', os.getpid())\n"
    )
    address = f"127.0.0.1:{free_port()}"

    def said(path, pattern):
        found = re.search(pattern, fetch(f"http://{address}/{path}"))
        return found and found[1]

    command = [sys.executable, "-m", "mkdocs", "serve", "-a", address]
    with interrupted_at_the_end(command, site.root):
        wait_for(lambda: said("page/", r"pid (\d+)"))
        before = said("page/", r"pid (\d+)"), said("notes/one/", r"pid (\d+)")
        assert None not in before
        notebook.write_text(notebook.read_text().replace("saved 1", "saved 2"))
        wait_for(lambda: said("notes/one/", r"saved (2)"))
        assert before == (said("page/", r"pid (\d+)"), said("notes/one/", r"pid (\d+)"))
        notebook.write_text(notebook.read_text().replace("'pid'", "'now', 'pid'"))
        wait_for(lambda: said("notes/one/", r"(now) pid"))
        after = said("page/", r"pid (\d+)"), said("notes/one/", r"now pid (\d+)")
        assert (True, False) == (before[0] == after[0], before[1] == after[1])


def test_a_pattern_that_matches_no_file_is_reported_once(site):
    site.write(i18n="folder")
    config = site.root / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace('["notes/*"]', '["notes/*", "nots/*"]'), "utf-8")
    assert 1 == site.build("--strict", "-q")
    rule = "mkdocs.yml: option: notebooks (='nots/*') matches no file ending in .py"
    assert 1 == site.log.count(rule)
