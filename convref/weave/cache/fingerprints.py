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

    That of a link also says where it leads.

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
    """The digest of the names in a folder, those of folders marked; `absent` or `unreadable` without any."""
    try:
        with os.scandir(path) as entries:
            names = sorted(f"{each.name}{os.sep * each.is_dir()}" for each in entries)
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except (OSError, ValueError):
        return UNREADABLE
    text = "\0".join(name for name in names if name != f"__pycache__{os.sep}")
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def _patiently(path: str, flags: int) -> int:
    """Open without waiting for somebody to write into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
