"""Fingerprints of files and folders: short texts that differ when the file or the folder does.

Both the worker that reads a file and the build that later asks whether it has changed use these functions.
"""

from __future__ import annotations

import hashlib
import os
import stat
from typing import Final

ABSENT: Final = "absent"
FOLDER: Final = "folder"
SPECIAL: Final = "special"  # a device, a pipe, a socket
UNREADABLE: Final = "unreadable"
LARGE: Final = 1 << 28  # bytes; for larger files the size and the modification time count, not the content


def file_state(path: str) -> str:
    """Return the digest of a file's content; `absent`, `folder`, `special` or `unreadable` if it has none.

    The state of a link also contains its target.

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
    """Return the digest of the names in a folder, with folders marked; else `absent` or `unreadable`."""
    try:
        with os.scandir(path) as entries:
            names = sorted(f"{each.name}{os.sep * each.is_dir()}" for each in entries)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except (OSError, ValueError):
        return UNREADABLE
    # Running a module makes this folder beside it, which is no change of the project.
    text = "\0".join(name for name in names if name != f"__pycache__{os.sep}")
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody writes into would otherwise block."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
