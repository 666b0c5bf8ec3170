"""The plugin in real builds: the pages, the log, and no process that is left running."""

import re
import sys
from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from serving import fetch, free_port, interrupted_at_the_end, wait_for

from convref.weave.adapters.mkdocs import ConvrefPlugin

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in Linux's /proc")

CONFIG = """
site_name: T
theme: {{name: mkdocs}}
plugins:
  - convref: {{{options}}}
{i18n}
markdown_extensions:
  - admonition
  - attr_list
  - tables
  - pymdownx.superfences
  - pymdownx.tabbed: {{alternate_style: true}}
"""
I18N = """
  - i18n:
      docs_structure: folder
      languages:
        - {locale: en, default: true, name: English}
        - {locale: zh, name: 中文}
"""


class Site:
    """A site in a directory, and the log of its last build."""

    def __init__(self, root, python):
        self.root = root
        self.python = python
        self.log = ""

    def write(self, pages, options="timeout: 10, doctests: on", i18n=False):
        for name, text in pages.items():
            path = self.root / "docs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        config = CONFIG.format(options=options, i18n=I18N if i18n else "")
        (self.root / "mkdocs.yml").write_text(config, encoding="utf-8")

    def build(self, pages, *flags, options="timeout: 10, doctests: on", i18n=False, environment=None):
        self.write(pages, options, i18n)
        return self.run(*flags, environment=environment)

    def run(self, *flags, environment=None):
        done = self.python.run("-m", "mkdocs", "build", *flags, cwd=self.root, **(environment or {}))
        self.log = done.stderr
        return done.returncode

    def page(self, name="index.html"):
        text = (self.root / "site" / name).read_text(encoding="utf-8")
        main = re.search(r'role="main">(.*?)<footer|<article.*?</article>', text, re.DOTALL)
        assert main is not None
        return main[0]


@pytest.fixture
def site(tmp_path, python):
    return Site(tmp_path, python)


def test_blocks_values_and_doctests_share_the_session_of_their_page(site):
    page = '# T\n\n```python exec="on" source="above"\nx = 20\nx + 1\n```\n\nIt is `{python} x + 2`.\n\n'
    page += "```pycon\n>>> x + 3\n23\n```\n"
    assert 0 == site.build({"index.md": page}, "--strict")
    html = site.page()
    assert "<p>It is 22.</p>" in html
    assert re.search(r"x</span> <span.*?<code>.*?21", html, re.DOTALL)


def test_a_strict_build_fails_with_path_and_line_and_lists_all_errors_at_its_end(site):
    pages = {
        "index.md": "# T\n\n```pycon\n>>> 1 + 1\n3\n```\n",
        "a/b.md": '---\ntitle: B\n---\n\n```python exec="on"\nx = 1\n1 / 0\n```\n',
        "c.md": "fine `{python} 6 * 7`\n",
    }
    assert 1 == site.build(pages, "--strict")
    assert "docs/a/b.md:7: run: ZeroDivisionError: division by zero" in site.log
    assert 'File "docs/a/b.md", line 7, in <module>' in site.log
    ending = site.log[site.log.index("2 errors on 2 pages:") :]
    assert "docs/index.md:5: doctest: expected '3', but got '2'" in ending
    assert "docs/a/b.md:7: run: ZeroDivisionError" in ending


def test_a_quiet_strict_build_fails_too_and_lists_the_errors_once(site):
    pages = {"index.md": "# T\n\n`{python} 1 / 0`\n"}
    assert 0 == site.build(pages, "-q")
    assert "" == site.log
    assert 1 == site.build(pages, "--strict", "-q")
    assert 1 == site.log.count("docs/index.md:3: run: ZeroDivisionError")
    assert "convref: 1 error on 1 page:" in site.log
    assert 0 == site.build({"index.md": "# T\n\n`{python} 1`\n"}, "--strict", "-q")


def test_a_failure_is_shown_in_place_of_the_result_and_other_pages_are_built(site):
    pages = {"index.md": '```python exec="on"\n1 / 0\n```\n', "c.md": "fine `{python} 6 * 7`\n"}
    assert 0 == site.build(pages)
    assert "docs/index.md:2" in site.page()
    assert "ZeroDivisionError: division by zero" in site.page()
    assert "fine 42" in site.page("c/index.html")


def test_a_hook_gets_the_text_of_a_page_with_html_in_it_and_of_a_page_without_fragments(site):
    html = "class V:\n    def _repr_html_(self):\n        return '<b>bold</b>'\nV()"
    site.write({"index.md": f'# T\n\n```python exec="on"\n{html}\n```\n', "a.md": "plain `{python} 6 * 7`\n"})
    (site.root / "hook.py").write_text(
        "from mkdocs.plugins import event_priority\n"
        "@event_priority(-200)\n"
        "def on_page_markdown(markdown, *, page, config, files):\n"
        "    print(repr(config.plugins['convref'].inlined(page, markdown)), file=__import__('sys').stderr)\n"
    )
    with (site.root / "mkdocs.yml").open("a") as config:
        config.write("hooks: [hook.py]\n")
    assert 0 == site.run("--strict")
    assert re.search(r"'# T.*<b>bold</b>", site.log)
    assert "'plain 42" in site.log


def test_two_languages_run_once_and_each_shows_its_own_form(site):
    code = (
        '```python exec="on"\nimport os\nclass V:\n    def _repr_lang_(self, lang):\n'
        "        return {'en': '**hello**', 'zh': '**你好**'}[lang]\nV()\n```\n\npid `{python} os.getpid()`\n"
    )
    pages = {"en/index.md": f"# One\n\n{code}", "zh/index.md": f"# 一\n\n文\n\n{code}"}
    assert 0 == site.build(pages, "--strict", i18n=True)
    english, chinese = site.page(), site.page("zh/index.html")
    assert "<strong>hello</strong>" in english
    assert "<strong>你好</strong>" in chinese
    assert re.findall(r"pid \d+", english) == re.findall(r"pid \d+", chinese) != []


def test_translations_with_a_language_suffix_are_paired_too(site):
    code = "\n`{python} __import__('os').getpid()`\n"
    suffixes = I18N.replace("folder", "suffix")
    site.write({"index.md": f"# One\n{code}", "index.zh.md": f"# 一\n{code}"})
    config = (
        (site.root / "mkdocs.yml")
        .read_text()
        .replace("markdown_ext", f"{suffixes.lstrip(chr(10))}markdown_ext")
    )
    (site.root / "mkdocs.yml").write_text(config)
    assert 0 == site.run("--strict")
    numbers = [re.findall(r"<p>(\d+)</p>", site.page(name)) for name in ("index.html", "zh/index.html")]
    assert [] != numbers[0] == numbers[1]


def test_headings_below_a_hidden_heading_stay_in_the_table_of_contents(site):
    page = '```python exec="on" updatetoc="no"\nprint("# Out")\n```\n\n## Below\n'
    assert 0 == site.build({"index.md": page}, "--strict")
    text = (site.root / "site" / "index.html").read_text()
    assert ["below"] == re.findall(r'<a href="#(\w+)" class="nav-link">', text)


def test_a_failure_in_two_languages_has_the_line_of_each_page(site):
    pages = {
        "en/index.md": '```python exec="on"\n# one\n1 / 0\n```\n',
        "zh/index.md": '文\n\n```python exec="on"\n# 一\n1 / 0\n```\n',
    }
    assert 1 == site.build(pages, "--strict", i18n=True)
    assert "docs/en/index.md:3: run: ZeroDivisionError" in site.log
    assert "docs/zh/index.md:5: run: ZeroDivisionError" in site.log


def test_blocks_that_differ_between_two_languages_are_reported_with_both_lines(site):
    pages = {
        "en/index.md": '```python exec="on"\nprint("one")\n```\n',
        "zh/index.md": '文\n\n```python exec="on"\nprint("two")\n```\n',
    }
    assert 0 == site.build(pages, i18n=True)
    assert "docs/zh/index.md:4: parity: the block differs from that at docs/en/index.md:2" in site.log
    assert "one" in site.page()
    assert "two" in site.page("zh/index.html")


def test_results_survive_lists_tabs_admonitions_and_table_cells(site):
    block = '```python exec="on" html="1"\nprint("<div class=x>\\n\\n<b>deep</b></div>")\n```'
    inside = "\n".join(f"        {line}" for line in block.split("\n"))
    cell = "| a |\n|---|\n| `{python} H()` |\n"
    hook = '```python exec="on"\nclass H:\n    def _repr_html_(self): return "<i>|cell|</i>"\n```\n\n'
    page = f'{hook}=== "Tab"\n\n    - item\n\n{inside}\n\n    !!! note\n{inside}\n\n{cell}'
    assert 0 == site.build({"index.md": page}, "--strict")
    html = site.page()
    assert 2 == html.count("<div class=x>\n\n<b>deep</b></div>")
    assert "<td><i>|cell|</i></td>" in html


def test_pages_see_only_the_environment_variables_that_are_allowed(site):
    page = "```python exec=\"on\"\nimport os\nprint(sorted(set(os.environ) & {'SECRET', 'KNOWN'}))\n```\n"
    environment = {"SECRET": "s", "KNOWN": "k"}
    assert 0 == site.build({"index.md": page}, options="env: [KNOWN]", environment=environment)
    assert "['KNOWN']" in site.page()


def test_an_invalid_memory_size_is_a_configuration_error(site):
    assert 1 == site.build({"index.md": "x"}, options="memory: lots")
    assert "Plugin 'convref' option 'memory': memory (='lots') must be a number of bytes, such as" in site.log


def test_a_figure_without_alternative_text_fails_a_strict_build(site):
    page = "```python exec=\"on\"\nclass S:\n    def _repr_svg_(self): return '<svg></svg>'\nS()\n```\n"
    assert 1 == site.build({"index.md": page}, "--strict")
    assert 'docs/index.md:1: run: the figure has no alternative text; give it alt="..."' in site.log
    assert 0 == site.build({"index.md": page.replace('"on"', '"on" alt="S"')}, "--strict")


@linux
def test_misbehaving_pages_harm_neither_other_pages_nor_the_machine(site, left_running):
    worst = {
        "raise": "raise SystemExit",
        "exit": "import os; os._exit(3)",
        "crash": "import ctypes; ctypes.string_at(0)",
        "loop": "while True: pass",
        "deaf": "import signal as s; s.pthread_sigmask(s.SIG_BLOCK, set(s.Signals))\nwhile True: pass",
        "memory": "bytearray(20 << 30)",
        "print": "for _ in range(200): print('x' * 1_000_000)",
        "child": "import subprocess; subprocess.Popen(['sleep', '600'], start_new_session=True)",
        "builtins": "import builtins; builtins.print = None",
        "place": "import os; os.chdir('/'); os.environ['X'] = '1'",
        "input": "input()",
        "thread": "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()",
    }
    pages = {f"{name}.md": f'# T\n\n```python exec="on"\n{code}\n```\n' for name, code in worst.items()}
    pages |= {f"good{number}.md": "# Good\n\n`{python} 6 * 7`\n" for number in range(5)}
    assert 0 == site.build(pages, options="timeout: 1, memory: 1G")
    for name in worst:
        assert re.search(rf"docs/{name}\.md:[3-6]: \w", site.log)
    for number in range(5):
        assert "42" in site.page(f"good{number}/index.html")
    assert [] == left_running(site.root)


@linux
def test_an_interrupted_build_leaves_no_process(site, left_running):
    page = '```bash exec="on"\ntouch started; sleep 600\n```\n'
    site.write({"index.md": page})
    command = [sys.executable, "-m", "mkdocs", "build"]
    with interrupted_at_the_end(command, site.root):
        wait_for((site.root / "started").exists)
    assert [] == left_running(site.root)


@linux
def test_serve_runs_saved_pages_again_shows_errors_and_ends_its_processes(site, left_running):
    page = '```python exec="on"\nimport os, sys\nprint("n", hasattr(os, "seen"))\nos.seen = 1\n{}\n```\n'
    site.write({"index.md": page.format("")})
    command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{free_port()}"]
    with interrupted_at_the_end(command, site.root):
        url = f"http://{command[-1]}/"
        wait_for(lambda: "n False" in fetch(url))
        site.write({"index.md": page.format("1 / 0")})
        wait_for(lambda: "ZeroDivisionError" in fetch(url))
        site.write({"index.md": page.format("'third'")})
        wait_for(lambda: "third" in fetch(url))
        assert "n False" in fetch(url)
    assert [] == left_running(site.root)


def test_serve_runs_only_the_pages_that_a_save_concerns(site, left_running):
    page = 'text {}\n\n```python exec="on"\nimport os, own\nprint("page", own.x, "pid", os.getpid())\n```\n'
    other = page.replace("import os, own", "import os").replace("own.x", "'-'")
    pages = {"index.md": page.format(1), "a.md": page.format(1), "b.md": other.format(1)}
    (site.root / "package").mkdir()
    (site.root / "package" / "own.py").write_text("x = 'old'\n")
    site.write(pages)
    with (site.root / "mkdocs.yml").open("a") as config:
        config.write("\nwatch: [package]\n")
    command = [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{free_port()}"]
    with interrupted_at_the_end(command, site.root, PYTHONPATH=str(site.root / "package")):

        def said():
            texts = [fetch(f"http://{command[-1]}/{name}") for name in ("", "a/", "b/")]
            return [re.search(r"text (\d).*page (\S+) pid (\d+)", text, re.DOTALL) for text in texts]

        wait_for(lambda: all(said()))
        first = [each.groups() for each in said()]
        site.write({"a.md": page.format(2)}, options="timeout: 10, doctests: on")
        with (site.root / "mkdocs.yml").open("a") as config:
            config.write("\nwatch: [package]\n")
        wait_for(lambda: (said()[1] or "  ")[1] == "2")
        assert [("1", first[0][2]), ("2", first[1][2]), ("1", first[2][2])] == [
            each.group(1, 3) for each in said()
        ]
        (site.root / "package" / "own.py").write_text("x = 'new'\n")
        wait_for(lambda: (said()[0] or "   ")[2] == "new")
        after = [each.groups() for each in said()]
        assert ["new", "new", first[2][1]] == [shown for _, shown, _ in after]
        assert [False, False, True] == [old[2] == new[2] for old, new in zip(first, after, strict=True)]
    assert [] == left_running(site.root)


def test_a_page_without_translation_is_shown_in_both_languages(site):
    pages = {"en/index.md": "x\n", "en/only.md": "`{python} 6 * 7`\n", "zh/index.md": "x\n"}
    assert 0 == site.build(pages, i18n=True)
    assert "42" in site.page("only/index.html")
    assert Path(site.root / "site/zh/only/index.html").exists()
    assert "42" in site.page("zh/only/index.html")


def test_an_event_outside_of_a_build_raises_an_error_and_the_end_of_one_that_failed_does_not():
    plugin = ConvrefPlugin()
    with pytest.raises(PluginError, match=r"no build is in progress\. MkDocs did not call on_config"):
        plugin.on_files(Files([]), config=MkDocsConfig())
    plugin.on_build_error(error=ValueError())
    plugin.on_shutdown()


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        (
            "a = 1\n",
            "docs/published.toml: citation: the published value a (=1) must have a source",
        ),
        (
            "[a]\nb = \n",
            "docs/published.toml:2: citation: the published values cannot be read: Invalid value",
        ),
    ],
)
def test_errors_in_the_published_figures_are_reported_and_all_pages_are_built(site, figures, message):
    pages = {"index.md": "`{python} 6 * 7`\n", "cites.md": "[2](published:a)\n", "published.toml": figures}
    assert 0 == site.build(pages)
    assert f"WARNING -  convref: {message}" in site.log
    assert "docs/cites.md:1: citation: the published value 'a' is not known" in site.log
    assert "Traceback" not in site.log
    assert "42" in site.page("index.html")
    assert 1 == site.run("--strict")
