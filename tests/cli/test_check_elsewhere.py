"""`convref check` as pre-commit and GitHub Actions run it."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HOOK, PAGES_HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
RIGHT = '# T\n\n```python exec="on"\nx = 6 * 7\n```\n\n$$ 6 \\times 7 = 42 $$\n'
WRONG = RIGHT.replace("42", "43")


def environment(**given):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, **given}


def run(command, folder, **given):
    return subprocess.run(
        command, cwd=folder, env=environment(**given), capture_output=True, text=True, check=False, timeout=60
    )


def hook(folder):
    """Run the hook as pre-commit runs one of the language `system` that takes no file names."""
    return run([*shlex.split(HOOK["entry"]), *HOOK["args"]], folder)


def pages_hook(folder):
    """Run the hook for changed pages as pre-commit does, with the names of the files that it matches."""
    files = [each.relative_to(folder).as_posix() for each in sorted(folder.rglob("*.md"))]
    names = [name for name in files if re.search(PAGES_HOOK["files"], name)]
    return run([*shlex.split(PAGES_HOOK["entry"]), *names], folder)


def action(folder):
    """Run the last step of the action as a runner does: its script in bash, with its environment."""
    step = ACTION["runs"]["steps"][-1]
    values = {name: str(each["default"]) for name, each in ACTION["inputs"].items()}
    given = {name: values[text.split(".")[1].split()[0]] for name, text in step["env"].items()}
    return run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], folder, **given)


@pytest.mark.parametrize("check", [hook, pages_hook, action])
def test_a_right_page_passes_and_a_wrong_one_fails_with_its_line(check, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(RIGHT)
    done = check(tmp_path)
    assert (0, "1 page, 0 errors\n") == (done.returncode, done.stdout)
    (tmp_path / "docs" / "index.md").write_text(WRONG)
    done = check(tmp_path)
    assert 1 == done.returncode
    assert "docs/index.md:7: " in done.stdout


def test_the_hook_is_given_no_file_names_since_a_page_is_checked_with_its_site():
    assert (False, "system") == (HOOK["pass_filenames"], HOOK["language"])


def test_the_hook_for_changed_pages_is_given_all_of_them_at_once(tmp_path):
    assert (True, True, ["markdown"]) == (
        PAGES_HOOK.get("pass_filenames", True), PAGES_HOOK["require_serial"], PAGES_HOOK["types"],
    )  # fmt: skip
    (tmp_path / "docs").mkdir()
    for name in ("docs/a.md", "docs/b.md", "README.md"):
        (tmp_path / name).write_text(WRONG)
    done = pages_hook(tmp_path)
    assert 1 == done.returncode
    assert "2 pages, 2 errors" == done.stdout.splitlines()[-1]


def test_the_action_installs_the_engine_from_its_own_folder():
    assert '"$GITHUB_ACTION_PATH[weave]"' in ACTION["runs"]["steps"][0]["run"]
