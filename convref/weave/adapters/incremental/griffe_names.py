"""Track the source files that mkdocstrings reads, and the names of objects that griffe resolves.

An object may be importable by several names. Griffe registers such a name when rendering a page first uses
it, and mkdocstrings writes the names that are registered at that time to the site's inventory. The result of
a page therefore depends on the pages before it. So the names that each page resolved are kept with it. The
HTML of a page is reused only if the pages before it have resolved the same names; and before a page is
converted, the names of the reused pages before it are resolved.
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
    """An event: a handler of mkdocstrings collected an object, which may load its package."""

    handler: str
    identifier: str
    options: Any

    def __str__(self) -> str:
        return f"{self.handler} {self.identifier} {self.options!r}"


@dataclass(frozen=True)
class Resolved:
    """An event: griffe registered a further name by which an object can be imported."""

    handler: str
    target: str
    name: str

    def __str__(self) -> str:
        return f"{self.target} {self.name}"


Event = Collected | Resolved


def can_record() -> bool:
    """Return whether the installed griffe has the methods that `recording` wraps."""
    try:
        from griffe import Alias
    except ImportError:
        return False
    return all(hasattr(Alias, name) for name in _PATCHED)


@contextlib.contextmanager
def recording(handler: Any, events: list[Event], known: set[Resolved]) -> Iterator[None]:
    """Return a context that adds events to `events` while pages are converted.

    There is an event for each object that the handler collects, and for each name that griffe resolves.

    Args:
        handler: the handler of mkdocstrings for Python.
        events: the list to which the events are added.
        known: the names that have an event already. griffe resolves a name many times, but only the first
            time gives an event and adds the name to this set.
    """
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
                    event = Resolved(handler.name, alias.final_target.path, alias.path)
                    if event not in known:
                        known.add(event)
                        events.append(event)

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
    """Repeat recorded events, so that griffe registers the names that it registered during the recording."""
    for event in events:
        if isinstance(event, Collected):
            with contextlib.suppress(Exception):  # a page that reported it was not kept
                handler.collect(event.identifier, event.options)
        else:
            with contextlib.suppress(Exception):
                # Unlike an index, `get_member` looks up no inherited members, which would resolve names.
                target = handler._modules_collection.get_member(event.target)  # noqa: SLF001 (not public)
                target.aliases.setdefault(event.name, target)  # mkdocstrings reads the names alone


def digest_of(events: Sequence[Event]) -> str:
    """Return a digest of the recorded events: the objects that were collected, and the resolved names."""
    return hashlib.sha256("\n".join(map(str, events)).encode()).hexdigest()


class Sources:
    """The files and folders that griffe has read, with their states, to see whether any has changed."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self.generation = 0  # incremented when a build finds that a source has changed

    def begin(self) -> None:
        """Begin a build: if a recorded file has changed since it was read, start a new generation.

        Results that were kept in an earlier generation are not reused.
        """
        if any(_state(path) != state for path, state in self._states.items()):
            self.generation += 1
            self._states.clear()

    def read(self, handlers: Mapping[str, Any], began: float) -> None:
        """Record the files that the handlers have read since the build began, and their folders.

        Args:
            handlers: the handlers of mkdocstrings.
            began: the time at which the build began; a file that was changed later may have been read before.
        """
        for handler in handlers.values():
            for file in getattr(handler, "_lines_collection", {}).keys():  # noqa: SIM118 (no mapping)
                for path in (str(file), os.path.dirname(file)):  # noqa: PTH120
                    if path not in self._states:
                        self._states[path] = (
                            _state(path) if _changed(path) < began else "changed while it was read"
                        )

    def also(self, paths: Sequence[str]) -> None:
        """Record further files that count as sources, such as templates and extensions of griffe."""
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
