"""Write and read the cache's entries, one signed JSON file per entry.

A slot is a folder with the entries of one session of a page. An entry's file name is the digest of the code
and conditions of its run. Several builds may use the cache at the same time. An entry is written to a
temporary file, which is then renamed, so that no build reads an incomplete entry.

A truncated or corrupt entry, or one whose content does not belong to its name, counts as a cache miss, and a
warning is logged. The same holds for entries that were signed on another machine
(`convref.weave.cache.signing`), but this warning is logged only once. If entries cannot be written, a warning
is logged once, and the build continues without caching.
"""

from __future__ import annotations

import contextlib
import functools
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
from convref.weave.cache.signing import VARIABLE, ForeignError, Signer, cache_key

KEPT: Final = 8  # entries kept per session; enough to switch between git branches without running it again
DAY: Final = 86400.0  # seconds
_SUFFIX: Final = ".json"
_log: Final = logging.getLogger(__name__)

Body = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """The number and the total size of the entries of a cache.

    Args:
        entries: the number of entries.
        size: the total size of their files, in bytes.
    """

    entries: int
    size: int


class Store:
    """The entries of a cache in one folder, which need not exist yet.

    Args:
        folder: the cache's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._logged: set[str] = set()
        self._lock = threading.Lock()  # the pages of a build are read and written by several threads

    @functools.cached_property
    def signer(self) -> Signer:
        """The signer of the entries; its key is loaded when an entry is first read or written."""
        return Signer(cache_key())

    def read(self, slot: str, key: str) -> Body | None:
        """Return the content of an entry; None if it is missing or cannot be used.

        Args:
            slot: the name of the folder with the entries of the session.
            key: the name of the entry.
        """
        file = self._file(slot, key)
        try:
            body = unpack(file.read_bytes(), self.signer)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ForeignError:
            self._warn_once(
                "%s: entries of the cache that another machine has written are not used; machines that "
                "are to share a cache need the same %s",
                file,
                VARIABLE,
            )
            return None
        except (OSError, ValueError) as error:
            _log.warning(
                "%s: this entry of the cache cannot be used, so its page runs again: %s", file, error
            )
            return None
        if body.get("key") != key:
            _log.warning("%s: this entry of the cache belongs to other code, so its page runs again", file)
            return None
        with contextlib.suppress(OSError):
            os.utime(file)  # the time of the last use, by which `prune` and `write` choose what to drop
        return body

    def all(self, slot: str) -> list[Body]:
        """Return the contents of all valid entries in a session's folder `slot`, from the latest run on."""
        found = []
        for file in self._files(slot):
            with contextlib.suppress(OSError, ValueError):
                found.append(unpack(file.read_bytes(), self.signer))
        return sorted(found, key=lambda body: str(body.get("ran")), reverse=True)

    def write(self, slot: str, key: str, body: Body, *, is_needed: bool = True) -> None:
        """Write an entry, and keep only the `KEPT` entries of the session that were used last.

        Args:
            slot: the name of the folder with the entries of the session.
            key: the name of the entry.
            body: the content, as JSON data.
            is_needed: whether a warning, not a debug message, is logged if the entry cannot be written.
        """
        file = self._file(slot, key)
        temporary = file.with_name(f"{key}.{os.getpid()}.{threading.get_ident()}.tmp")
        try:
            self._make(file.parent)
            temporary.write_bytes(pack({**body, "key": key}, self.signer))
            temporary.replace(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            if is_needed:
                self._warn_once(
                    "results cannot be cached, so the next build runs their pages again: %s", error
                )
            else:
                _log.debug("an entry of the cache cannot be written: %s", error)
            return
        for old in sorted(self._files(slot), key=_last_use, reverse=True)[KEPT:]:
            with contextlib.suppress(OSError):
                old.unlink()

    def _warn_once(self, message: str, *values: object) -> None:
        with self._lock:
            first = message not in self._logged
            self._logged.add(message)
        if first:
            _log.warning(message, *values)

    def size(self) -> Size:
        """Return the number of entries and their total size in bytes."""
        sizes = []
        for file in self._all_files():
            with contextlib.suppress(OSError):
                sizes.append(file.stat().st_size)
        return Size(len(sizes), sum(sizes))

    def prune(self, days: float) -> Size:
        """Delete entries that have not been used for `days` days, and temporary files of killed builds.

        Returns:
            The number of deleted files, and their total size in bytes.

        Raises:
            ArgumentError: `days` is negative.
        """
        if days < 0:
            raise ArgumentError(f"prune: days (={days:g}) must not be negative")
        count, size = 0, 0
        limit = time.time() - days * DAY
        for file in [*self._all_files(), *self.folder.glob("*/*.tmp")]:
            with contextlib.suppress(OSError):
                if file.suffix != _SUFFIX or file.stat().st_mtime <= limit:
                    size += file.stat().st_size
                    file.unlink()
                    count += 1
        for folder in self.folder.glob("*/"):
            with contextlib.suppress(OSError):
                folder.rmdir()  # it fails unless the folder is empty
        return Size(count, size)

    def clear(self) -> None:
        """Delete all entries."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            ignore = self.folder / ".gitignore"  # so that nobody commits the cache by accident
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")

    def _file(self, slot: str, key: str) -> Path:
        return self.folder / slot / f"{key}{_SUFFIX}"

    def _files(self, slot: str) -> Iterator[Path]:
        with contextlib.suppress(OSError):  # Python 3.11 raises an error for a path that is too long
            yield from (self.folder / slot).glob(f"*{_SUFFIX}")

    def _all_files(self) -> Iterator[Path]:
        yield from self.folder.glob(f"*/*{_SUFFIX}")


def pack(body: Body, signer: Signer) -> bytes:
    """Return an entry as bytes: a line with its signature, followed by JSON text.

    Example:
        >>> signer = Signer(b"secret")
        >>> unpack(pack({"key": "a"}, signer), signer)
        {'key': 'a'}
    """
    return signer.signed(json.dumps(body, separators=(",", ":"), sort_keys=True).encode())


def unpack(data: bytes, signer: Signer) -> Body:
    """Verify and parse the bytes of a serialized entry.

    Raises:
        ForeignError: the entry was signed with another key.
        ValueError: the bytes are not an entry, or the entry was changed after it was written.
    """
    body = json.loads(signer.opened(data))
    if not isinstance(body, dict):
        raise ValueError("the entry must be a JSON object")  # noqa: TRY004 (callers expect one kind of error)
    return body


def _last_use(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
