"""Compute a name for a build of the site, which the service worker uses to keep builds apart.

The service worker keeps the files that Python in the browser loads. So readers can run Python without a
network after they have used it once. It stores the files under the name of the build, so that the files of
two builds are never mixed, and deletes the files of older builds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

SERVICE_WORKER: Final = "convref-offline.js"
"""The file of the service worker, at the root of the site: it serves what is beside it and below."""

_LENGTH: Final = 16  # hexadecimal digits: enough that two builds never share a digest by chance


def digest(folder: Path, unwritten: Mapping[str, bytes] = MappingProxyType({})) -> str:
    """Return a digest of the names and contents of all files below a directory, as hexadecimal digits.

    Args:
        folder: the directory.
        unwritten: the contents of files that are not written yet, by their paths in the directory. Files with
            these paths, which an older build may have written, are not read.
    """
    found = hashlib.sha256()
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted(paths.keys() | unwritten.keys()):
        content = unwritten[name] if name in unwritten else paths[name].read_bytes()
        found.update(f"{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:_LENGTH]
