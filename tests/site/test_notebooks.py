"""What readers download: notebooks that Jupyter opens, and runs to the results that the page shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from samples import sample

if TYPE_CHECKING:
    from built_site import Site

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAMES = sorted(page.stem for page in (DOCS / "en" / "notebooks").glob("*.py"))


def downloaded(site: Site, language: str, name: str) -> Any:
    return nbformat.read(site.folder / language / "notebooks" / name / f"{name}.ipynb", as_version=4)


def texts(notebook: Any) -> list[str]:
    """The code, and what it gave as plain text."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return code + [output.text for output in outputs if output.output_type == "stream"] + [
        output.data["text/plain"] for output in outputs if set(output.get("data", ())) == {"text/plain"}
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_a_downloaded_notebook_is_one(site: Site, name: str, language: str) -> None:
    nbformat.validate(downloaded(site, language, name))


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_code_and_results(site: Site, name: str) -> None:
    assert texts(downloaded(site, "", name)) == texts(downloaded(site, "zh", name))


@pytest.mark.parametrize("name", sample(NAMES, every=3))
def test_jupyter_runs_a_downloaded_notebook_to_the_same_results(
    site: Site, name: str, tmp_path: Path
) -> None:
    file = site.folder / "notebooks" / name / f"{name}.ipynb"
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--output-dir",
        str(tmp_path),
    ]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert 0 == done.returncode, done.stderr
    assert texts(downloaded(site, "", name)) == texts(nbformat.read(tmp_path / file.name, as_version=4))
