"""Compute fingerprints of files and folders: short strings that change when the file or folder changes.

The worker that reads a file computes its fingerprint. A later build computes the fingerprint again, and
compares the two to check whether the file has changed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from typing import Final, TypeAlias

ABSENT: Final = "absent"
FOLDER: Final = "folder"
SPECIAL: Final = "special"  # a device, a pipe, a socket
UNREADABLE: Final = "unreadable"
CLOCK: Final = 20_000_000  # nanoseconds by which the modification time of a file may lag behind the clock
_LINK: Final = "\0link"
LARGE: Final = 1 << 28  # bytes; for larger files the size and the modification time count, not the content

Stamp: TypeAlias = tuple[int, int, int, int]


def file_state(path: str) -> str:
    """Return the digest of a file's content, or `absent`, `folder`, `special` or `unreadable`.

    For a symbolic link, the result also contains the link's target. Only regular files are opened, because
    opening a device may have side effects.

    Example:
        >>> file_state("no/such/file")
        'absent'
    """
    try:
        return f"link to {os.readlink(path)}: {_content_state(path)}"  # noqa: PTH115 (a path object is not needed)
    except (OSError, ValueError):
        return _content_state(path)


def _content_state(path: str) -> str:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            return FOLDER if os.path.isdir(path) else SPECIAL  # noqa: PTH112
        with open(path, "rb", opener=_open_without_waiting) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                return SPECIAL
            if about.st_size > LARGE:
                return f"large {about.st_size} {about.st_mtime_ns}"
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except IsADirectoryError:
        return FOLDER
    except (OSError, ValueError):
        return UNREADABLE


def folder_state(path: str) -> str:
    """Return a digest of the names of a folder's entries, or `absent` or `unreadable`.

    The digest also depends on whether an entry is a file, a folder or a link, because functions such as
    `os.walk` enter folders, but not links to folders.
    """
    try:
        with os.scandir(path) as entries:
            names = sorted(
                f"{each.name}{os.sep * each.is_dir()}{_LINK * each.is_symlink()}" for each in entries
            )
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except (OSError, ValueError):
        return UNREADABLE
    # Python creates this folder when it imports a module; it does not change what the session can read.
    text = "\0".join(name for name in names if name != f"__pycache__{os.sep}")
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def stamp(path: str) -> Stamp | None:
    """Return metadata that changes when a file changes; None if the file is absent.

    Comparing the metadata is faster than reading the file.

    Returns:
        The time at which the file's metadata last changed and the time at which its content last changed,
        both in nanoseconds; its size in bytes; and its inode number.
    """
    try:
        about = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return about.st_ctime_ns, about.st_mtime_ns, about.st_size, about.st_ino


def uses_wal(path: str) -> bool:
    """Return whether an SQLite database uses write-ahead logging, which writes changes to a second file."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            header = file.read(20)
    except OSError:
        return False
    return os.path.exists(f"{path}-wal") or (header[:16] == b"SQLite format 3\0" and 2 in header[18:20])  # noqa: PTH110


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file in non-blocking mode; otherwise opening a pipe that has no writer would wait forever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
