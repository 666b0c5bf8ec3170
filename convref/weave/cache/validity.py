"""The present state of what sessions were seen to depend on, each thing looked up once a build."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from importlib.machinery import PathFinder
from typing import Any

from convref.weave.cache.fingerprints import ABSENT, FOLDER, file_state, folder_state

VOLATILE = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "VIRTUAL_ENV", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME",
        "MPLCONFIGDIR", "USERPROFILE", "SYSTEMROOT", "COMSPEC", "PATHEXT", "WINDIR", "SSL_CERT_FILE",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Present:
    """What is there now, as seen by one build.

    Args:
        environment: the variables that sessions get.
        search: where modules are looked for.
    """

    environment: Mapping[str, str]
    search: Sequence[str]
    _files: dict[str, str] = field(default_factory=dict)
    _folders: dict[str, str] = field(default_factory=dict)
    _versions: dict[str, str] = field(default_factory=dict)
    _origins: dict[str, str] = field(default_factory=dict)

    def depends(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        """What an entry keeps of what was seen in a session."""
        firsts = {name.partition(".")[0] for name in seen["names"]}
        return {
            "files": seen["files"],
            "folders": seen["folders"],
            "versions": {name: self.version(name) for name in self._distributions(seen["installed"])},
            "origins": {name: self.origin(name) for name in sorted(firsts | set(seen["installed"]))},
            "environment": self.volatile if seen["environment"] else "",
        }

    def difference(self, depends: Mapping[str, Any]) -> str:
        """What is no longer as it was, in a sentence; empty when all stands."""
        for path, state in depends["files"].items():
            now = self.file(path)
            if now != state:
                return f"{shortened(path)} {_change(state, now)}"
        for path, state in depends["folders"].items():
            if self.folder(path) != state:
                return f"the folder {shortened(path)} holds other files"
        for name, version in depends["versions"].items():
            now = self.version(name)
            if now != version:
                return f"{name} is {now}, not {version}" if now else f"{name} {version} is gone"
        for name, origin in depends["origins"].items():
            now = self.origin(name)
            if now != origin:
                return f"the module {name} comes from {now or 'nowhere'}, not from {origin or 'nowhere'}"
        if depends["environment"] not in {"", self.volatile}:
            return "the environment changed, which its code reads"
        return ""

    def file(self, path: str) -> str:
        """The state of a file."""
        if path not in self._files:
            self._files[path] = file_state(path)
        return self._files[path]

    def folder(self, path: str) -> str:
        """The state of a folder."""
        if path not in self._folders:
            self._folders[path] = folder_state(path)
        return self._folders[path]

    def version(self, distribution: str) -> str:
        """The version of an installed distribution; empty for none."""
        if distribution not in self._versions:
            try:
                self._versions[distribution] = metadata.version(distribution)
            except metadata.PackageNotFoundError:
                self._versions[distribution] = ""
        return self._versions[distribution]

    def origin(self, name: str) -> str:
        """Where a module of this name is found; empty for nowhere."""
        if name not in self._origins:
            spec = PathFinder.find_spec(name, self.search)
            portions = os.pathsep.join((spec and spec.submodule_search_locations) or ())
            self._origins[name] = (spec and spec.origin) or portions
        return self._origins[name]

    def forget_files(self, paths: Mapping[str, str]) -> None:
        """Look these files, and the folders that hold them, up again."""
        for path in paths:
            self._files.pop(path, None)
            self._folders.pop(os.path.dirname(path), None)  # noqa: PTH120 (a path object is not needed)

    @cached_property
    def volatile(self) -> str:
        """The digest of the variables that differ from user to user and concern few pages."""
        kept = {name: text for name, text in self.environment.items() if name in VOLATILE}
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()

    def _distributions(self, modules: list[str]) -> list[str]:
        return sorted({each for name in modules for each in _by_module().get(name, ())})


@functools.cache
def _by_module() -> Mapping[str, list[str]]:
    """Module -> distributions; read once, since it reads every installed distribution."""
    return metadata.packages_distributions()


def shortened(path: str) -> str:
    """A path as it is called in the working directory."""
    short = os.path.relpath(path)
    return path if short.startswith("..") else short


def _change(state: str, now: str) -> str:
    if now == ABSENT:
        return "is gone"
    if state == ABSENT:
        return "is new"
    return "is a folder now" if now == FOLDER else "changed"
