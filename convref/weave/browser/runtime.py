"""Read the properties of the installed Pyodide, a version of CPython for browsers, from its npm package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

FILES: Final = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
"""The files that a browser loads."""


@dataclass(frozen=True)
class Runtime:
    """The folder of the npm package `pyodide`; it need not exist."""

    folder: Path

    @property
    def installed(self) -> bool:
        """True if the folder contains all files that a browser loads."""
        return all((self.folder / name).is_file() for name in FILES)

    @cached_property
    def _lock(self) -> Any:
        return json.loads((self.folder / "pyodide-lock.json").read_text("utf-8"))

    @property
    def python(self) -> str:
        """The version of Python that Pyodide contains, such as "3.14"."""
        return ".".join(str(self._lock["info"]["python"]).split(".")[:2])

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags of the wheels that Pyodide can install."""
        abi = self._lock["info"]["abi_version"]
        return (f"pyemscripten_{abi}_wasm32", f"pyodide_{abi}_wasm32")

    def wheel_of(self, requirement: str) -> str:
        """Return the file name of the wheel that Pyodide's authors have built for a package; "" if none."""
        name = requirement.lower().replace("_", "-")
        return str(self._lock["packages"].get(name, {}).get("file_name", ""))

    def checksum_of(self, wheel: str) -> str:
        """Return the SHA-256 digest of a wheel; "" if Pyodide's authors have not built it."""
        entries = self._lock["packages"].values()
        return next((str(each["sha256"]) for each in entries if each["file_name"] == wheel), "")
