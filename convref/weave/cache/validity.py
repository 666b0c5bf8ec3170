"""Compare the recorded dependencies of a cache entry with their current state.

Each state is looked up only once in a build.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib import metadata
from importlib.machinery import PathFinder

from convref.weave.cache.entry import VOLATILE, Dependencies, digest
from convref.weave.cache.fingerprints import ABSENT, FOLDER, file_state, folder_state
from convref.weave.cache.recording.seen import Seen


class CurrentState:
    """The current state of files, folders, modules and distributions, looked up once per build.

    Args:
        environment: the variables that sessions see.
        search: the module search path.
    """

    def __init__(self, environment: Mapping[str, str], search: Sequence[str]) -> None:
        self.environment, self.search = environment, search
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._origins: dict[str, str] = {}

    def dependencies(self, seen: Seen) -> Dependencies:
        """Return the dependencies that a worker has recorded, in the form in which an entry stores them.

        The installed modules that were used are stored as distributions with their versions. The modules that
        were searched for are stored with the files from which they are loaded.
        """
        top_level = {name.partition(".")[0] for name in seen.names}
        return Dependencies(
            files=seen.files,
            folders=seen.folders,
            versions={name: self.version(name) for name in self._distributions(seen.installed)},
            origins={name: self.origin(name) for name in sorted(top_level | set(seen.installed))},
            environment=self.volatile if seen.environment else "",
        )

    def difference(self, depends: Dependencies) -> str:
        """Return a description of the first change of a dependency, such as `data.csv is gone`; else ""."""
        for path, state in depends.files.items():
            now = self.file(path)
            if now != state:
                return f"{shortened(path)} {_change(state, now)}"
        for path, state in depends.folders.items():
            if self.folder(path) != state:
                return f"the names in the folder {shortened(path)} changed"
        for name, version in depends.versions.items():
            now = self.version(name)
            if now != version:
                return f"{name} is {now}, not {version}" if now else f"{name} {version} is not installed"
        for name, origin in depends.origins.items():
            now = self.origin(name)
            if now != origin:
                return f"the module {name} comes from {now or 'nowhere'}, not from {origin or 'nowhere'}"
        if depends.environment not in {"", self.volatile}:
            return "its code reads environment variables, and one of them changed"
        return ""

    def file(self, path: str) -> str:
        """Return the current state of a file (`file_state`). Memoized."""
        if path not in self._files:
            self._files[path] = file_state(path)
        return self._files[path]

    def folder(self, path: str) -> str:
        """Return the current state of a folder (`folder_state`). Memoized."""
        if path not in self._folders:
            self._folders[path] = folder_state(path)
        return self._folders[path]

    def version(self, distribution: str) -> str:
        """Return the version of an installed distribution; empty if it is not installed."""
        if distribution not in self._versions:
            try:
                self._versions[distribution] = metadata.version(distribution)
            except metadata.PackageNotFoundError:
                self._versions[distribution] = ""
        return self._versions[distribution]

    def origin(self, name: str) -> str:
        """Return the file or folders from which a module is loaded; empty if the module is not found."""
        if name not in self._origins:
            spec = PathFinder.find_spec(name, self.search)
            portions = os.pathsep.join((spec and spec.submodule_search_locations) or ())
            self._origins[name] = (spec and spec.origin) or portions
        return self._origins[name]

    def forget_files(self, paths: Iterable[str]) -> None:
        """Clear the memoized state of these files and of the folders that contain them."""
        for path in paths:
            self._files.pop(path, None)
            self._folders.pop(os.path.dirname(path), None)  # noqa: PTH120 (a path object is not needed)

    @cached_property
    def volatile(self) -> str:
        """The digest of the environment variables in `VOLATILE`, which differ from user to user.

        A result depends on them only if its code reads environment variables.
        """
        return digest({name: text for name, text in self.environment.items() if name in VOLATILE})

    def _distributions(self, modules: Sequence[str]) -> list[str]:
        if not modules:
            return []
        known = _distributions_by_module(_installation_times())
        return sorted({each for name in modules for each in known.get(name, ())})


@functools.lru_cache(maxsize=1)
def _distributions_by_module(_: tuple[int, ...]) -> Mapping[str, Sequence[str]]:
    """Return a dict from top-level module to the names of the distributions that contain it.

    This is slow, because it reads the metadata of all installed packages, so the result is memoized. The
    argument is the modification times of the folders of packages. It changes when a package is installed, and
    a memoized result for another argument is not used.
    """
    return metadata.packages_distributions()


def _installation_times() -> tuple[int, ...]:
    """Return the modification times of the folders in which packages are installed."""
    times = []
    for folder in sys.path:
        with contextlib.suppress(OSError):
            times.append(os.stat(folder).st_mtime_ns)  # noqa: PTH116 (a path object is not needed)
    return tuple(times)


def shortened(path: str) -> str:
    """Return a path below the working directory as a relative path; return any other path unchanged."""
    short = os.path.relpath(path)
    return path if short.startswith("..") else short


def _change(state: str, now: str) -> str:
    if now == ABSENT:
        return "is gone"
    if state == ABSENT:
        return "is new"
    return "is a folder now" if now == FOLDER else "changed"
