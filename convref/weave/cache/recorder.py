"""Records, in a worker, what its session depends on while its steps run.

The audit hook (`convref.weave.cache.audit_hook`) reports what the code does: the files that it reads or asks
about, the folders that it lists, the modules that it looks for, the programs that it starts. What a library
written in C reads is not reported, unless the page's code names the file in a string. The use of a module
that the warm parent had loaded is found in the code that imports it.

The result (`Seen`) holds the state of each file when it was first read, and of each written file at the end;
each folder's names; the installed modules that were used; the names of modules that were looked for; and the
reasons, if there are any, why the result cannot be used again.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from importlib.util import source_from_cache
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any, Final, Self

from convref.weave.cache.audit_hook import Watch
from convref.weave.cache.fingerprints import ABSENT, SPECIAL, file_state, folder_state
from convref.weave.cache.module_origins import directories, engine_files, installed_name, is_project
from convref.weave.cache.source_scan import imported_modules, named_files, reads_environment

_IGNORED: Final = ("/proc/", "/sys/", "/dev/")
# The frames of the recorder and of the audit hook are known by their modules' names, not by their files'.
_RECORDING: Final = f"{__package__}."

Uses = dict[str, set[str]]


@dataclass(frozen=True)
class Seen:
    """The dependencies that were observed while a session ran.

    Args:
        files: path -> state of each file that it read, wrote or asked about.
        folders: path -> state of each folder that it listed.
        installed: the top-level names of the installed modules that it used.
        names: the modules that it looked for.
        environment: whether its code reads environment variables.
        reasons: why its result cannot be used again.
    """

    files: dict[str, str]
    folders: dict[str, str]
    installed: list[str]
    names: list[str]
    environment: bool
    reasons: list[str]

    def message(self) -> dict[str, Any]:
        """Return this as a message from the worker to the build."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Return what a message holds.

        Raises:
            ValueError: it is malformed; it comes from a process in which a page has run.
        """
        kinds = {"files": dict, "folders": dict, "installed": list, "names": list, "reasons": list}
        for name, kind in {**kinds, "environment": bool}.items():
            part = message.get(name)
            texts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
            if not isinstance(part, kind) or not all(isinstance(text, str) for text in texts):
                raise ValueError(f"a session's {name} (={part!r:.80}) must be a {kind.__name__}, of strings")
        return cls(**{each.name: message[each.name] for each in fields(cls)})


class Recorder:
    """Notes what happens while `recording` is entered. It is a `convref.weave.cache.audit_hook.Sink`.

    Args:
        watch: the process's audit hook.
        uses: module -> modules that it uses, for those that were loaded before.
        reads: module -> files that were read when it was loaded before, and their states then.
    """

    def __init__(
        self,
        watch: Watch,
        uses: Mapping[str, set[str]] | None = None,
        reads: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        watch.install()
        self.files: dict[str, str] = {}
        self.written: set[str] = set()
        self.folders: dict[str, str] = {}
        self.modules: set[str] = set()
        self.names: set[str] = set()
        self.reasons: dict[str, None] = {}  # a set that keeps its order
        self.reads_environment = False
        self._watch, self._uses, self._reads = watch, uses or {}, reads or {}
        self._sources: set[str] = set()
        self._searched = set(sys.path)
        self._engine_files = frozenset(map(str, engine_files()))
        self._home = tempfile.gettempdir() + os.sep if tempfile.tempdir else ""

    @contextlib.contextmanager
    def recording(self, sources: Iterable[str]) -> Iterator[None]:
        """A context in which dependencies are noted.

        Args:
            sources: the code that runs in it.
        """
        for source in sources:
            self._scan(source)
            for path in named_files(source):
                self.read(path)
        self._watch.sink = self
        try:
            yield
        finally:
            self._watch.sink = None

    def report(self) -> Seen:
        """Return what was seen so far."""
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
            files |= self._reads.get(name, {})
        return Seen(
            files=dict(sorted({**files, **self.files}.items())),
            folders=dict(sorted(self.folders.items())),
            installed=installed,
            names=sorted(self.names),
            environment=self.reads_environment,
            reasons=list(self.reasons),
        )

    def read(self, path: Any) -> None:
        """Note that a file is read, or asked about."""
        place = self._relevant(path)
        if place and place not in self.files and place not in self.written:
            state = file_state(place)
            if state != SPECIAL:
                self.files[place] = state

    def write(self, path: Any) -> None:
        """Note that a file or folder is changed; what is read from it later comes from the session itself."""
        place = self._relevant(path)
        if place:
            self.written.add(place)

    def imported(self, path: str) -> None:
        """Note that an import reads a module's file; what its source imports counts, too."""
        if path.endswith(".pyc"):
            with contextlib.suppress(ValueError):
                path = source_from_cache(path)
        place = self._relevant(path)
        if not place or place in self._sources:
            return
        self._sources.add(place)
        self.read(place)
        with contextlib.suppress(OSError, ValueError):
            self._scan(Path(place).read_text("utf-8"))

    def listed(self, path: Any) -> None:
        """Note that the names in a folder are read."""
        place = self._relevant(path)
        if place and place not in self.folders:
            self.folders[place] = folder_state(place)

    def scanned(self, path: Any, caller: str) -> None:
        """Note that the entries of a folder are read, which also carry the files' sizes and times.

        The standard library (`glob`, `os.walk`) uses only their kinds, which `folder_state` contains.
        """
        self.listed(path)
        place = self._relevant(path)
        standard = caller.startswith(("<frozen", *directories("stdlib", "platstdlib")))
        if place and (installed_name(caller) or not standard) and os.path.isdir(place):  # noqa: PTH112
            for name in os.listdir(place):  # noqa: PTH208
                self.read(os.path.join(place, name))  # noqa: PTH118

    def looked_for(self, name: str, places: Iterable[str] | None) -> None:
        """Note that a module is looked for.

        The build looks for top-level modules itself, where it looks for modules. In other places (a package's
        folders, what the page added to `sys.path`) the files count that would be the module.
        """
        self.names.add(name)
        if places is None:
            places = [place for place in sys.path if place not in self._searched]
        last = name.rpartition(".")[2]
        for place in places:
            for file in (os.path.join(last, "__init__.py"), f"{last}.py"):  # noqa: PTH118
                found = self._relevant(os.path.join(place, file))  # noqa: PTH118
                if found:
                    self.read(found)
                    if self.files.get(found, ABSENT) != ABSENT:
                        return  # what comes later in the search is not looked at

    def used(self, name: str) -> None:
        """Note that a module is asked for by name, which may be loaded already."""
        if not name.startswith("."):  # a relative name's package is loaded, and so has been noted
            self.modules.add(name.partition(".")[0])
            self.names.add(name)

    def unseen(self, reason: str) -> None:
        """Note that something begins that cannot be followed."""
        self.reasons[reason] = None

    def _relevant(self, path: Any) -> str:
        """Return the absolute path of a file that a session can depend on; empty for any other."""
        place = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (a path object is not needed)
        if not is_project(place) and not (_describes_installation(place) and _asked_by_project()):
            return ""  # installed packages count by their versions
        if place.startswith(_IGNORED) or place in self._engine_files:
            return ""
        return "" if self._home and place.startswith(self._home) else place

    def _scan(self, source: str) -> None:
        self.modules |= imported_modules(source)
        self.reads_environment = self.reads_environment or reads_environment(source)

    def _installed(self) -> set[str]:
        """Return the installed modules that the session used, and those that these use."""
        own = used_modules(name for name in self.names if name in sys.modules)
        todo = {name for name in self.modules if name in sys.modules} | set(own)
        found: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in found and _is_installed(name):
                found.add(name)
                todo |= self._uses.get(name, set()) | own.get(name, set())
        return found


def used_modules(names: Iterable[str]) -> Uses:
    """Return which modules the loaded modules use, as their globals show; all by their top-level names."""
    found: Uses = {}
    for name in names:
        module = sys.modules.get(name)
        first = name.partition(".")[0]
        known = found.setdefault(first, set())
        # Exact types only: asking any other object for an attribute could run code of a library.
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


def _asked_by_project() -> bool:
    """Return whether the code that asks belongs to the project, not to an installed package."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 (nothing else knows the caller)
    while frame:
        file = frame.f_code.co_filename
        if installed_name(file):
            return False
        recording = str(frame.f_globals.get("__name__")).startswith(_RECORDING)
        if is_project(file) and not recording and not file.startswith("<frozen"):
            return True
        frame = frame.f_back
    return True


def _describes_installation(place: str) -> bool:
    """Return whether a folder or file says what is installed, in which versions."""
    if f"{place}{os.sep}" in directories("purelib", "platlib"):
        return True
    return installed_name(place).endswith((".dist-info", ".egg-info"))
