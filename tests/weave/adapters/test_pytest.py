"""pytest collects only the pages that are meant to be checked, and reports what `convref check` reports."""

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from warm_python import PYTEST, WarmPython

from convref import cli
from convref.weave.site.checker import check_pages
from convref.weave.site.config_file import load_options

PAGE = """\
# Title

```python exec="on"
open("log", "a").write("x")
x = 3
```

`{python} x` and `{python} y`

```pycon
>>> x
4
```

$$ 2 \\times 3 = 7 $$

[a](none.md)
"""
Run = Callable[..., CompletedProcess[str]]
SITE = "plugins:\n  - convref:\n      numbers: require\n      doctests: on\n"


def tree(root: Path) -> Path:
    for language in ("en", "zh"):
        (root / "docs" / language).mkdir(parents=True)
        (root / "docs" / language / "a.md").write_text(PAGE, "utf-8")
    (root / "docs" / "zh" / "a.md").write_text(f"{PAGE}\n## More: 5\n", "utf-8")
    (root / "docs" / "zh" / "b.md").write_text('```python exec="on"\n', "utf-8")
    return root


@pytest.fixture
def run(python: WarmPython) -> Run:
    """Return a function that runs pytest in a folder with the given arguments."""
    return lambda root, *arguments: python.run(*PYTEST, "-q", *arguments, cwd=root)


def said(output: str) -> set[str]:
    """Return the errors in an output."""
    return set(re.findall(r"^docs/[^\s:]+:\d+: \w+: .*$", output, re.MULTILINE))


@pytest.mark.parametrize("arguments", [(), ("docs",), ("docs/en/a.md",)])
def test_markdown_outside_of_a_site_is_not_collected(
    run: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = run(tree(tmp_path), *arguments)
    assert "no tests ran" in done.stdout
    assert not (tmp_path / "log").exists()


def test_pytest_and_the_command_line_report_the_same_errors(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree(tmp_path) / "pytest.ini").write_text("[pytest]\nconvref_pages = docs\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text(SITE, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert 1 == cli.main(["check", "docs"])
    found = said(capsys.readouterr().out)
    done = run(tmp_path)
    assert said(done.stdout) == found
    assert {
        "docs/en/a.md:8: run: NameError: name 'y' is not defined",
        "docs/en/a.md:12: doctest: expected '4', but got '3'",
        "docs/en/a.md:15: equation: 2 \\times 3 = 7 does not hold: the left side is 6, the right side 7",
        "docs/en/a.md:17: link: the file of the link none.md does not exist",
        "docs/zh/a.md:8: run: NameError: name 'y' is not defined",
        "docs/zh/a.md:12: doctest: expected '4', but got '3'",
        "docs/zh/a.md:15: equation: 2 \\times 3 = 7 does not hold: the left side is 6, the right side 7",
        "docs/zh/a.md:17: link: the file of the link none.md does not exist",
        "docs/zh/a.md:19: number: 5 is neither computed nor checked nor cited",
        "docs/zh/a.md:19: parity: the heading “More: 5” of level 2 has no counterpart in docs/en/a.md",
        'docs/zh/b.md:1: page: the fence ```python exec="on" is not closed',
    } == found
    assert "docs/en/a.md::doctest:10" in done.stdout


def test_what_needs_a_run_is_skipped_with_the_reason_where_nothing_may_run(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree(tmp_path) / "mkdocs.yml").write_text(SITE, "utf-8")
    monkeypatch.setenv("CONVREF_EXECUTE", "never")
    done = run(tmp_path, "docs/en/a.md", "-rs", "-vv")
    outcomes = dict(re.findall(r"a\.md::(\w+:\d+) (\w+)", done.stdout))
    assert {"SKIPPED"} == {outcomes[name] for name in ("block:3", "value:8", "doctest:10", "equation:15")}
    assert "not run, because execute is 'never'" in done.stdout
    assert ("FAILED", "PASSED") == (outcomes["link:1"], outcomes["page:1"])
    assert not (tmp_path / "log").exists()


def test_a_path_among_the_pages_of_a_site_is_collected(run: Run, tmp_path: Path) -> None:
    (tree(tmp_path) / "mkdocs.yml").write_text(SITE, "utf-8")
    assert "docs/en/a.md::doctest:10" in run(tmp_path, "docs", "--collect-only").stdout
    assert "docs/en/a.md::doctest:10" in run(tmp_path, "docs/en/a.md", "--collect-only").stdout
    assert "no tests collected" in run(tmp_path, "--collect-only").stdout
    assert not (tmp_path / "log").exists()


def test_one_check_of_a_page_can_be_selected(run: Run, tmp_path: Path) -> None:
    (tree(tmp_path) / "mkdocs.yml").write_text(SITE, "utf-8")
    done = run(tmp_path, "docs/en/a.md::doctest:10", "docs/en/a.md::block:3")
    assert "1 failed, 1 passed" in done.stdout
    assert {"docs/en/a.md:12: doctest: expected '4', but got '3'"} == said(done.stdout)


def test_several_workers_report_the_same_errors_and_run_each_page_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree(tmp_path) / "mkdocs.yml").write_text(SITE, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nconvref_pages = docs\n", "utf-8")
    done = run(tmp_path, "-n2", "--dist=loadfile")
    assert "x" == (tmp_path / "log").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    found = check_pages(Path("docs"), load_options(Path("docs"))).diagnostics
    assert said(done.stdout) == set(map(str, found))


def test_a_notebook_is_collected_as_a_page_and_not_imported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docs" / "notes").mkdir(parents=True)
    (tmp_path / "mkdocs.yml").write_text("plugins:\n  - convref:\n      notebooks: [notes/*]\n", "utf-8")
    text = '# %% [markdown]\n# ```pycon\n# >>> x\n# 4\n# ```\n# %%\nopen("log", "a").write("x")\nx = 3\n'
    (tmp_path / "docs" / "notes" / "a.py").write_text(f"# %%\nx = 3\n{text}", "utf-8")
    (tmp_path / "docs" / "stray.py").write_text('"""\n>>> 1\n2\n"""\n', "utf-8")
    done = run(tmp_path, "--doctest-modules", "docs")
    assert {"docs/notes/a.py:6: doctest: expected '4', but got '3'"} == said(done.stdout)
    assert "x" == (tmp_path / "log").read_text()
    assert "stray.py" in done.stdout
