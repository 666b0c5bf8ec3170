"""The guide for authors says everything that there is to set."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from convref.cli import main
from convref.weave.markdown.fence_options import OWN
from convref.weave.site.options import OPTIONS

DOCS = Path(__file__).resolve().parents[2] / "docs"
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def first_cells(language, anchor):
    """The names in the first column of the table under a heading."""
    text = (DOCS / language / "guide" / "options.md").read_text("utf-8")
    rows = text.partition(f"{{#{anchor}}}\n")[2].partition("\n## ")[0].split("\n")
    cells = [row.split("|")[1] for row in rows if row.startswith("| `")]
    return {name.strip(" `") for cell in cells for name in cell.replace("、", ",").split(",")}


@LANGUAGES
def test_the_guide_lists_the_options_of_the_plugin(language):
    hint = f"each field of SiteOptions has a row in docs/{language}/guide/options.md"
    assert set(OPTIONS) == first_cells(language, "options"), hint


@LANGUAGES
def test_the_guide_lists_the_options_of_blocks(language):
    assert OWN == first_cells(language, "block-options")


@LANGUAGES
def test_the_first_steps_of_the_guide_build_a_site_in_an_empty_folder(
    language, tmp_path, monkeypatch, capsys
):
    text = (DOCS / language / "guide" / "plugin.md").read_text("utf-8")
    steps = text.partition("{#install}")[2].partition("{#save}")[0]
    (tmp_path / "docs").mkdir()
    config, *_ = re.findall(r"```yaml\n(.*?)```", steps, re.DOTALL)
    (tmp_path / "mkdocs.yml").write_text(config, "utf-8")
    page, *_ = re.findall(r"````md .*?\n(.*?)````", steps, re.DOTALL)
    (tmp_path / "docs" / "index.md").write_text(page, "utf-8")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"], cwd=tmp_path, check=True, timeout=120,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    shown = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert re.search(r"2 .*12\.57", shown)
    assert (True, True) == ("<svg" in shown, "<math" in shown)
    monkeypatch.chdir(tmp_path)
    assert 0 == main(["check"])
    assert "1 page, 0 errors\n" == capsys.readouterr().out
