"""Add the files that pages write into the directory of documents to the site, in the same build.

MkDocs lists the files of a site before the pages run. Each page that has run may have written further ones,
such as pictures, to which it links.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files, set_exclusions


class NewFiles:
    """The files below a directory that did not exist when the build began.

    Args:
        docs: the directory.
    """

    def __init__(self, docs: Path) -> None:
        self.docs = str(docs)
        self._known: set[str] = set()
        self._changed_at: dict[str, int] = {}  # of each directory, in nanoseconds
        self._list()

    def add_to(self, files: Files, config: Any, i18n: Any) -> list[str]:
        """Add the files that have been written since the last call.

        Args:
            files: the files of the site in the language that is being built.
            config: the configuration of MkDocs.
            i18n: the plugin object of mkdocs-static-i18n, or None.

        Returns:
            The paths of new Markdown files, relative to the directory. They become pages in the next build
            only, since the navigation is complete.
        """
        pages = []
        for path in self._list():
            file = File(path, self.docs, config.site_dir, config.use_directory_urls)
            set_exclusions([file], config)
            if not file.inclusion.is_included():  # type: ignore[no-untyped-call]
                continue
            if file.is_documentation_page():
                pages.append(path)
                continue
            # mkdocs-static-i18n gives a file another path in the site for each language.
            given = [file] if i18n is None else i18n.reconfigure_files(Files([file]), config)
            for each in given:
                if files.get_file_from_path(each.src_uri) is None:
                    files.append(each)
        return pages

    def _list(self) -> list[str]:
        """Return the files that are not known yet, and remember them; only changed directories are listed."""
        new = []
        folders = [self.docs, *self._changed_at]
        for folder in folders:  # it grows by the folders that are found
            try:
                changed_at = os.stat(folder).st_mtime_ns  # noqa: PTH116 (hundreds of times in a build)
            except OSError:
                continue
            if self._changed_at.get(folder) == changed_at:
                continue
            self._changed_at[folder] = changed_at
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_file():
                        new.append(os.path.relpath(entry.path, self.docs))
                    elif (
                        entry.is_dir() and entry.path not in self._changed_at and not _is_skipped(entry.name)
                    ):
                        folders.append(entry.path)
        new = [name for name in new if name not in self._known]
        self._known.update(new)
        return sorted(new)


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"
