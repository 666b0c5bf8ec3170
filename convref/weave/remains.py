"""What a step leaves behind in its process: patched builtins, threads, child processes, a changed place.

Patched builtins are put back; the rest is said. Everything else ends with the process.
"""

from __future__ import annotations

import builtins
import os
import sys
import threading
from pathlib import Path

_builtins = builtins.__dict__
_copy, _clear, _update = _builtins.copy, _builtins.clear, _builtins.update
_DISPLAYED = {"_", "__build_class__"}


class Before:
    """The process before a step; afterwards it tells the difference."""

    def __init__(self) -> None:
        self.builtins = _copy()
        self.threads = set(threading.enumerate())
        self.children = _children()
        self.cwd = os.getcwd()  # noqa: PTH109 (a path object is not needed)
        self.environment = dict(os.environ)

    def restore_builtins(self) -> dict[str, object]:
        """Put the builtins back as they were; return what had been put in their place."""
        patched = _copy()
        _clear()
        _update(self.builtins)
        return patched

    def remarks(self) -> list[str]:
        """What the step left behind, in sentences; the builtins are restored first."""
        patched = self.restore_builtins()
        names = sorted(
            name
            for name in patched.keys() | self.builtins.keys()
            if name not in _DISPLAYED and patched.get(name, self) is not self.builtins.get(name, self)
        )
        threads = [each.name for each in threading.enumerate() if each not in self.threads]
        children = sorted(_children() - self.children)
        found = []
        if names:
            found.append(f"patched the builtins {', '.join(names)}; they are restored")
        if threads:
            found.append(f"left threads running: {', '.join(threads)}; they end with the session")
        if children:
            which = ", ".join(f"{_name(pid)} ({pid})" for pid in children)
            found.append(f"left child processes running: {which}; they end with the session")
        return found + self._moved()

    def _moved(self) -> list[str]:
        try:
            cwd = os.getcwd()  # noqa: PTH109
        except OSError:
            cwd = "a directory that is gone"
            os.chdir(self.cwd)
        changed = sorted(
            name
            for name in os.environ.keys() | self.environment.keys()
            if os.environ.get(name) != self.environment.get(name)
        )
        found = []
        if cwd != self.cwd:
            found.append(f"changed the working directory to {cwd}; the page's later blocks run there")
        if changed:
            found.append(f"changed the environment ({', '.join(changed)}); the page's later blocks see it")
        return found


def _children() -> set[int]:
    """The running child processes, where the system tells them."""
    found: set[int] = set()
    if sys.platform != "linux":
        return found
    for task in Path("/proc/self/task").iterdir():
        try:
            found |= {int(pid) for pid in (task / "children").read_text(encoding="ascii").split()}
        except OSError:
            continue
    return {pid for pid in found if _state(pid) != "Z"}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return "process"
