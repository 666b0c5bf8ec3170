"""Find side effects that outlive a step: patched builtins, threads, child processes, a changed directory.

Patched builtins are restored. The other side effects remain until the session ends. All of them are reported
to the page's author.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

_LAST_VALUE: Final = "_"


class Builtins:
    """A copy of the builtins from the start of the session.

    `restore` is called immediately after page code has run, before any other code. It uses no builtin itself,
    since page code may have replaced it: all methods that it calls were looked up beforehand.

    Attributes:
        patched: the names of builtins that page code has replaced and that `Leftovers.remarks` has not
            reported yet.
    """

    def __init__(self) -> None:
        current = builtins.__dict__
        self._copy, self._clear, self._update = current.copy, current.clear, current.update
        self._original = self._copy()
        self.patched: set[str] = set()

    def restore(self) -> None:
        """Restore all builtins, except `_`, to which the interactive interpreter assigns the last value."""
        patched = self._copy()
        self._clear()
        self._update(self._original)
        if patched.get(_LAST_VALUE, self) is not self:
            self._update({_LAST_VALUE: patched.pop(_LAST_VALUE)})
        if patched != self._original:
            original = self._original
            names = patched.keys() | original.keys()
            self.patched |= {
                name for name in names if patched.get(name, self) is not original.get(name, self)
            }


class Leftovers:
    """The state of the process after a step: its threads, child processes, directory and environment.

    `remarks` is called after each step. It compares the new state with the state after the previous step, and
    then keeps the new one.
    """

    def __init__(self) -> None:
        self.builtins = Builtins()
        self._threads = set(threading.enumerate())
        self._children = _children()
        self._cwd = os.getcwd()  # noqa: PTH109 (a path object is not needed)
        self._environment, self._raw = dict(os.environ), _raw_environment()

    @property
    def children(self) -> bool:
        """True if a process that a step started still runs."""
        return bool(self._children)

    def remarks(self) -> list[str]:
        """Return descriptions of the last step's side effects, as sentences that lack the subject "it".

        An example is `left threads running: Thread-1; they end with the session`.
        """
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
            cwd = "a directory that no longer exists"
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
    """Return the environment variables as bytes, because decoding them would take longer than many steps."""
    return dict(getattr(os.environ, "_data", os.environ))


def _children() -> set[int]:
    """Return the ids of the running child processes; an empty set on systems other than Linux."""
    found: set[int] = set()
    if sys.platform != "linux":
        return found
    # This runs after every step, so it avoids path objects.
    for task in os.listdir("/proc/self/task"):  # noqa: PTH208
        with contextlib.suppress(OSError), open(f"/proc/self/task/{task}/children", "rb") as pids:  # noqa: PTH123
            found.update(int(pid) for pid in pids.read().split())
    return {pid for pid in found if _state(pid) != "Z"}  # a zombie has ended


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
