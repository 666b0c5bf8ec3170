"""Paths of project folders that the helpers of pages read."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[2]
ROOT = DOCS.parent


def family_page(docs: Path, lang: str, family: str) -> Path:
    """Return the path of the page about a network family; the page need not exist."""
    return docs / lang / "architectures" / f"{family}.md"
