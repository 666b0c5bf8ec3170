"""Errors in the work on one page are reported for that page, and nothing is run where nothing may run."""

import subprocess
import sys
from pathlib import Path

import pytest

from convref.cli import main
from convref.errors import ArgumentError
from convref.weave.page.diagnostic import unexpected_error
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
from convref.weave.site.build import Build, Source, changed_since
from convref.weave.site.checker import check_pages
from convref.weave.site.options import EXECUTE_VARIABLE, SiteOptions

MARKS = 'open("ran", "w").close()'
PAGE = f'# T\n\n```python exec="on"\n{MARKS}\n```\n\n`{{python}} {MARKS}`\n\n```pycon\n>>> {MARKS}\n```\n'
CONFIG = "site_name: S\ntheme: {name: mkdocs}\nplugins:\n  - convref: {doctests: on, EXECUTE}\n"


def failing(*_, **__):
    raise RuntimeError("of the engine's own making")


@pytest.fixture
def pages(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(EXECUTE_VARIABLE, raising=False)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(PAGE)
    (tmp_path / "docs" / "other.md").write_text("# Other\n\n`{python} 6 * 7`\n")
    return tmp_path / "docs"


@pytest.mark.parametrize("stage", ["parse", "plan", "render"])
def test_an_unexpected_error_in_a_build_is_an_error_of_its_page(monkeypatch, stage):
    monkeypatch.setattr(f"convref.weave.site.build.{stage}", failing)
    with Engine(Settings()) as engine:
        build = Build(engine)
        source = Source("docs/x.md", "# T\n\n`{python} 6 * 7`\n")
        build.add("x", {"en": source})
        build.start()
        rendered = build.render("x", source, "en")
        build.close()
    (only,) = rendered.diagnostics
    assert "docs/x.md: page: the page cannot be rendered: RuntimeError: of the engine's own making" == str(
        only
    )
    assert "# T" in rendered.markdown


@pytest.mark.parametrize(
    ("function", "task"),
    [
        ("convref.weave.markdown.document.parse", "parsed"),
        ("convref.weave.site.checker.plan", "planned"),
        ("convref.weave.site.checker.links.check", "checked"),
        ("convref.weave.site.checker.execution.check", "checked"),
    ],
)
def test_an_unexpected_error_in_a_check_is_an_error_of_its_page(pages, monkeypatch, function, task):
    monkeypatch.setattr(function, failing)
    found = [str(each) for each in check_pages(Path("docs"), SiteOptions(doctests=True)).errors]
    for name in ("index.md", "other.md"):
        assert (
            f"docs/{name}: page: the page cannot be {task}: RuntimeError: of the engine's own making" in found
        )
    assert pages.is_dir()


def test_the_traceback_of_an_unexpected_error_goes_to_the_log(caplog):
    caplog.set_level("INFO")
    error = unexpected_error("docs/x.md", RecursionError("maximum"), "parsed")
    assert "docs/x.md: the page cannot be parsed: something in it is nested too deeply" == str(error)
    assert "docs/x.md: an unexpected error while it was parsed" in caplog.text
    assert "RecursionError: maximum" in caplog.text


def commands():
    """All commands that would run the code of a page."""
    python = [sys.executable]
    convref = [*python, "-c", "import sys; from convref.cli import main; sys.exit(main())"]
    return {
        "build": [*python, "-m", "mkdocs", "build", "-q", "-d", "site"],
        "check": [*convref, "check", "docs"],
        "fix": [*convref, "check", "--fix", "docs"],
        "weave": [*convref, "weave", "docs", "out"],
        "why": [*convref, "why", "docs/index.md"],
        "pytest": [*python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "docs"],
    }


@pytest.mark.parametrize("how", ["option", "environment", "always in the option, never in the environment"])
@pytest.mark.parametrize("command", commands())
def test_never_runs_nothing_by_any_command(pages, monkeypatch, command, how):
    option = {"option": "execute: never", "environment": ""}.get(how, "execute: always")
    (pages.parent / "mkdocs.yml").write_text(CONFIG.replace("EXECUTE", option))
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    if how != "option":
        monkeypatch.setenv(EXECUTE_VARIABLE, "never")
    subprocess.run(commands()[command], capture_output=True, check=False, timeout=120)
    assert not (pages.parent / "ran").exists()


@pytest.mark.parametrize("command", [["check", "docs"], ["weave", "docs", "out"]])
def test_never_on_the_command_line_runs_nothing(pages, command):
    main([*command, "--execute", "never"])
    assert not (pages.parent / "ran").exists()
    main(command)
    assert (pages.parent / "ran").exists()


def test_nothing_on_the_command_line_weakens_never(pages):
    (pages.parent / "mkdocs.yml").write_text(CONFIG.replace("EXECUTE", "execute: never"))
    main(["weave", "docs", "out", "--execute", "always"])
    assert not (pages.parent / "ran").exists()


def test_a_check_that_runs_nothing_says_so(pages):
    report = check_pages(Path("docs"), SiteOptions(execute="never", doctests=True, root=pages.parent))
    assert () == report.errors
    notes = [str(each) for each in report.diagnostics]
    assert (
        "docs/other.md: run: the page's code is not run, because execute is 'never'; only its text is checked"
        in notes
    )


def test_a_word_in_the_environment_that_is_not_known_is_an_error(monkeypatch):
    monkeypatch.setenv(EXECUTE_VARIABLE, "nver")
    with pytest.raises(
        ArgumentError, match=r"CONVREF_EXECUTE \(='nver'\) must be '', 'auto', 'always' or 'never'"
    ):
        SiteOptions.from_mapping({}, Path())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda _: None, ""),
        (lambda file: file.write_bytes(b"\xef\xbb\xbfa\r\nb\r\n"), ""),
        (lambda file: file.write_text("other"), "its file was changed while the pages ran"),
        (lambda file: file.unlink(), "its file was deleted while the pages ran"),
        (
            lambda file: file.write_bytes(b"\xff"),
            "its file cannot be read any more: 'utf-8' codec can't decode",
        ),
    ],
)
def test_a_change_of_a_page_s_file_is_noticed(tmp_path, change, expected):
    file = tmp_path / "x.md"
    file.write_text("a\nb\n")
    change(file)
    assert changed_since(file, "a\nb\n").startswith(expected)
    assert bool(expected) == bool(changed_since(file, "a\nb\n"))


@pytest.mark.parametrize(
    "name", ["/proc/self/environ", "../secret.txt", "link.txt", "folder/../../secret.txt"]
)
def test_a_snippet_outside_of_its_directories_is_refused(pages, name):
    (pages.parent / "secret.txt").write_text("secret = 1\n")
    (pages / "link.txt").symlink_to(pages.parent / "secret.txt")
    (pages / "folder").mkdir()
    (pages / "index.md").write_text(f'```python exec="on"\n--8<-- "{name}"\n```\n')
    options = SiteOptions.from_mapping({}, pages.parent, ["docs"])
    (error,) = check_pages(Path("docs"), options).errors
    assert "must be inside" in error.message
