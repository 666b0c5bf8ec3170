"""Describe the modules that a process loaded before its session began: their files and what they import."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from convref.weave.cache.fingerprints import CLOCK, FOLDER, file_state, stamp
from convref.weave.cache.module_origins import file_of, project_modules
from convref.weave.cache.recording.audit_hook import Watch
from convref.weave.cache.recording.module_uses import Uses, used_modules
from convref.weave.cache.recording.recorder import Recorder, Sources


@dataclass
class Preloaded:
    """The modules that the process had loaded before the session began.

    A worker that is forked has the modules of its parent process. A new interpreter has only a few.

    Args:
        watch: the process's audit hook, which a forked worker inherits.
        project_modules: the names of the loaded modules that belong to the project; a session imports them
            again, because their files may have changed.
        uses: module -> modules that it uses, all as top-level names.
        reads: module -> the files that were read when the module was loaded, with their states at that time.
        sources: file of a loaded module -> the file's `stamp` when the module was loaded; None if the file
            may have changed during the loading.
        origins: top-level module -> the file or folder from which the module was loaded.
    """

    watch: Watch = field(default_factory=Watch)
    project_modules: list[str] = field(default_factory=project_modules)
    uses: Uses = field(default_factory=dict)
    reads: dict[str, dict[str, str]] = field(default_factory=dict)
    sources: Sources = field(default_factory=dict)
    origins: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """Return a context manager for importing modules; it records the configuration files that they read.

        matplotlib, for example, reads `matplotlibrc` when it is imported. A session that uses matplotlib
        depends on this file, although the file was read before the session began.
        """
        recorder, before, began = Recorder(self.watch), set(sys.modules), time.time_ns()
        try:
            with recorder.recording(()):
                yield
        finally:
            read = [path for path in recorder.files if path not in recorder.written and _configures(path)]
            kept = {path: state for path in read if (state := file_state(path)) != FOLDER}
            for name in {name.partition(".")[0] for name in set(sys.modules) - before} if kept else ():
                self.reads.setdefault(name, {}).update(kept)
            self.note_sources(set(sys.modules) - before, began)

    def recorder(self) -> Recorder:
        """Return a recorder for the dependencies of a session that runs in this process."""
        return Recorder(self.watch, self.uses, self.reads, self.sources)

    def settle(self) -> None:
        """Update `project_modules` and `uses` for the modules that are loaded now.

        This is done before workers are forked, so that not every session has to compute it.
        """
        self.project_modules = project_modules()
        self.uses = used_modules(set(sys.modules) - set(self.project_modules))

    def note_sources(self, names: Iterable[str], began: int) -> None:
        """Record the files of modules that have just been loaded.

        Args:
            names: the names of the modules.
            began: the time in nanoseconds when loading began. If a file changed after this time, it may
                differ from the loaded code.
        """
        for name in names:
            module = sys.modules.get(name)
            file = file_of(module)
            if file:
                known = stamp(file)
                self.sources[file] = known if known and known[0] < began - CLOCK else None
            origin = _loaded_from(module)
            # An extension module of a package may have a name without the package, such as Cython's
            # `_cyutility` in scipy. As no search finds it, none can show that another module hides it.
            if "." not in name and origin and _found_at(name) == origin:
                self.origins[name] = origin

    def changed(self) -> bool:
        """Return whether loading the same modules now would give different code.

        For example, a package may have been upgraded, a new module may come before another one of the same
        name on the search path, or a configuration file of a library may have changed.
        """
        read = {path: state for files in self.reads.values() for path, state in files.items()}
        if any(file_state(path) != state for path, state in read.items()):
            return True
        if any(known is None or stamp(file) != known for file, known in self.sources.items()):
            return True
        importlib.invalidate_caches()
        return any(_found_at(name) != origin for name, origin in self.origins.items())


def _loaded_from(module: ModuleType | None) -> tuple[str, ...]:
    """Return the file from which a module was loaded, or the folders of a namespace package.

    The tuple is empty for a module that is built into the interpreter.
    """
    spec = getattr(module, "__spec__", None)
    return _places(spec) if spec is not None and (spec.has_location or spec.origin is None) else ()


def _found_at(name: str) -> tuple[str, ...]:
    """Return the file or folders from which a module would be loaded now; empty if it is not found."""
    try:
        return _places(PathFinder.find_spec(name, sys.path))
    except (ImportError, ValueError):
        return ()


def _places(spec: ModuleSpec | None) -> tuple[str, ...]:
    if spec is None:
        return ()
    return (spec.origin,) if spec.origin else tuple(spec.submodule_search_locations or ())


def _configures(path: str) -> bool:
    """Return whether a file may be configuration of the library that reads it.

    Code and files in a user's cache directory are excluded.
    """
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 (a text)
    return not path.endswith((".py", ".pyc", ".zip")) and not path.startswith(caches + os.sep)
