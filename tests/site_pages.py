"""The addresses of the site's pages, for tests in a browser."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def addresses() -> list[str]:
    """Return the path of every page: "", "zh/", "architectures/vgg/", "zh/architectures/vgg/", ..."""
    found = []
    for language, prefix in [("en", ""), ("zh", "zh/")]:
        folder = DOCS / language
        for page in sorted([*folder.rglob("*.md"), *folder.rglob("*.py")]):  # Python is a notebook
            name = page.relative_to(DOCS / language).with_suffix("").as_posix()
            found.append(prefix + (f"{name}/" if page.stem != "index" else name.removesuffix("index")))
    return found
