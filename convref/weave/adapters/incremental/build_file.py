"""Keep results of `mkdocs build` for the next `mkdocs build`, in one file in the folder of the cache.

The file is an entry of the cache (`convref.weave.cache.store`): JSON data that is signed and written
atomically. It is read only if the programs and options that made it are the same. In all other cases, and if
it is damaged or was written on another machine, it is ignored, and the build keeps its results in a new file
that replaces it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mkdocs.plugins import get_plugin_logger

from convref.errors import ArgumentError
from convref.weave.adapters.incremental.griffe_names import are_unchanged
from convref.weave.adapters.incremental.kept_builds import KeptBuilds
from convref.weave.adapters.incremental.settings import fingerprint
from convref.weave.adapters.incremental.surroundings import module_states, surroundings

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from convref.weave.cache.store import Store

FORMAT: Final = 1  # raised when the meaning of the file's content changes
LARGEST: Final = 1 << 28  # characters of HTML; a site with more of it keeps no file
_KEY: Final = "site"
_MALFORMED: Final = (AttributeError, KeyError, TypeError, ValueError)
_log: Final = get_plugin_logger("convref")


class BuildFile:
    """The file with the results that a build of a site keeps for the next build.

    Args:
        store: the entries of the cache.
        config: the configuration of MkDocs, after all plugins have changed it.
        began: the time at which this process began to load the modules of the project.
    """

    def __init__(self, store: Store, config: MkDocsConfig, began: float) -> None:
        self._store, self._began = store, began
        site = Path(config.config_file_path or "mkdocs.yml").resolve()
        self._slot = f"build-{fingerprint(str(site))[:24]}"
        self._is_read = False
        try:
            self._surroundings = surroundings(config)
        except ArgumentError as error:
            self._surroundings = ""
            _log.debug("no results are kept for the next build, since %s", error)

    def read(self) -> KeptBuilds:
        """Return the results of the last build; return an object without any if they cannot be used."""
        empty, kept = KeptBuilds(is_serving=False), KeptBuilds(is_serving=False)
        bodies = self._store.all(self._slot) if self._surroundings else []
        for body in bodies[:1]:
            try:
                if (body["format"], body["surroundings"]) != (FORMAT, self._surroundings):
                    _log.debug("the results of the last build are not used: its programs or options differ")
                elif not are_unchanged(body["modules"]):
                    _log.debug("the results of the last build are not used: a module of the project differs")
                else:
                    kept.take(body["kept"])
                    self._is_read = True
                    return kept
            except _MALFORMED as error:
                _log.debug("the results of the last build cannot be read: %r", error)
        return empty

    def write(self, kept: KeptBuilds) -> None:
        """Write the results of a build, unless they are those that were read, or too large."""
        if not self._surroundings or (self._is_read and not kept.has_changed):
            return
        if kept.size > LARGEST:
            _log.debug("no results are kept for the next build, since the site is too large")
            return
        body = {
            "format": FORMAT,
            "surroundings": self._surroundings,
            "modules": module_states(self._began),
            "kept": kept.body(),
        }
        self._store.write(self._slot, _KEY, body, is_needed=False)
