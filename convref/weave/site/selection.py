"""Pages and folders that a user names, grouped by the sites to which they belong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from convref.weave.site.config_file import pages_directory


@dataclass(frozen=True)
class Selection:
    """Some pages of a site, or all of them.

    Args:
        root: the directory of pages.
        only: the selected pages, as files or as folders below `root`; None for all pages.
    """

    root: Path
    only: tuple[Path, ...] | None = None


def selections(paths: Iterable[Path]) -> tuple[Selection, ...]:
    """Group pages and folders by site, in the order in which the sites are first named.

    A folder inside a site's directory of pages selects the pages below it. Any other folder is taken as a
    directory of pages by itself.

    Raises:
        PageError: a path that looks like a page does not exist.
    """
    found: dict[Path, Selection] = {}
    for path in paths:
        each = _selection(path)
        key = each.root.resolve()
        before = found.setdefault(key, each)
        if before.only is None or each.only is None:
            found[key] = Selection(before.root)
        elif before is not each:
            found[key] = Selection(before.root, before.only + each.only)
    return tuple(found.values())


def _selection(path: Path) -> Selection:
    if path.is_file() or (path.suffix in {".md", ".py"} and not path.is_dir()):
        return Selection(pages_directory(path), (path,))
    root = pages_directory(path) if path.is_dir() else path
    return Selection(path) if root.resolve() == path.resolve() else Selection(root, (path,))
