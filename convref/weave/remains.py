"""What a step leaves behind in its process: patched builtins, threads, child processes, a changed place.

Patched builtins are put back; the rest is said. Everything else ends with the process.
"""

from __future__ import annotations

import builtins
import os
import sys
import threading
from pathlib import Path

_DISPLAYED = "_"


class Builtins:
    """The builtins as they were at first. Page code may put anything in their place; `restore` undoes it.

    It is called at once after page code, before anything else runs, and itself uses nothing that could be
    patched.
    """

    def __init__(self) -> None:
        current = builtins.__dict__
        self._copy, self._clear, self._update = current.copy, current.clear, current.update
        self._first = self._copy()
        self.patched: set[str] = set()

    def restore(self) -> None:
        """Put everything back, but for `_`, which the interactive session sets."""
        patched = self._copy()
        self._clear()
        self._update(self._first)
        if patched.get(_DISPLAYED, self) is not self:
            self._update({_DISPLAYED: patched.pop(_DISPLAYED)})
        if patched != self._first:
            first = self._first
            names = patched.keys() | first.keys()
            self.patched |= {name for name in names if patched.get(name, self) is not first.get(name, self)}


class Before:
    """The process before a step; afterwards it tells the difference.

    Args:
        builtins: the session's builtins.
    """

    def __init__(self, builtins: Builtins) -> None:
        self.builtins = builtins
        self.threads = set(threading.enumerate())
        self.children = _children()
        self.cwd = os.getcwd()  # noqa: PTH109 (a path object is not needed)
        self.environment = dict(os.environ)

    def remarks(self) -> list[str]:
        """What the step left behind, in sentences."""
        names = sorted(self.builtins.patched)
        self.builtins.patched.clear()
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
