"""Name a build of the files that Python in the browser loads, for the service worker that keeps them.

The service worker lets readers run Python without a network after a first use. It names its storage after the
build, so that the files of two builds are never mixed, and deletes those of older builds.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

SERVICE_WORKER: Final = "convref-offline.js"
"""The file of the service worker, at the root of the site: it serves what is beside it and below."""

_LENGTH: Final = 16  # hexadecimal digits: enough that two builds never share a digest by chance


def digest(folder: Path) -> str:
    """Return a digest of the names and contents of all files below a directory, as hexadecimal digits."""
    found = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        found.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:_LENGTH]
