"""Create the temporary directories of sessions, and remove them even if a page or the build was killed."""

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
    """The temporary directories of one engine's sessions, in a common directory with a lock file.

    A build locks this file while it runs. If the file is not locked, the build that created the directory was
    killed before it could remove the directory, and the next build removes it.
    """

    def __init__(self) -> None:
        _remove_abandoned()
        self._lock = threading.Lock()
        self.folder = tempfile.mkdtemp(prefix=_PREFIX)
        self._lock_file = _locked(self.folder, os.O_RDWR | os.O_CREAT)

    def new(self) -> str:
        """Create the directory of a new session, and return its path."""
        with self._lock:
            return tempfile.mkdtemp(prefix="session-", dir=self.folder)

    def close(self) -> None:
        """Remove all directories, and release the lock. Idempotent."""
        with self._lock:
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None
            remove_tree(self.folder)


def remove_tree(folder: str) -> None:
    """Remove a directory with all its content, as far as the system permits. Idempotent.

    A page may nest directories too deeply for Python's recursion limit or the system's maximum path length.
    So subdirectories are moved up into `folder` before their parent is removed, which keeps all paths short.
    A page may also remove its permissions for a directory; they are restored first.
    """
    if os.path.islink(folder):  # noqa: PTH114 (the page has replaced its directory by a link)
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
    """Remove the files in the directory `entry`, and move its subdirectories up into `folder`."""
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
    """Lock a directory; return the file descriptor that holds the lock, or None if it cannot be locked.

    Args:
        folder: the directory.
        flags: the flags with which its lock file is opened; see `os.open`.
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
    """Remove the directories that earlier builds of this user could not remove because they were killed."""
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
