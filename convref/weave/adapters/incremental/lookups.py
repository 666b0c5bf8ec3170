"""Record what the conversion of a page looks up among the site's files, and what it logs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final, TypeAlias

_PROGRESS: Final = ("mkdocs.mkdocs-jupyter", logging.INFO)

Found: TypeAlias = tuple[str, str, str, int] | None
"""The part of a file's entry that a link depends on; None for no file."""


class WatchedFiles:
    """The files of a site, which records each file that is looked up by its path.

    Args:
        files: MkDocs' `Files`. Everything else that is asked of it is passed on, and noted in `listed`.
    """

    def __init__(self, files: Any) -> None:
        self._files = files
        self.found: dict[str, Any] = {}
        self.listed = False

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The class of the files, for callers that check it."""
        return type(self._files)

    def get_file_from_path(self, path: str) -> Any:
        """Return the file of this path, or None, as `Files.get_file_from_path` does."""
        uri = PurePosixPath(path).as_posix()
        if uri not in self.found:
            self.found[uri] = self._files.get_file_from_path(path)
        return self.found[uri]

    def __getattr__(self, name: str) -> Any:
        self.listed = True
        return getattr(self._files, name)

    def __iter__(self) -> Iterator[Any]:
        self.listed = True
        return iter(self._files)

    def __len__(self) -> int:
        self.listed = True
        return len(self._files)

    def __contains__(self, path: str) -> bool:
        self.listed = True
        return path in self._files

    def lookups(self) -> Mapping[str, Found]:
        """Return what was found for each path that was looked up."""
        return {uri: found(file) for uri, file in self.found.items()}


def found(file: Any) -> Found:
    """Return what a link depends on of the file that it leads to."""
    return file and (file.src_uri, file.dest_uri, file.url, file.inclusion.value)


@contextlib.contextmanager
def listening() -> Iterator[list[str]]:
    """Collect the names of the loggers that log a message of level INFO or above meanwhile.

    mkdocs-jupyter says of each notebook that it converts it; that is no message about the page.
    """
    heard: list[str] = []
    factory = logging.getLogRecordFactory()

    def listen(name: str, level: int, *args: Any, **kwargs: Any) -> logging.LogRecord:
        if level >= logging.INFO and (name, level) != _PROGRESS:
            heard.append(name)
        return factory(name, level, *args, **kwargs)

    # A handler would miss the loggers that do not propagate.
    logging.setLogRecordFactory(listen)
    try:
        yield heard
    finally:
        logging.setLogRecordFactory(factory)
