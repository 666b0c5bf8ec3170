"""Keeps the bytecode of sources that changed away from sessions.

Python trusts bytecode by its source's second and size. So it would run the former code of a module that
changed again within the same second, or whose time was put back. Here bytecode of the project counts only
where it is younger than the last change to its source in any respect, which no program can date back.
"""

from __future__ import annotations

import contextlib
import os
import time
from importlib.machinery import SourceFileLoader

from convref.weave.cache.module_origins import is_project

YOUNG = 2.0  # seconds
_stat = os.stat  # before it is watched: what is asked here concerns no page


def mistrust_bytecode() -> None:
    """Have this process run what the project's sources say now."""
    read, write = SourceFileLoader.get_data, SourceFileLoader.set_data

    def read_sound(loader: SourceFileLoader, path: str) -> bytes:
        if path.endswith(".pyc") and is_project(path) and _stat(path).st_ctime_ns <= _change(loader.path):
            raise OSError(f"{path}: older than its source")
        return read(loader, path)

    def write_old(loader: SourceFileLoader, path: str, data: bytes, *, _mode: int = 0o666) -> None:
        with contextlib.suppress(OSError):
            about = _stat(loader.path)
            if time.time() - max(about.st_mtime, about.st_ctime) > YOUNG:
                write(loader, path, data, _mode=_mode)

    SourceFileLoader.get_data = read_sound  # type: ignore[method-assign,assignment]
    SourceFileLoader.set_data = write_old  # type: ignore[method-assign,assignment]


def _change(path: str) -> int:
    return _stat(path).st_ctime_ns
