"""Entries in a folder: JSON with a checksum, written at once or not at all.

A slot holds the entries of one page's session, under the digests of what was run. Several builds may use the
folder at the same time. An entry that is cut, damaged or another's is none, and that is said; a folder that
cannot be written to is left as it is, and that is said once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from convref.errors import ArgumentError

KEPT: Final = 8  # entries of a session: the states between which branches switch
DAY: Final = 86400.0
_SUFFIX: Final = ".json"
_log: Final = logging.getLogger(__name__)

Body = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much a folder holds: entries, and the bytes of their files."""

    entries: int
    size: int


class Store:
    """The entries in a folder, which need not exist.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unwritable = False

    def read(self, slot: str, key: str) -> Body | None:
        """An entry; None where there is none that can be used."""
        file = self._file(slot, key)
        try:
            body = unpacked(file.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            _log.warning("%s is no entry of the cache and is made anew: %s", file, error)
            return None
        if body.get("key") != key:
            _log.warning("%s is the entry of something else and is made anew", file)
            return None
        with contextlib.suppress(OSError):
            os.utime(file)  # it is still of use
        return body

    def all(self, slot: str) -> list[Body]:
        """The sound entries of a slot, the latest first."""
        found = []
        for file in self._files(slot):
            with contextlib.suppress(OSError, ValueError):
                found.append(unpacked(file.read_bytes()))
        return sorted(found, key=lambda body: str(body.get("ran")), reverse=True)

    def write(self, slot: str, key: str, body: Body) -> None:
        """Keep an entry, and drop the oldest of its slot where there are too many."""
        file = self._file(slot, key)
        passing = file.with_name(f"{key}.{os.getpid()}.{threading.get_ident()}.tmp")
        try:
            self._make(file.parent)
            passing.write_bytes(packed({**body, "key": key}))
            passing.replace(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                passing.unlink()
            if not self._unwritable:
                _log.warning("the cache cannot be written, so the next build will run more: %s", error)
            self._unwritable = True
            return
        for old in sorted(self._files(slot), key=_used, reverse=True)[KEPT:]:
            with contextlib.suppress(OSError):
                old.unlink()

    def size(self) -> Size:
        """How much there is."""
        sizes = []
        for file in self._everything():
            with contextlib.suppress(OSError):
                sizes.append(file.stat().st_size)
        return Size(len(sizes), sum(sizes))

    def prune(self, days: float) -> Size:
        """Drop the entries that no build has used for some days; what a killed build left goes, too.

        Returns:
            What was dropped.

        Raises:
            ArgumentError: the days are negative.
        """
        if days < 0:
            raise ArgumentError(f"prune: days (={days:g}) must not be negative")
        count, size = 0, 0
        limit = time.time() - days * DAY
        for file in [*self._everything(), *self.folder.glob("*/*.tmp")]:
            with contextlib.suppress(OSError):
                if file.suffix != _SUFFIX or file.stat().st_mtime <= limit:
                    size += file.stat().st_size
                    file.unlink()
                    count += 1
        for folder in self.folder.glob("*/"):
            with contextlib.suppress(OSError):
                folder.rmdir()  # only empty ones go
        return Size(count, size)

    def clear(self) -> None:
        """Drop everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")

    def _file(self, slot: str, key: str) -> Path:
        return self.folder / slot / f"{key}{_SUFFIX}"

    def _files(self, slot: str) -> Iterator[Path]:
        yield from (self.folder / slot).glob(f"*{_SUFFIX}")

    def _everything(self) -> Iterator[Path]:
        yield from self.folder.glob(f"*/*{_SUFFIX}")


def packed(body: Body) -> bytes:
    """An entry as bytes: the digest of its text on a line, and the text.

    Example:
        >>> unpacked(packed({"key": "a"}))
        {'key': 'a'}
    """
    text = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


def unpacked(data: bytes) -> Body:
    """The entry that bytes are.

    Raises:
        ValueError: they are none, or not as they were written.
    """
    digest, _, text = data.partition(b"\n")
    if hashlib.sha256(text).hexdigest().encode() != digest:
        raise ValueError("its checksum does not fit its content")
    body = json.loads(text)
    if not isinstance(body, dict):
        raise ValueError("it holds no entry")  # noqa: TRY004 (whoever reads it expects one error)
    return body


def _used(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
