"""Modules that a process loaded before its session began, what they use, and the files that they read."""

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
from convref.weave.cache.module_origins import project_modules
from convref.weave.cache.recording.audit_hook import Watch
from convref.weave.cache.recording.module_uses import Uses, used_modules
from convref.weave.cache.recording.recorder import Recorder, Sources


@dataclass
class Preloaded:
    """The modules that a warm parent has loaded for its workers; a worker without one has only the engine.

    Args:
        watch: the process's audit hook, which a forked worker inherits.
        project_modules: the loaded modules that are the project's; a session imports them again.
        uses: module -> modules that it uses, all by their top-level names.
        reads: module -> files that were read when it was loaded, and their states then.
        sources: file of a loaded module -> its `stamp` when it was loaded.
        origins: top-level module -> where it was found.
    """

    watch: Watch = field(default_factory=Watch)
    project_modules: list[str] = field(default_factory=project_modules)
    uses: Uses = field(default_factory=dict)
    reads: dict[str, dict[str, str]] = field(default_factory=dict)
    sources: Sources = field(default_factory=dict)
    origins: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """A context in which modules are loaded; it notes the files that configure them.

        matplotlib, for example, reads `matplotlibrc` when it is imported. A session that uses a module which
        was loaded ahead depends on these files, although it never reads them itself.
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
        """Return a recorder for a session of this process."""
        return Recorder(self.watch, self.uses, self.reads, self.sources)

    def settle(self) -> None:
        """Look at what is loaded now, once for all sessions."""
        self.project_modules = project_modules()
        self.uses = used_modules(set(sys.modules) - set(self.project_modules))

    def note_sources(self, names: Iterable[str], began: int) -> None:
        """Note the files of modules that have just been loaded.

        Args:
            names: the modules.
            began: when their loading began, in nanoseconds: a file that has changed since then may be newer
                than what was loaded.
        """
        for name in names:
            module = sys.modules.get(name)
            file = getattr(module, "__file__", None)
            if file:
                known = stamp(file)
                self.sources[file] = known if known and known[0] < began - CLOCK else None
            if "." not in name:
                self.origins[name] = _loaded_from(module)

    def changed(self) -> bool:
        """Return whether what is loaded would be loaded differently now.

        A package may have been upgraded, a module put in the place of another on the search path, or a file
        changed that configures a library.
        """
        read = {path: state for files in self.reads.values() for path, state in files.items()}
        if any(file_state(path) != state for path, state in read.items()):
            return True
        if any(known is None or stamp(file) != known for file, known in self.sources.items()):
            return True
        importlib.invalidate_caches()
        return any(_found_at(name) != origin for name, origin in self.origins.items() if origin)


def _loaded_from(module: ModuleType | None) -> tuple[str, ...]:
    """Return where a loaded module comes from; empty for one that is part of the interpreter."""
    spec = getattr(module, "__spec__", None)
    return _places(spec) if spec is not None and (spec.has_location or spec.origin is None) else ()


def _found_at(name: str) -> tuple[str, ...]:
    """Return where a module would be loaded from now."""
    try:
        return _places(PathFinder.find_spec(name, sys.path))
    except (ImportError, ValueError):
        return ()


def _places(spec: ModuleSpec | None) -> tuple[str, ...]:
    if spec is None:
        return ()
    return (spec.origin,) if spec.origin else tuple(spec.submodule_search_locations or ())


def _configures(path: str) -> bool:
    """Return whether a file may configure the library that reads it: not code, and not in a user's cache."""
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 (a text)
    return not path.endswith((".py", ".pyc", ".zip")) and not path.startswith(caches + os.sep)
