"""Temporary directories of sessions, which are removed whatever happened in them or to their owner."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import threading
from pathlib import Path
from typing import Final

_PREFIX: Final = "convref-sessions-"
_LOCK: Final = "lock"


class SessionFolders:
    """The temporary directories of one engine's sessions, in a directory with a lock.

    While the build lives it holds the lock. Directories whose lock nobody holds are those of builds that were
    killed together with all their processes; the next build removes them.
    """

    def __init__(self) -> None:
        _remove_abandoned()
        self._lock = threading.Lock()
        self.folder = tempfile.mkdtemp(prefix=_PREFIX)
        self._lock_file = _locked(self.folder, os.O_RDWR | os.O_CREAT)

    def new(self) -> str:
        """Make the directory of a session."""
        with self._lock:
            return tempfile.mkdtemp(prefix="session-", dir=self.folder)

    def close(self) -> None:
        """Remove everything. Idempotent."""
        with self._lock:
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None
            remove_tree(self.folder)


def remove_tree(folder: str) -> None:
    """Remove a directory with all that is in it, as far as the system allows. Idempotent.

    A page may nest directories deeper than Python's recursion or the system's paths reach, and may take away
    its own permissions. So permissions are given back, and what is in a directory is moved up before it is
    removed: no path gets longer than two names below `folder`.
    """
    if os.path.islink(folder):  # noqa: PTH114 (the page put it in the place of its directory)
        os.unlink(folder)  # noqa: PTH108
        return
    while before := _entries(folder):
        for entry in before:
            with contextlib.suppress(OSError):
                if _is_folder(entry):
                    _hoist(entry, folder)
                    os.rmdir(entry)  # noqa: PTH106 (a path object is not needed)
                else:
                    os.unlink(entry)  # noqa: PTH108
        if set(_entries(folder)) == set(before):
            return  # the system does not allow more
    with contextlib.suppress(OSError):
        os.rmdir(folder)  # noqa: PTH106


def _hoist(entry: str, folder: str) -> None:
    """Remove the files in a directory and move its directories up into `folder`."""
    _allow(entry)
    for inner in _entries(entry):
        with contextlib.suppress(OSError):
            if _is_folder(inner):
                _allow(inner)  # moving a directory writes into it
                os.rename(inner, tempfile.mktemp(prefix="x", dir=folder))  # noqa: PTH104, S306 (nobody else writes here)
            else:
                os.unlink(inner)  # noqa: PTH108


def _entries(folder: str) -> list[str]:
    with contextlib.suppress(OSError):
        _allow(folder)
        return [os.path.join(folder, name) for name in os.listdir(folder)]  # noqa: PTH118, PTH208
    return []


def _is_folder(path: str) -> bool:
    with contextlib.suppress(OSError):
        return stat.S_ISDIR(os.lstat(path).st_mode)
    return False


def _allow(folder: str) -> None:
    with contextlib.suppress(OSError):
        if os.lstat(folder).st_mode & stat.S_IRWXU != stat.S_IRWXU:
            os.chmod(folder, stat.S_IRWXU)  # noqa: PTH101


def _locked(folder: str, flags: int) -> int | None:
    """Lock a directory; return the descriptor that holds the lock, None if somebody else holds it.

    Args:
        folder: the directory.
        flags: how its lock file is opened.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    number = None
    try:
        number = os.open(os.path.join(folder, _LOCK), flags, 0o600)  # noqa: PTH118
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if number is not None:
            os.close(number)
        return None
    return number


def _remove_abandoned() -> None:
    """Remove the directories of this user's builds that were killed with all their processes."""
    if not hasattr(os, "getuid"):
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            about = folder.lstat()
            if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
                continue
            lock = _locked(str(folder), os.O_RDWR)
            if lock is not None:
                remove_tree(str(folder))
                os.close(lock)
