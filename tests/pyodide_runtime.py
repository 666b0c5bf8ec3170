"""Writes a folder that looks like the runtime of Python in the browser, for tests that do not run it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from convref.weave.browser.runtime import FILES, Runtime


def write_runtime(folder: Path, packages: Mapping[str, object] | None = None) -> Runtime:
    """Write empty files of the runtime and its lock file.

    Args:
        folder: the folder for them, which must not exist.
        packages: the packages in the lock file, by name.
    """
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text("")
    lock = {"info": {"python": "3.14.2", "abi_version": "2026_0"}, "packages": {**(packages or {})}}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return Runtime(folder)
