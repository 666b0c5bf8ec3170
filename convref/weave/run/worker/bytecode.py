"""Prevent sessions from running outdated bytecode of the project's modules.

A bytecode file records the size and the modification time of its source, in whole seconds. Python runs it if
both still match. So Python may run old code if a source is changed twice within a second, or if its
modification time is set back. In sessions, a bytecode file of the project is used only if it is newer than
the last change of its source according to the source's inode change time (ctime), which cannot be set back.
"""

from __future__ import annotations

import contextlib
import os
import time
from importlib.machinery import SourceFileLoader
from typing import Final

from convref.weave.cache.module_origins import is_project

YOUNG: Final = 2.0  # seconds after a change of a source in which no bytecode is written: it may change again
_stat: Final = os.stat  # the function as it is before the audit hook wraps it: these calls are not the page's


def distrust_bytecode() -> None:
    """Make this process ignore bytecode of the project's modules that is older than their sources."""
    read, write = SourceFileLoader.get_data, SourceFileLoader.set_data

    def read_if_valid(loader: SourceFileLoader, path: str) -> bytes:
        if path.endswith(".pyc") and is_project(path) and _stat(path).st_ctime_ns <= _changed_at(loader.path):
            # The loader catches the error, and compiles the source.
            raise OSError(f"the bytecode file {path} is older than its source")
        return read(loader, path)

    def write_if_settled(loader: SourceFileLoader, path: str, data: bytes, *, _mode: int = 0o666) -> None:
        with contextlib.suppress(OSError):
            about = _stat(loader.path)
            if time.time() - max(about.st_mtime, about.st_ctime) > YOUNG:
                write(loader, path, data, _mode=_mode)

    SourceFileLoader.get_data = read_if_valid  # type: ignore[method-assign,assignment]
    SourceFileLoader.set_data = write_if_settled  # type: ignore[method-assign,assignment]


def _changed_at(path: str) -> int:
    return _stat(path).st_ctime_ns
