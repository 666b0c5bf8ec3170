"""`convref check` lists, fixes and counts; tests/weave has the other commands on pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from convref import cli


def test_check_lists_errors_and_numbers_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text('```py exec="on"\n\n1 / 0\n```\n\n7 nets\n', "utf-8")
    assert 1 == cli.main(["check", str(tmp_path), "--numbers"])
    assert (
        "a.md:3: run: ZeroDivisionError: division by zero\n"
        "a.md:6: number: 7 is neither computed nor checked nor cited\n"
        "50% of the numbers are computed, checked or cited: 1 of 2\n"
        "1 page, 1 error\n"
    ) == capsys.readouterr().out.replace(f"{tmp_path.as_posix()}/", "")


def test_check_with_fix_rewrites_stale_output_and_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "a.md"
    page.write_text("```pycon\n>>> 1\n2\n```\n", "utf-8")
    assert 0 == cli.main(["check", "--fix", str(tmp_path)])
    assert "```pycon\n>>> 1\n1\n```\n" == page.read_text("utf-8")
    assert capsys.readouterr().out == f"{page.as_posix()}: rewritten\n1 page, 0 errors\n"


@pytest.mark.parametrize(("arguments", "status"), [([], 0), (["--numbers"], 0), (["--require-numbers"], 1)])
def test_check_fails_for_open_numbers_only_if_they_are_required(
    tmp_path: Path, arguments: list[str], status: int
) -> None:
    (tmp_path / "a.md").write_text("7 nets\n", "utf-8")
    assert cli.main(["check", str(tmp_path), *arguments]) == status
    assert 0 == cli.main(["check", str(tmp_path), *arguments, "--not-quantity", r"\d nets"])


def test_check_accepts_one_page_and_checks_all_its_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = "```pycon\n>>> 1\n2\n```\n"
    (tmp_path / "mkdocs.yml").write_text("plugins:\n  - convref: {doctests: on}\n", "utf-8")
    for lang in ("en", "zh"):
        (tmp_path / "docs" / lang).mkdir(parents=True)
        for name in ("a.md", "b.md"):
            (tmp_path / "docs" / lang / name).write_text(stale, "utf-8")
    (tmp_path / "docs" / "zh" / "c.md").write_bytes(b"\xff")
    monkeypatch.chdir(tmp_path)
    said = "".join(f"docs/{lang}/a.md:3: doctest: expected '2', but got '1'\n" for lang in ("en", "zh"))
    assert 1 == cli.main(["check", "docs/en/a.md"])
    assert said + "2 pages, 2 errors\n" == capsys.readouterr().out
    assert 0 == cli.main(["check", "--fix", "docs/zh/a.md"])
    files = [tmp_path / "docs" / lang / name for lang in ("en", "zh") for name in ("a.md", "b.md")]
    assert [True, False, True, False] == [">>> 1\n1\n" in each.read_text("utf-8") for each in files]
    capsys.readouterr()
    assert 1 == cli.main(["check", "docs/zh/c.md"])
    assert "docs/zh/c.md: page: the page must be UTF-8" in capsys.readouterr().out
    assert 2 == cli.main(["check", "mkdocs.yml"])
    assert (
        "mkdocs.yml: must be one of the pages under .: a Markdown file, or a notebook by the site's patterns"
        in capsys.readouterr().err
    )
    assert 2 == cli.main(["check", "docs/nope.md"])
    assert "docs/nope.md: must be an existing page" in capsys.readouterr().err


def test_check_accepts_pages_and_folders_of_several_sites_with_the_options_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for site, options in (("one", "{numbers: require}"), ("two", "{doctests: on}")):
        for name in ("a.md", "deep/b.md", "deep/c.md"):
            (tmp_path / site / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / site / "docs" / name).write_text("7 nets\n\n```pycon\n>>> 1\n2\n```\n", "utf-8")
        (tmp_path / site / "mkdocs.yml").write_text(f"plugins:\n  - convref: {options}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert 1 == cli.main(["check", "two/docs/deep", "one/docs/a.md", "one/docs/deep/b.md", "one/docs/a.md"])
    assert (
        "one/docs/a.md:1: number: 7 is neither computed nor checked nor cited\n"
        "one/docs/deep/b.md:1: number: 7 is neither computed nor checked nor cited\n"
        "two/docs/deep/b.md:5: doctest: expected '2', but got '1'\n"
        "two/docs/deep/c.md:5: doctest: expected '2', but got '1'\n"
        "0% of the numbers are computed, checked or cited: 0 of 2\n"
        "4 pages, 4 errors\n"
    ) == capsys.readouterr().out
    assert 1 == cli.main(["check", "--fix", "two/docs/deep", "two/docs/a.md", "one/docs/a.md"])
    files = [tmp_path / "two" / "docs" / name for name in ("a.md", "deep/b.md", "deep/c.md")]
    assert [True] * 3 == [">>> 1\n1\n" in each.read_text("utf-8") for each in files]


def test_check_with_cached_takes_the_results_of_a_build_and_without_it_runs_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("```pycon\n>>> import os\n>>> os.getpid()\n-1\n```\n", "utf-8")
    (tmp_path / "mkdocs.yml").write_text("plugins:\n  - convref: {doctests: on}\n", "utf-8")
    cli.main(["weave", str(docs), str(tmp_path / "out")])
    capsys.readouterr()

    def checked(*arguments: str) -> str:
        """Check the page, and return the line with the process in which it ran."""
        assert 1 == cli.main(["check", *arguments, str(docs / "a.md")])
        return capsys.readouterr().out.splitlines()[0]

    of_build = checked("--cached")
    assert of_build == checked("--cached")
    assert of_build != checked()
    (docs / "a.md").write_text("```pycon\n>>> import os\n>>> os.getpid() + 0\n-1\n```\n", "utf-8")
    changed = checked("--cached")
    assert of_build != changed
    assert changed == checked("--cached")


def test_check_requires_a_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == cli.main(["check", str(tmp_path / "none")])
    assert "must be an existing directory of pages" in capsys.readouterr().err


SURROGATES = """
```python exec="on"
raise ValueError("\\ud800 卷")
```

```python exec="on"
class V:
    def _repr_html_(self): return "\\ud800"
V()
```
"""


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_texts_that_a_terminal_or_a_file_cannot_hold_are_written_all_the_same(
    tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(SURROGATES, "utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for command in (["check", "docs"], ["weave", "docs", "out"]):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "convref", *command],
            cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert (1, b"") == (done.returncode, done.stderr)
        text = "\ufffd 卷".encode(encoding, "backslashreplace")
        assert b"docs/a.md:3: run: ValueError: " + text in done.stdout
    assert "\ufffd" in (tmp_path / "out" / "a.md").read_text("utf-8")


def test_check_lists_counted_nouns_that_it_cannot_compare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(
        "VGG-16 has three fully connected layers.\n\nTwo stages.\n", "utf-8"
    )
    (tmp_path / "mkdocs.yml").write_text(
        "plugins: [{convref: {registry: 'convref_docs.registry:registry', described: require}}]", "utf-8"
    )
    assert 0 == cli.main(["check", str(tmp_path / "docs"), "--numbers"])
    lines = capsys.readouterr().out.splitlines()
    unnamed = [line for line in lines if line.endswith("the sentence names nothing of the registry")]
    assert [f"{(tmp_path / 'docs' / 'a.md').as_posix()}:3: Two stages"] == [
        line.rpartition(": ")[0] for line in unnamed
    ]
    assert "1 of 2 counted nouns are in sentences that name something of the registry" in lines
