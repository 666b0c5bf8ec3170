"""The changelog is made of well-formed fragments, and a release has the notes of its version."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
KINDS = [each["directory"] for each in PROJECT["tool"]["towncrier"]["type"]]
NAME = re.compile(rf"(?:\+[a-z0-9_-]+|\d+)\.(?:{'|'.join(KINDS)})\.md")


def fragments() -> list[Path]:
    return sorted(each for each in (ROOT / "changelog").iterdir() if each.name != "README.md")


def faults(name: str, text: str) -> list[str]:
    """What is wrong with a fragment."""
    found = [] if NAME.fullmatch(name) else [f"changelog/{name}: the name must be as in changelog/README.md"]
    if "\n\n" in text.strip() or not text.endswith(".\n") or not text[:1].strip("-*# "):
        found.append(f"changelog/{name}: the text must be one paragraph that ends with a full stop")
    return found


def copied(root: Path) -> Path:
    """Copy what a release changes, with two fragments of its own."""
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, root / name)
    (root / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "notes.py", root / ".ci")
    (root / "changelog").mkdir()
    (root / "changelog" / "+one.added.md").write_text("One is new.\n")
    (root / "changelog" / "7.fixed.md").write_text("Seven works.\n")
    return root


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True, check=False)


def test_every_fragment_has_a_kind_and_is_one_paragraph() -> None:
    assert [] == [fault for file in fragments() for fault in faults(file.name, file.read_text("utf-8"))]


@pytest.mark.parametrize(("name", "text", "rule"), [
    ("one.md", "One.\n", "the name must be"),
    ("+one.new.md", "One.\n", "the name must be"),
    ("+one.added.md", "One\n", "must be one paragraph"),
    ("+one.added.md", "- One.\n", "must be one paragraph"),
    ("+one.added.md", "One.\n\nTwo.\n", "must be one paragraph"),
])  # fmt: skip
def test_a_malformed_fragment_is_found(name: str, text: str, rule: str) -> None:
    (fault,) = faults(name, text)
    assert rule in fault


def test_a_release_collects_the_fragments_above_the_older_sections(tmp_path: Path) -> None:
    root = copied(tmp_path)
    older = (root / "CHANGELOG.md").read_text("utf-8").partition("below -->\n")[2].strip()
    done = run(root, "-m", "towncrier", "build", "--yes", "--version", "9.8", "--date", "2030-01-02")
    assert 0 == done.returncode, done.stderr
    text = (root / "CHANGELOG.md").read_text("utf-8").partition("below -->\n")[2].strip()
    section = "## 9.8, 2030-01-02\n\n### Added\n\n- One is new.\n\n### Fixed\n\n- Seven works. (#7)"
    assert section == text.removesuffix(older).strip()
    assert [] == sorted((root / "changelog").iterdir())


def test_the_notes_of_a_release_are_the_section_of_its_version(tmp_path: Path) -> None:
    root = copied(tmp_path)
    version = PROJECT["project"]["version"]
    missing = run(root, ".ci/notes.py", f"v{version}")
    assert (1, f"CHANGELOG.md must have a section on {version}; write it with: towncrier build\n") == (
        missing.returncode, missing.stderr
    )  # fmt: skip
    run(root, "-m", "towncrier", "build", "--yes", "--version", version, "--date", "2030-01-02")
    notes = run(root, ".ci/notes.py", f"v{version}").stdout
    assert "### Added\n\n- One is new.\n\n### Fixed\n\n- Seven works. (#7)\n" == notes


def test_a_tag_that_is_not_the_version_has_no_notes(tmp_path: Path) -> None:
    done = run(copied(tmp_path), ".ci/notes.py", "v77.0")
    rule = f"the tag v77.0 must be v{PROJECT['project']['version']}, the version in pyproject.toml\n"
    assert (1, rule) == (done.returncode, done.stderr)


def test_dependabot_watches_each_kind_of_dependency() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    found = {each["package-ecosystem"]: each["directory"] for each in updates}
    assert {"pip": "/", "npm": "/playground", "github-actions": "/"} == found
    assert (ROOT / "playground" / "package-lock.json").is_file()


def test_the_workflow_tests_each_python_that_the_package_names() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8"))["jobs"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert named == jobs["tests"]["strategy"]["matrix"]["python"]
    assert named == jobs["empty-environment"]["strategy"]["matrix"]["python"]
