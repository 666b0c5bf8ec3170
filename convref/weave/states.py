"""What a file or a folder is like, as a short text that differs when it does.

The session that reads a file and the build that asks later whether it is still the same both ask here.
"""

from __future__ import annotations

import hashlib
import os
import stat

ABSENT, FOLDER, SPECIAL, UNREADABLE = "absent", "folder", "special", "unreadable"
LARGE = 1 << 28  # bytes; of larger files only size and time are looked at


def file_state(path: str) -> str:
    """The digest of a file's content; `absent`, `folder`, `special` or `unreadable` for what has none.

    Example:
        >>> file_state("no/such/file")
        'absent'
    """
    try:
        with open(path, "rb", opener=_patiently) as file:
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
    """The digest of the names in a folder; `absent` or `unreadable` for what has none."""
    try:
        names = sorted(os.listdir(path))  # noqa: PTH208 (likewise)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except (OSError, ValueError):
        return UNREADABLE
    text = "\0".join(name for name in names if name != "__pycache__")
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _patiently(path: str, flags: int) -> int:
    """Open without waiting for somebody to write into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
