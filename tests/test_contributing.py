"""What CONTRIBUTING names exists, and its example of a host runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FOLDERS = ("convref", "docs", "tests", "benchmarks")
PLACEHOLDERS = re.compile(r"[A-Z]{2,}")  # FOLDER/NAME.md stands for any page


def paths() -> list[str]:
    """The paths in code spans, with a star for each language."""
    spans = re.findall(r"`((?:\w+/)+[\w*./]+|\w+\.(?:md|toml|lock|yml|txt))`", TEXT)
    found = (each for each in spans if not PLACEHOLDERS.search(each.replace("CONTRIBUTING.md", "")))
    return sorted({each for each in found if each.partition("/")[0] in FOLDERS})


def test_the_paths_of_contributing_exist() -> None:
    assert 30 < len(paths())
    assert [] == [each for each in paths() if not any(ROOT.glob(each.rstrip("/")))]


def test_the_make_targets_of_contributing_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^make ([a-z-]+)", TEXT, re.MULTILINE)) | set(
        re.findall(r"`make ([a-z-]+)`", TEXT)
    )
    assert {"install", "check", "quick", "test"} <= named
    assert [] == [each for each in sorted(named) if not re.search(rf"^{each}:", makefile, re.MULTILINE)]


def test_the_example_of_a_host_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    exec(code, {})  # noqa: S102 - the example of the file
    assert "<p>Six times seven is 42.</p> []\n" == capsys.readouterr().out
