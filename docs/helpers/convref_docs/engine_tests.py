"""Read and write the results of the page engine's long tests (`make test-all`), which a page shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convref_docs.paths import DOCS

FOLDER = DOCS / "assets" / "engine_tests"

Figures = Mapping[str, Any]
"""The results of one test, by name, such as the number of cases; one of them is the date of its run."""


def read(folder: Path = FOLDER) -> Mapping[str, Figures]:
    """Return a dict from the name of each test to its results.

    Args:
        folder: the folder of the result files; by default, the one that the site shows.

    Example:
        >>> read(Path("no/such/folder"))
        {}
    """
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def write(name: str, figures: Figures, folder: Path = FOLDER) -> None:
    """Write the results of one test to `<name>.json`; other tests write theirs at the same time."""
    folder.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=1, sort_keys=True) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
