"""Paths of project folders that the helpers of pages read."""

from __future__ import annotations

from pathlib import Path

from convref.errors import ArgumentError

DOCS = Path(__file__).parents[2]
ROOT = DOCS.parent


def is_listed(file: Path) -> bool:
    """Return whether a file exists, from the names in its folder.

    Code in a page that asks for the file itself, as `file.is_file()` does, is run again whenever the file
    changes. Code that uses this function is run again only if a name in the folder changes.
    """
    try:
        return file in file.parent.iterdir()
    except OSError:
        return False


def package_folder(package: str, root: Path = ROOT) -> Path:
    """Return the folder of a package.

    Args:
        package: the name of the package, such as `convref.weave`.
        root: the folder that holds the top-level package.

    Raises:
        ArgumentError: there is no such package below `root`.
    """
    folder = root.joinpath(*package.split("."))
    if not (folder / "__init__.py").is_file():
        raise ArgumentError(f"package (={package!r}) must be the name of a package in {root}")
    return folder


def family_page(docs: Path, lang: str, family: str) -> Path:
    """Return the path of the page about a network family; the page need not exist."""
    return docs / lang / "architectures" / f"{family}.md"
