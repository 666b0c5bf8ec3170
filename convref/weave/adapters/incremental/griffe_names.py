"""The sources that mkdocstrings reads for Python objects, and the names that griffe resolves meanwhile.

Griffe registers the names by which an object can be imported one by one, as rendering a page comes across
them. mkdocstrings writes those that are known by then to the site's inventory. What a page gives therefore
depends on the pages before it. Each page is kept with what it resolved: a page whose predecessors resolved
the same is made from the same state; and if a page has to be converted, all that the kept pages before it
resolved is resolved first.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from convref.weave.cache.fingerprints import file_state, folder_state

_PATCHED: Final = ("_resolve_target", "_update_target_aliases")


@dataclass(frozen=True)
class Collected:
    """A call of a handler's `collect`, which loads the module if it is the first of its package."""

    handler: str
    identifier: str
    options: Any

    def __str__(self) -> str:
        return f"{self.handler} {self.identifier} {self.options!r}"


@dataclass(frozen=True)
class Resolved:
    """A further name of an object."""

    handler: str
    target: str
    name: str

    def __str__(self) -> str:
        return f"{self.target} {self.name}"


Event = Collected | Resolved


def can_record() -> bool:
    """Return whether griffe resolves names in the way that is recorded here."""
    try:
        from griffe import Alias
    except ImportError:
        return False
    return all(hasattr(Alias, name) for name in _PATCHED)


@contextlib.contextmanager
def recording(handler: Any, events: list[Event]) -> Iterator[None]:
    """Add to `events` what a Python handler of mkdocstrings collects, and the names that it resolves."""
    from griffe import Alias

    loading = False
    collect = handler.collect

    def collected(identifier: str, options: Any) -> Any:
        nonlocal loading
        events.append(Collected(handler.name, identifier, options))
        loading = True  # collecting again resolves the same names
        try:
            return collect(identifier, options)
        finally:
            loading = False

    def noted(original: Any) -> Any:
        def note(alias: Any) -> None:
            original(alias)
            if not loading and alias._target is not None:  # noqa: SLF001 (reading `target` would resolve it)
                with contextlib.suppress(Exception):  # names in a circle have no object
                    events.append(Resolved(handler.name, alias.final_target.path, alias.path))

        return note

    originals = {name: getattr(Alias, name) for name in _PATCHED}
    handler.collect = collected
    for name, original in originals.items():
        setattr(Alias, name, noted(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(Alias, name, original)
        del handler.collect


def repeat(handler: Any, events: Sequence[Event]) -> None:
    """Collect and resolve again what was recorded, so that griffe's collection has the same names in it."""
    for event in events:
        if isinstance(event, Collected):
            with contextlib.suppress(Exception):  # a page that reported it was not kept
                handler.collect(event.identifier, event.options)
        else:
            with contextlib.suppress(Exception):
                target = handler._modules_collection[event.target]  # noqa: SLF001 (not public)
                target.aliases.setdefault(event.name, target)  # mkdocstrings reads the names alone


def digest_of(events: Sequence[Event]) -> str:
    """Return a digest of recorded events."""
    return hashlib.sha256("\n".join(map(str, events)).encode()).hexdigest()


class Sources:
    """The files and folders that griffe has read, with their states."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self.generation = 0  # of the sources; it is another one after each change

    def begin(self) -> None:
        """Begin a build: look whether the files are as they were when they were read."""
        if any(_state(path) != state for path, state in self._states.items()):
            self.generation += 1
            self._states.clear()

    def read(self, handlers: Mapping[str, Any], began: float) -> None:
        """Note the files that the handlers have read since the build began, and the folders around them.

        Args:
            handlers: the handlers of mkdocstrings.
            began: the time at which the build began; what was changed later may have been read before.
        """
        for handler in handlers.values():
            for file in getattr(handler, "_lines_collection", {}).keys():  # noqa: SIM118 (no mapping)
                for path in (str(file), os.path.dirname(file)):  # noqa: PTH120
                    if path not in self._states:
                        self._states[path] = (
                            _state(path) if _changed(path) < began else "changed while it was read"
                        )

    def also(self, paths: Sequence[str]) -> None:
        """Note further files that count as sources: templates, extensions of griffe."""
        for path in paths:
            self._states.setdefault(path, _state(path))


def _state(path: str) -> str:
    return folder_state(path) if os.path.isdir(path) else file_state(path)  # noqa: PTH112


def _changed(path: str) -> float:
    """Return the time of the last change of a file, or of the files in a folder."""
    try:
        if not os.path.isdir(path):  # noqa: PTH112
            return os.stat(path).st_mtime  # noqa: PTH116
        with os.scandir(path) as entries:  # not the time of the folder: importing writes __pycache__ into it
            return max((each.stat().st_mtime for each in entries if each.is_file()), default=0.0)
    except OSError:
        return 0.0
