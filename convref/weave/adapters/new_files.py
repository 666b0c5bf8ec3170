"""Add files that the code of pages writes into `docs_dir`, such as pictures, to the site in the same build.

MkDocs lists the files of a site before the code of pages runs, so files that this code writes are not in the
list. Without this module, links to them would be broken until the next build.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files, set_exclusions


class NewFiles:
    """Finds the files in a directory and its subdirectories that were created after this object.

    Args:
        docs: the directory of the pages, `docs_dir`.
    """

    def __init__(self, docs: Path) -> None:
        self.docs = str(docs)
        self._known: set[str] = set()
        self._changed_at: dict[str, int] = {}  # path of a directory -> its modification time, in nanoseconds
        self._list()

    def add_to(self, files: Files, config: Any, i18n: Any) -> list[str]:
        """Add the files that have been created since the last call to the files of the site.

        Args:
            files: the files of the site in the language that is being built.
            config: the configuration of MkDocs.
            i18n: the plugin object of mkdocs-static-i18n, or None.

        Returns:
            The paths of new Markdown files, relative to the directory. These are not added, because the
            navigation of this build is already complete. They become pages in the next build.
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
        """Return the paths of the files that are new since the last call, relative to the directory.

        Only the directories whose modification time has changed are read.
        """
        new = []
        folders = [self.docs, *self._changed_at]
        for folder in folders:  # the loop below appends subfolders to this list
            try:
                changed_at = os.stat(folder).st_mtime_ns  # noqa: PTH116 (it is called hundreds of times in a build)
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
