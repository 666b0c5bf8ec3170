"""Record the files of the site that the conversion of a page looks up, and the messages that it logs.

The result of a conversion is reused only while the same lookups find the same files. The result of a
conversion that logs a message is not reused, so that the message is logged in every build.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final, TypeAlias

_PROGRESS: Final = ("mkdocs.mkdocs-jupyter", logging.INFO)

Found: TypeAlias = tuple[str, str, str, int] | None
"""The properties of a file on which the HTML of a link to it depends; None if there is no file."""


class WatchedFiles:
    """A substitute for MkDocs' `Files` that records each path under which a file is looked up.

    It passes every other use on to the original object, and sets `listed` to True: a conversion that uses the
    files in another way may depend on all of them.

    Args:
        files: the original object.
    """

    def __init__(self, files: Any) -> None:
        self._files = files
        self.found: dict[str, Any] = {}
        self.listed = False

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The class of the original object, so that `isinstance(watched, Files)` is true."""
        return type(self._files)

    def get_file_from_path(self, path: str) -> Any:
        """Return the file with this path, or None, as `Files.get_file_from_path` does."""
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
        """Return a dict from each path that was looked up to the properties of its file; see `found`."""
        return {uri: found(file) for uri, file in self.found.items()}


def found(file: Any) -> Found:
    """Return the properties of a file that affect the HTML of a link to it; None if there is no file."""
    return file and (file.src_uri, file.dest_uri, file.url, file.inclusion.value)


@contextlib.contextmanager
def listening() -> Iterator[list[str]]:
    """Return a context manager with a list that gets the logger's name for each message that is logged.

    Messages below the level INFO are ignored, and so is the one in which mkdocs-jupyter announces that it
    converts a notebook.
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
