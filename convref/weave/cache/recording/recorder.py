"""Record the dependencies of a session in its worker while the steps run.

The audit hook (`audit_hook`) reports what the code does: the files that it reads or asks about, the folders
that it lists, the modules that it looks for, the programs that it starts. It does not report files that are
read by a library written in C; such a file is recorded only if the page's code contains its path as a string.
Nor does it report modules that were loaded before the worker was forked; they are found by searching the
source code for import statements.

The result is a `Seen`. It contains:

- the state of each file that was read, at its first read, and of each file that was written, at the end;
- the names in each folder that was listed;
- the installed modules that were used, and the names of modules that were searched for;
- the reasons, if any, why the session's result must not be reused.
"""

from __future__ import annotations

import contextlib
import gc
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import source_from_cache
from pathlib import Path
from types import FrameType
from typing import Any, Final, TypeAlias

from convref.weave.cache.fingerprints import (
    ABSENT,
    CLOCK,
    SPECIAL,
    Stamp,
    file_state,
    folder_state,
    stamp,
    uses_wal,
)
from convref.weave.cache.module_origins import directories, engine_paths, file_of, installed_name, is_project
from convref.weave.cache.recording.audit_hook import Watch
from convref.weave.cache.recording.module_uses import is_installed, used_modules
from convref.weave.cache.recording.seen import Seen
from convref.weave.cache.recording.source_scan import (
    attaches_database,
    imported_modules,
    named_files,
    reads_environment,
)

# The files of these folders do not belong to a project, except those of /dev/shm, a file system in memory.
_IGNORED: Final = re.compile(r"/(proc|sys|dev)/(?!(?<=/dev/)shm/)")
WAL: Final = "it uses an SQLite database in WAL mode"
ATTACHED: Final = "it attaches an SQLite database"
# Frames of the recorder and of the audit hook are recognized by the names of their modules.
_RECORDING: Final = f"{__package__}."

Sources: TypeAlias = dict[str, Stamp | None]


class Recorder:
    """Records the dependencies of a session that the audit hook reports to it.

    It records only while code runs in the context that `recording` returns.

    Args:
        watch: the process's audit hook.
        uses: module -> modules that it uses, for modules that were loaded before the session.
        reads: module -> the files that were read when the module was loaded before the session, with their
            states at that time.
        sources: file of a module -> the file's `stamp` (`fingerprints`) when the module was loaded before the
            session.
    """

    def __init__(
        self,
        watch: Watch,
        uses: Mapping[str, set[str]] | None = None,
        reads: Mapping[str, Mapping[str, str]] | None = None,
        sources: Mapping[str, Stamp | None] | None = None,
    ) -> None:
        watch.install()
        self.files: dict[str, str] = {}
        self.written: set[str] = set()
        self.folders: dict[str, str] = {}
        self.modules: set[str] = set()
        self.names: set[str] = set()
        self.reasons: dict[str, None] = {}  # a set that keeps its order
        self.reads_environment = False
        self._watch, self._uses, self._reads, self._stamps = watch, uses or {}, reads or {}, sources or {}
        self._began = time.time_ns()
        self._sources: set[str] = set()
        self._databases: set[str] = set()
        self._connected = False
        self._attaches = False
        self._searched = set(sys.path)
        self._engine_files = engine_paths()
        self._home = tempfile.gettempdir() + os.sep if tempfile.tempdir else ""

    @contextlib.contextmanager
    def recording(self, sources: Iterable[str]) -> Iterator[None]:
        """Return a context manager that records the dependencies of the code that runs in it.

        Args:
            sources: the source code that runs in the context; it is searched for imports and paths of files.
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
            self._look_for_attached_databases()

    def report(self) -> Seen:
        """Return the dependencies recorded so far, and the reasons why the result cannot be reused."""
        for path, state in list(self.files.items()):
            if file_state(path) != state:
                self.reasons[f"{path} changed while the session ran"] = None
        for path, state in self.folders.items():
            if folder_state(path) != state:
                self.reasons[f"{path} changed while the session ran"] = None
        if any(map(uses_wal, self._databases)):  # then the file alone does not have the whole content
            self.reasons[WAL] = None
        if self._connected and self._attaches:
            self.reasons[ATTACHED] = None
        if any(each is not threading.main_thread() for each in threading.enumerate()):
            self.reasons["a thread was left running"] = None
        installed = sorted(self._installed())
        for name in self._changed(installed):
            self.reasons[f"{name} changed while the session ran"] = None
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
        """Record that a file is read, or that its existence or metadata is queried."""
        place = self._relevant(path)
        if place and place not in self.files and place not in self.written:
            state = file_state(place)
            if state != SPECIAL:
                self.files[place] = state

    def write(self, path: Any) -> None:
        """Record that a file or folder is changed.

        Later reads of this file are not recorded, because they read what the session itself has written.
        """
        place = self._relevant(path)
        if place:
            self.written.add(place)

    def imported(self, path: str) -> None:
        """Record that an import reads the file of a module, and record the modules that this file imports."""
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
        """Record that the names in a folder are read."""
        place = self._relevant(path)
        if place and place not in self.folders:
            self.folders[place] = folder_state(place)

    def scanned(self, path: Any, caller: str) -> None:
        """Record that a folder's entries are read, and record its files, since their sizes may be used, too.

        The files are not recorded if the standard library reads the entries, as in `glob` and `os.walk`. It
        uses only the names, and whether each entry is a file, a folder or a link.
        """
        self.listed(path)
        place = self._relevant(path)
        standard = caller.startswith(("<frozen", *directories("stdlib", "platstdlib")))
        if place and (installed_name(caller) or not standard) and os.path.isdir(place):  # noqa: PTH112
            for name in os.listdir(place):  # noqa: PTH208
                self.read(os.path.join(place, name))  # noqa: PTH118

    def database(self, path: Any) -> None:
        """Record that an SQLite database is opened, as a file that is both read and written.

        SQLite does not access the file through Python, so the audit hook does not see whether it is changed.
        """
        self.read(path)
        self.write(path)
        self._databases.add(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100 (a path object is not needed)

    def connected(self) -> None:
        """Record that a connection to an SQLite database, on disk or in memory, was opened."""
        self._connected = True

    def looked_for(self, name: str, places: Iterable[str] | None) -> None:
        """Record that a module is searched for.

        The name is recorded. For a top-level module this suffices, because a later build can search for the
        same name on the module search path. If a module is searched for in a package, or in a folder that the
        page has added to `sys.path`, the files from which it could be loaded there are recorded, too.
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
                        return  # the import uses this file, so it does not look for the later ones

    def used(self, name: str) -> None:
        """Record that the code calls `importlib.import_module` or `find_spec` with the name of a module."""
        if not name.startswith("."):  # a relative name's package is loaded, and so has been noted
            self.modules.add(name.partition(".")[0])
            self.names.add(name)

    def unseen(self, reason: str) -> None:
        """Record a reason why not all dependencies can be known, so that the session is not cached."""
        self.reasons[reason] = None

    def _relevant(self, path: Any) -> str:
        """Return the absolute path of a file if it must be recorded as a dependency; otherwise "".

        Files of installed packages, of convref's engine and of the system are not recorded, nor are temporary
        files. A page's code may read the metadata of installed packages; this is recorded.
        """
        place = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (a path object is not needed)
        if not is_project(place) and not (_describes_installation(place) and _asked_by_project()):
            return ""  # installed packages count by their versions
        if _IGNORED.match(place) or place in self._engine_files:
            return ""
        # The folder counts as well: a file without a name is made by opening its folder.
        return "" if self._home and f"{place}{os.sep}".startswith(self._home) else place

    def _look_for_attached_databases(self) -> None:
        """Record if an SQLite connection has attached another database, which no audit event reports."""
        module = sys.modules.get("sqlite3")
        if not self._connected or module is None:
            return
        # The recorder keeps no connection: it would hold the locks of one that the page has dropped.
        for connection in [each for each in gc.get_objects() if isinstance(each, module.Connection)]:
            with contextlib.suppress(Exception):  # it may be closed, or belong to another thread
                files = [row[2] for row in connection.execute("PRAGMA database_list").fetchall()]
                if len(list(filter(None, files))) > 1:
                    self.reasons[ATTACHED] = None

    def _scan(self, source: str) -> None:
        self._attaches = self._attaches or attaches_database(source)
        self.modules |= imported_modules(source)
        self.reads_environment = self.reads_environment or reads_environment(source)

    def _installed(self) -> set[str]:
        """Return the top-level names of the installed modules that the session used, also indirectly."""
        own = used_modules(name for name in self.names if name in sys.modules)
        todo = {name for name in self.modules if name in sys.modules} | set(own)
        found: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in found and is_installed(name):
                found.add(name)
                todo |= self._uses.get(name, set()) | own.get(name, set())
        return found

    def _changed(self, installed: Iterable[str]) -> Iterator[str]:
        """Yield the installed modules whose files changed after the session loaded them."""
        used = set(installed)
        for name, module in list(sys.modules.items()):
            first = name.partition(".")[0]
            if first not in used or not (file := file_of(module)):
                continue
            now = stamp(file)
            loaded = self._stamps.get(file, now if now and now[0] < self._began - CLOCK else None)
            if now is None or now != loaded:
                used.discard(first)
                yield first


def _asked_by_project() -> bool:
    """Return whether the calling code belongs to the project, not to an installed package."""
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
    """Return whether a path is a folder or file with metadata of installed packages, such as versions."""
    if f"{place}{os.sep}" in directories("purelib", "platlib"):
        return True
    return installed_name(place).endswith((".dist-info", ".egg-info"))
