"""What a session is seen to depend on, recorded in its worker while its steps run.

`convref.weave.cache.audit_hook` tells what the code does: the files that it reads or asks about, the
folders that it lists, the modules that it looks for, the programs that it starts. What a library
reads without Python (a file opened in C) is not seen, unless the page's code names it in a string. A
library that the warm parent loaded is known by the code that imports it; what it read then is in `Ahead`.

What is reported: the state that each file had when it was first read, and that each written one was left in;
each folder's names; the installed modules; names that were looked for; what cannot be kept, and why.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import source_from_cache
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

from convref.weave.cache.audit_hook import Watch
from convref.weave.cache.fingerprints import ABSENT, FOLDER, SPECIAL, file_state, folder_state
from convref.weave.cache.module_origins import directories, installed_name, is_project, project_modules
from convref.weave.cache.source_scan import imported_modules, named_files, reads_environment

_IGNORED = ("/proc/", "/sys/", "/dev/")
_ENGINE = str(Path(__file__).parents[1]) + os.sep  # convref/weave, whose frames are not the page's

Uses = dict[str, set[str]]


@dataclass
class Ahead:
    """What the process did before the session began.

    Args:
        watch: what tells of all that happens in the process.
        own: the loaded modules that are the project's, which a session imports as they are then.
        uses: which modules the loaded modules use, by their first names.
        reads: the files that were read when they were loaded, with their states, by their first names.
    """

    watch: Watch = field(default_factory=Watch)
    own: list[str] = field(default_factory=project_modules)
    uses: Uses = field(default_factory=dict)
    reads: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """A context in which modules are loaded; the files that they read to know what to do are noted."""
        recorder, before = Recorder(self), set(sys.modules)
        try:
            with recorder.recording(()):
                yield
        finally:
            read = [path for path in recorder.files if path not in recorder.written and _configures(path)]
            kept = {path: state for path in read if (state := file_state(path)) != FOLDER}
            for name in {name.partition(".")[0] for name in set(sys.modules) - before} if kept else ():
                self.reads.setdefault(name, {}).update(kept)

    def settle(self) -> None:
        """Look at what is loaded now, once for all sessions."""
        self.own = project_modules()
        self.uses = uses(set(sys.modules) - set(self.own))

    def changed(self) -> bool:
        """Whether a file that was read is not as it was, so that what was loaded is not as it would be."""
        read = {path: state for files in self.reads.values() for path, state in files.items()}
        return any(file_state(path) != state for path, state in read.items())


class Recorder:
    """Notes what steps depend on, whenever `recording` is entered; a `convref.weave.cache.audit_hook.Sink`.

    Args:
        ahead: what the process did before.
    """

    def __init__(self, ahead: Ahead) -> None:
        ahead.watch.install()
        self.files: dict[str, str] = {}
        self.written: set[str] = set()
        self.folders: dict[str, str] = {}
        self.modules: set[str] = set()
        self.names: set[str] = set()
        self.reasons: dict[str, None] = {}
        self.reads_environment = False
        self._ahead = ahead
        self._sources: set[str] = set()
        self._searched = set(sys.path)
        self._home = tempfile.gettempdir() + os.sep if tempfile.tempdir else ""

    @contextlib.contextmanager
    def recording(self, sources: Iterable[str]) -> Iterator[None]:
        """A context in which what happens is noted; the sources are those that it runs."""
        for source in sources:
            self._read_source(source)
            for path in named_files(source):
                self.read(path)
        self._ahead.watch.sink = self
        try:
            yield
        finally:
            self._ahead.watch.sink = None

    def report(self) -> dict[str, Any]:
        """What was seen up to now."""
        for path, state in list(self.files.items()):
            if file_state(path) != state:
                self.reasons[f"{path} changed while the session ran"] = None
        for path, state in self.folders.items():
            if folder_state(path) != state:
                self.reasons[f"{path} changed while the session ran"] = None
        if any(each is not threading.main_thread() for each in threading.enumerate()):
            self.reasons["a thread was left running"] = None
        installed = sorted(self._installed())
        files = {path: file_state(path) for path in self.written}
        for name in installed:
            files |= self._ahead.reads.get(name, {})
        return {
            "files": dict(sorted({**files, **self.files}.items())),
            "folders": dict(sorted(self.folders.items())),
            "installed": installed,
            "names": sorted(self.names),
            "environment": self.reads_environment,
            "reasons": list(self.reasons),
        }

    def read(self, path: Any) -> None:
        """A file is read, or asked about."""
        place = self._place(path)
        if place and place not in self.files and place not in self.written:
            state = file_state(place)
            if state != SPECIAL:
                self.files[place] = state

    def write(self, path: Any) -> None:
        """A file or folder is changed."""
        place = self._place(path)
        if place:
            self.written.add(place)

    def imported(self, path: str) -> None:
        """The file of a module is read by an import; what this imports counts."""
        if path.endswith(".pyc"):
            with contextlib.suppress(ValueError):
                path = source_from_cache(path)
        place = self._place(path)
        if not place or place in self._sources:
            return
        self._sources.add(place)
        self.read(place)
        with contextlib.suppress(OSError, ValueError):
            self._read_source(Path(place).read_text("utf-8"))

    def listed(self, path: Any) -> None:
        """The names in a folder are read."""
        place = self._place(path)
        if place and place not in self.folders:
            self.folders[place] = folder_state(place)

    def scanned(self, path: Any, caller: str) -> None:
        """The entries of a folder are read; the standard library looks at no more than their kinds."""
        self.listed(path)
        place = self._place(path)
        standard = caller.startswith(("<frozen", *directories("stdlib", "platstdlib")))
        if place and (installed_name(caller) or not standard) and os.path.isdir(place):  # noqa: PTH112
            for name in os.listdir(place):  # noqa: PTH208
                self.read(os.path.join(place, name))  # noqa: PTH118

    def looked_for(self, name: str, places: Iterable[str] | None) -> None:
        """A module is looked for. Where the build cannot find it, the files that would make it count."""
        self.names.add(name)
        if places is None:
            places = [place for place in sys.path if place not in self._searched]
        last = name.rpartition(".")[2]
        for place in places:
            for file in (os.path.join(last, "__init__.py"), f"{last}.py"):  # noqa: PTH118
                found = self._place(os.path.join(place, file))  # noqa: PTH118
                if found:
                    self.read(found)
                    if self.files.get(found, ABSENT) != ABSENT:
                        return

    def used(self, name: str) -> None:
        """A module is asked for by name, which may be loaded already."""
        if not name.startswith("."):  # else what it is relative to is loaded
            self.modules.add(name.partition(".")[0])
            self.names.add(name)

    def unseen(self, reason: str) -> None:
        """Something begins that cannot be followed."""
        self.reasons[reason] = None

    def _place(self, path: Any) -> str:
        """The whole path of a file that a session can depend on; empty for any other."""
        place = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (a path object is not needed)
        if not is_project(place) and not (_tells_of_distributions(place) and _asked_by_project()):
            return ""
        if place.startswith(_IGNORED) or place.startswith(_ENGINE):
            return ""
        return "" if self._home and place.startswith(self._home) else place

    def _read_source(self, source: str) -> None:
        self.modules |= imported_modules(source)
        self.reads_environment = self.reads_environment or reads_environment(source)

    def _installed(self) -> set[str]:
        """The first names of the installed modules that the session used, and of those that they use."""
        own = uses(name for name in self.names if name in sys.modules)
        todo = {name for name in self.modules if name in sys.modules} | set(own)
        found: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in found and _is_installed(name):
                found.add(name)
                todo |= self._ahead.uses.get(name, set()) | own.get(name, set())
        return found


def uses(names: Iterable[str]) -> Uses:
    """Which modules the loaded modules use, as their globals tell; all by their first names."""
    found: Uses = {}
    for name in names:
        module = sys.modules.get(name)
        first = name.partition(".")[0]
        known = found.setdefault(first, set())
        for value in list(vars(module).values()) if type(module) is ModuleType else ():
            owner = value.__name__ if type(value) is ModuleType else None
            if type(value) in {type, FunctionType}:
                owner = value.__module__
            if type(owner) is str:
                known.add(owner.partition(".")[0])
        known.discard(first)
    return found


def _is_installed(name: str) -> bool:
    module = sys.modules.get(name)
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    return any(installed_name(f"{place}{os.sep}") for place in places)


def _configures(path: str) -> bool:
    """Whether a file that a library reads may change what it does: neither code nor in its user's caches."""
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 (likewise)
    return not path.endswith((".py", ".pyc", ".zip")) and not path.startswith(caches + os.sep)


def _asked_by_project() -> bool:
    """Whether what happens now is asked for by code of the project, not of an installed package."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 (nothing else tells)
    while frame:
        file = frame.f_code.co_filename
        if installed_name(file):
            return False
        if is_project(file) and not file.startswith(("<frozen", _ENGINE)):
            return True
        frame = frame.f_back
    return True


def _tells_of_distributions(place: str) -> bool:
    """Whether a folder or file says what is installed, in which versions."""
    if f"{place}{os.sep}" in directories("purelib", "platlib"):
        return True
    return installed_name(place).endswith((".dist-info", ".egg-info"))
