"""Sign the entries of the cache, so that only results of this machine's own builds are used.

The result in an entry becomes part of a page, and its code is not run again. Somebody who contributes pages
could also add entries with arbitrary HTML to the cache's folder. So each entry is signed with a secret key,
which is stored in the user's directory and not in the site. Machines that share a cache get the same key from
an environment variable; the code of pages cannot read this variable.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import sys
from pathlib import Path
from typing import Final

VARIABLE: Final = "CONVREF_CACHE_KEY"
_FORMAT: Final = b"convref2"
_log: Final = logging.getLogger(__name__)


class ForeignError(ValueError):
    """Raised for a cache entry that was signed with another key."""


class Signer:
    """Signs data with a secret key, and verifies signed data.

    Args:
        key: the secret key.

    Example:
        >>> signer = Signer(b"secret")
        >>> signer.opened(signer.signed(b"data"))
        b'data'
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._name = hashlib.sha256(b"name of " + key).hexdigest()[:16].encode()

    def signed(self, data: bytes) -> bytes:
        """Return the data preceded by a line with its signature."""
        return b"%s %s %s\n%s" % (_FORMAT, self._name, self._signature(data), data)

    def opened(self, signed: bytes) -> bytes:
        """Verify the signature, and return the data without it.

        Raises:
            ForeignError: the data was signed with another key.
            ValueError: the data was changed after it was signed, or has no signature.
        """
        line, _, data = signed.partition(b"\n")
        parts = line.split()
        is_signed = len(parts) == 3 and parts[0] == _FORMAT
        if is_signed and parts[1] != self._name:
            raise ForeignError("the entry was signed with another key")
        if not is_signed or not hmac.compare_digest(parts[2], self._signature(data)):
            raise ValueError("the entry's signature does not match its content")
        return data

    def _signature(self, data: bytes) -> bytes:
        return hmac.new(self._key, data, hashlib.sha256).hexdigest().encode()


def cache_key() -> bytes:
    """Return the key from the environment variable, or else from the user's key file.

    The file is created if it is missing. If this fails, every call returns a new key, so later builds cannot
    use the entries that this build writes.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return given.encode(errors="surrogateescape")
    file = _state_directory() / "convref" / "cache.key"
    try:
        return _read_or_make(file)
    except (OSError, RuntimeError) as error:
        _log.warning(
            "later builds cannot use the results of this one, because the key that signs cached results"
            " cannot be read or created: %s",
            error,
        )
        return secrets.token_bytes(32)


def _read_or_make(file: Path) -> bytes:
    """Return the content of the key file; create the file if it is missing.

    Builds that run at the same time all get the same key.
    """
    for _ in range(2):
        try:
            key = file.read_bytes()
            if len(key) >= 32:
                return key
        except FileNotFoundError:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        passing = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        number = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as new:
            new.write(secrets.token_hex(32).encode())
        try:
            if not file.exists():
                os.link(passing, file)  # fails with FileExistsError if another build has just created it
            elif file.stat().st_size < 32:
                passing.replace(file)
        except FileExistsError:
            pass
        finally:
            passing.unlink(missing_ok=True)
    return file.read_bytes()


def _state_directory() -> Path:
    """Return the user's directory for program state; raise RuntimeError if there is none."""
    if sys.platform == "win32":
        given = os.environ.get("LOCALAPPDATA")
        return Path(given) if given else Path.home()
    given = os.environ.get("XDG_STATE_HOME")
    return Path(given) if given else Path.home() / ".local" / "state"
