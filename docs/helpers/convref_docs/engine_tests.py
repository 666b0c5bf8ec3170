"""The figures of the last long run of the tests of the page engine (`make test-all`), which a page shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convref_docs.paths import DOCS

FOLDER = DOCS / "assets" / "engine_tests"

Figures = Mapping[str, Any]
"""The figures of one test by their names, with the date of its run."""


def read(folder: Path = FOLDER) -> Mapping[str, Figures]:
    """Return the figures of each test by its name; by default, those that the site shows.

    Example:
        >>> read(Path("no/such/folder"))
        {}
    """
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def write(name: str, figures: Figures, folder: Path = FOLDER) -> None:
    """Write the figures of one test, which may run beside others, into a file of its name."""
    folder.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=1, sort_keys=True) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
