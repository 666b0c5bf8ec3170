"""`convref why` and `convref cache` after real builds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from convref.cli import main
from convref.errors import PageError
from convref.weave.site.why import session_histories

CONFIG = "site_name: T\ntheme: {name: mkdocs}\nplugins:\n  - convref:\n      timeout: 20\n"
PAGE = '---\ntitle: T\n---\n\n# T\n\n```python exec="on"\nimport own\nown.x\n```\n'


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    (tmp_path / "docs" / "index.md").write_text(PAGE)
    (tmp_path / "own.py").write_text("x = 1")
    return tmp_path


def build():
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], check=True, capture_output=True)


def asked(site):
    (only,) = session_histories(site / "docs" / "index.md")
    return only


def test_the_history_of_a_page_has_the_reasons_for_its_last_and_its_next_run(site):
    assert "there is no cached result" == asked(site).reason
    build()
    assert ("", "there is no cached result") == (asked(site).reason, asked(site).because)
    assert ("the file own.py",) == asked(site).depends
    (site / "own.py").write_text("x = 2")
    assert "own.py changed" == asked(site).reason
    build()
    assert ("", "own.py changed") == (asked(site).reason, asked(site).because)
    (site / "docs" / "index.md").write_text(PAGE.replace("own.x", "own.x + 1"))
    assert "its code changed at line 8" == asked(site).reason


def test_a_run_that_replaced_a_valid_result_has_a_reason_too(site):
    build()
    (site / "mkdocs.yml").write_text(CONFIG + "      execute: always\n")
    build()
    assert "execute was 'always'" == asked(site).because


@pytest.mark.usefixtures("site")
def test_the_command_prints_the_history_in_lines(capsys):
    build()
    assert 0 == main(["why", "docs/index.md"])
    first, ran, depends = capsys.readouterr().out.splitlines()
    assert "docs/index.md:8: would not run now: its cached result is valid" == first
    assert re.fullmatch(r"  ran at \d{4}-\d\d-\d\dT[\d:.+]+: there was no cached result", ran)
    assert "  depends on the file own.py" == depends


def test_pages_without_code_and_missing_pages_are_reported(site, capsys):
    (site / "docs" / "plain.md").write_text("text\n")
    assert 0 == main(["why", "docs/plain.md"])
    assert "docs/plain.md: nothing in it is run\n" == capsys.readouterr().out
    with pytest.raises(PageError, match=r"docs/none\.md: must be an existing page"):
        list(session_histories(site / "docs" / "none.md"))
    with pytest.raises(PageError, match=r"own\.py: must be one of the pages under .*: a Markdown file, or a"):
        list(session_histories(site / "own.py"))
    (site / "docs" / "bad.md").write_bytes(b"\xff")
    with pytest.raises(PageError, match=r"docs/bad\.md: the page must be UTF-8"):
        list(session_histories(site / "docs" / "bad.md"))


@pytest.mark.usefixtures("site")
def test_the_cache_command_requires_a_directory_of_pages(capsys):
    assert 2 == main(["cache", "nope"])
    assert "nope: must be an existing directory of pages" in capsys.readouterr().err


@pytest.mark.usefixtures("site")
def test_the_cache_command_prints_the_size_and_prunes(capsys):
    build()
    assert 0 == main(["cache"])
    # One entry has the result of the page, the other what the build keeps for the next.
    assert re.search(r"\.cache/convref: 2 entries, \d+ bytes\n", capsys.readouterr().out)
    assert 0 == main(["cache", "--prune", "0"])
    assert re.match(r"dropped 2 entries, \d+ bytes\n.*: 0 entries, 0 bytes\n", capsys.readouterr().out)


@pytest.mark.parametrize(("where", "page"), [("docs", "index.md"), ("..", "{site}/docs/index.md")])
def test_the_history_does_not_depend_on_the_working_directory(site, monkeypatch, where, page):
    build()
    monkeypatch.chdir(site / where)
    (found,) = session_histories(Path(page.format(site=site.name)))
    assert ("", "there is no cached result") == (found.reason, found.because)
    (site / "own.py").write_text("x = 2")
    (found,) = session_histories(Path(page.format(site=site.name)))
    assert found.reason.endswith("own.py changed")
    assert found.path.endswith("index.md")


def test_runs_of_convref_weave_are_in_the_history_too(site, monkeypatch):
    (site / "mkdocs.yml").unlink()
    monkeypatch.chdir(site / "docs")
    (site / "docs" / "index.md").write_text('```python exec="on"\n1\n```\n')
    assert 0 == main(["weave", ".", "../out"])
    (found,) = session_histories(Path("index.md"))
    assert "" == found.reason


def test_paths_that_a_page_looked_for_are_listed_with_what_was_there(site):
    (site / "folder").mkdir()
    code = "import os\nos.listdir('folder'), os.path.exists('none'), os.path.exists('folder')\n"
    code += "os.path.isdir('own.py')\n"
    (site / "docs" / "index.md").write_text(f'# T\n\n```python exec="on"\n{code}```\n')
    build()
    told = ("the file own.py", "the absence of the file none", "the names in the folder folder")
    assert set(told) == set(asked(site).depends)
