"""What a step leaves behind in its process: patched builtins, threads, child processes, a changed place.

Patched builtins are put back; the rest is said. Everything else ends with the process.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
import threading
from collections.abc import Iterator, Mapping
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


class Remains:
    """What was there after the last step; after the next, it tells the difference."""

    def __init__(self) -> None:
        self.builtins = Builtins()
        self._threads = set(threading.enumerate())
        self._children = _children()
        self._cwd = os.getcwd()  # noqa: PTH109 (a path object is not needed)
        self._environment, self._raw = dict(os.environ), _raw_environment()

    @property
    def children(self) -> bool:
        """Whether a process that a step started still runs."""
        return bool(self._children)

    def remarks(self) -> list[str]:
        """What the step left behind, in sentences."""
        return [*self._patched(), *self._running(), *self._moved()]

    def _patched(self) -> Iterator[str]:
        names = sorted(self.builtins.patched)
        self.builtins.patched.clear()
        if names:
            yield f"patched the builtins {', '.join(names)}; they are restored"

    def _running(self) -> Iterator[str]:
        threads, children = set(threading.enumerate()), _children()
        if threads - self._threads:
            names = ", ".join(sorted(each.name for each in threads - self._threads))
            yield f"left threads running: {names}; they end with the session"
        if children - self._children:
            names = ", ".join(f"{_name(pid)} ({pid})" for pid in sorted(children - self._children))
            yield f"left child processes running: {names}; they end with the session"
        self._threads, self._children = threads, children

    def _moved(self) -> Iterator[str]:
        try:
            cwd = os.getcwd()  # noqa: PTH109
        except OSError:
            cwd = "a directory that is gone"
            os.chdir(self._cwd)
        if cwd != self._cwd:
            yield f"changed the working directory to {cwd}; the page's later blocks run there"
            self._cwd = os.getcwd()  # noqa: PTH109
        raw = _raw_environment()
        if raw != self._raw:
            environment = dict(os.environ)
            both = environment.keys() | self._environment.keys()
            names = sorted(name for name in both if environment.get(name) != self._environment.get(name))
            yield f"changed the environment ({', '.join(names)}); the page's later blocks see it"
            self._environment, self._raw = environment, raw


def _raw_environment() -> Mapping[str, object]:
    """The environment as it is held, not decoded: this is looked at after every step."""
    return dict(getattr(os.environ, "_data", os.environ))


def _children() -> set[int]:
    """The running child processes, where the system tells them."""
    found: set[int] = set()
    if sys.platform != "linux":
        return found
    for task in os.listdir("/proc/self/task"):  # noqa: PTH208 (this runs after every step; so does the next)
        with contextlib.suppress(OSError), open(f"/proc/self/task/{task}/children", "rb") as pids:  # noqa: PTH123
            found.update(int(pid) for pid in pids.read().split())
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
