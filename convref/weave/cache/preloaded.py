"""Modules that a process loaded before its session began, what they use, and the files that they read."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from convref.weave.cache.audit_hook import Watch
from convref.weave.cache.fingerprints import FOLDER, file_state
from convref.weave.cache.module_origins import project_modules
from convref.weave.cache.recorder import Recorder, Uses, used_modules


@dataclass
class Preloaded:
    """The modules that a warm parent has loaded for its workers; a worker without one has only the engine.

    Args:
        watch: the process's audit hook, which a forked worker inherits.
        project_modules: the loaded modules that are the project's; a session imports them again.
        uses: module -> modules that it uses, all by their top-level names.
        reads: module -> files that were read when it was loaded, and their states then.
    """

    watch: Watch = field(default_factory=Watch)
    project_modules: list[str] = field(default_factory=project_modules)
    uses: Uses = field(default_factory=dict)
    reads: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """A context in which modules are loaded; it notes the files that configure them.

        matplotlib, for example, reads `matplotlibrc` when it is imported. A session that uses a module which
        was loaded ahead depends on these files, although it never reads them itself.
        """
        recorder, before = Recorder(self.watch), set(sys.modules)
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
        self.project_modules = project_modules()
        self.uses = used_modules(set(sys.modules) - set(self.project_modules))

    def changed(self) -> bool:
        """Return whether a file that was read has changed, so that its modules would load differently now."""
        read = {path: state for files in self.reads.values() for path, state in files.items()}
        return any(file_state(path) != state for path, state in read.items())


def _configures(path: str) -> bool:
    """Return whether a file may configure the library that reads it: not code, and not in a user's cache."""
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 (a text)
    return not path.endswith((".py", ".pyc", ".zip")) and not path.startswith(caches + os.sep)
