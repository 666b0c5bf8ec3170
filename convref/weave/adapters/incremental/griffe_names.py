"""Record the source files that mkdocstrings reads, and the names of objects that griffe resolves.

An object can have several names, if other modules import it. Griffe registers such a name when it is first
needed to render a page, and mkdocstrings writes all registered names of an object to the site's inventory.
The result of a page therefore depends on the pages before it. For this reason the names that a page resolved
are kept with its HTML:

- the HTML is reused only if the pages before it have resolved the same names as when it was made;
- before another page is converted, the names that the reused pages would have resolved are resolved.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from convref.errors import ArgumentError
from convref.weave.cache.fingerprints import file_state, folder_state

_PATCHED: Final = ("_resolve_target", "_update_target_aliases")


@dataclass(frozen=True)
class Collected:
    """A recorded event: a handler of mkdocstrings collected an object, perhaps after loading a package.

    Args:
        handler: the name of the handler.
        identifier: the name of the object.
        options: the options of the object; None in an event that was recorded by another process.
        local: those of the options that the page sets; None if they are unknown.
        text: a text that is equal for equal options; by default their `repr`.
    """

    handler: str
    identifier: str
    options: Any
    local: Any = field(default=None, compare=False)
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.handler} {self.identifier} {self.text or repr(self.options)}"

    def body(self) -> list[Any]:
        """Return the event as data of lists and dicts, which `event_from` reads.

        Raises:
            ArgumentError: the options that the page sets are unknown, so that no other process can make them.
        """
        if self.local is None:
            raise ArgumentError(f"body: the options of {self.identifier} are unknown")
        return [self.handler, self.identifier, self.local, self.text or repr(self.options)]


@dataclass(frozen=True)
class Resolved:
    """A recorded event: griffe registered a further name by which an object can be imported."""

    handler: str
    target: str
    name: str

    def __str__(self) -> str:
        return f"{self.target} {self.name}"

    def body(self) -> list[Any]:
        """Return the event as a list, which `event_from` reads."""
        return [self.handler, self.target, self.name]


Event = Collected | Resolved


def event_from(body: Sequence[Any]) -> Event:
    """Return the event of which the method `body` has returned this list."""
    if len(body) == 3:
        return Resolved(*body)
    handler, identifier, local, text = body
    return Collected(handler, identifier, None, local, text)


def can_record() -> bool:
    """Return whether the installed griffe has the methods that `recording` wraps."""
    try:
        from griffe import Alias
    except ImportError:
        return False
    return all(hasattr(Alias, name) for name in _PATCHED)


@contextlib.contextmanager
def recording(handler: Any, events: list[Event], known: set[Resolved]) -> Iterator[None]:
    """Return a context manager that records what mkdocstrings and griffe do while pages are converted.

    It adds an event to `events` for each object that the handler collects and each name that griffe resolves.

    Args:
        handler: the handler of mkdocstrings for Python.
        events: the list to which the events are added.
        known: the names for which there is an event already. Griffe resolves a name many times. Only
            the first resolution is recorded; the name is then added to this set.
    """
    from griffe import Alias

    loading = False
    made: list[tuple[Any, Any]] = []
    collect = handler.collect

    def collected(identifier: str, options: Any) -> Any:
        nonlocal loading
        local = next((local for each, local in made if each is options), None)
        events.append(Collected(handler.name, identifier, options, local))
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
        with _recorded_options(handler) as made:
            yield
    finally:
        for name, original in originals.items():
            setattr(Alias, name, original)
        del handler.collect


@contextlib.contextmanager
def _recorded_options(handler: Any) -> Iterator[list[tuple[Any, Any]]]:
    """Return a context manager with a list of pairs: options, and those of them that the page sets.

    From the latter, another process makes the same options again. The list remains empty for versions of
    mkdocstrings whose handlers have no method for this.
    """
    made: list[tuple[Any, Any]] = []
    get_options = getattr(handler, "get_options", None)
    if get_options is None:
        yield made
        return

    def recorded(local: Any) -> Any:
        set_by_page = copy.deepcopy(local)
        options = get_options(local)
        made.append((options, set_by_page))
        return options

    handler.get_options = recorded
    try:
        yield made
    finally:
        del handler.get_options


def repeat(handler: Any, events: Sequence[Event]) -> None:
    """Repeat recorded events, so that griffe registers the names that it registered during the recording."""
    for event in events:
        if isinstance(event, Collected):
            with contextlib.suppress(Exception):  # a page that reported it was not kept
                options = event.options
                handler.collect(
                    event.identifier, handler.get_options(event.local) if options is None else options
                )
        else:
            with contextlib.suppress(Exception):
                # Unlike an index, `get_member` looks up no inherited members, which would resolve names.
                target = handler._modules_collection.get_member(event.target)  # noqa: SLF001 (not public)
                target.aliases.setdefault(event.name, target)  # mkdocstrings reads the names alone


def digest_of(events: Sequence[Event]) -> str:
    """Return a digest of the recorded events: the objects that were collected, and the resolved names."""
    return hashlib.sha256("\n".join(map(str, events)).encode()).hexdigest()


class Sources:
    """The source files and folders that griffe has read, and a check whether any of them has changed."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self.generation = 0  # incremented when a build finds that a source has changed

    def body(self) -> dict[str, Any]:
        """Return what is recorded as JSON data, which `from_body` reads."""
        return {"generation": self.generation, "states": self._states}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Return an object with what `body` has returned in an earlier process."""
        sources = cls()
        sources.generation, sources._states = body["generation"], dict(body["states"])
        return sources

    def begin(self) -> None:
        """Begin a build; if a recorded file has changed since it was read, increment `generation`.

        The generation is part of what kept results depend on, so results of an earlier generation are not
        reused.
        """
        if not are_unchanged(self._states):
            self.generation += 1
            self._states.clear()

    def read(self, handlers: Mapping[str, Any], began: float) -> None:
        """Record the files that the handlers have read since the build began, and the folders of these files.

        Args:
            handlers: the handlers of mkdocstrings.
            began: the time at which the build began. A file that has changed since then is recorded as
                changed, because the handler may have read it before the change.
        """
        for handler in handlers.values():
            for file in getattr(handler, "_lines_collection", {}).keys():  # noqa: SIM118 (no mapping)
                for path in (str(file), os.path.dirname(file)):  # noqa: PTH120
                    if path not in self._states:
                        self._states[path] = state_since(path, began)

    def also(self, paths: Sequence[str]) -> None:
        """Record further files, such as templates; if one of them changes, kept results are not reused."""
        for path in paths:
            self._states.setdefault(path, _state(path))


def are_unchanged(states: Mapping[str, str]) -> bool:
    """Return whether each file and folder has the state that is recorded for its path."""
    return all(_state(path) == state for path, state in states.items())


def state_since(path: str, began: float) -> str:
    """Return the state of a file or folder to be recorded, if it was read after the time `began`.

    If it has changed since this time, it is recorded as changed, because it may have been read before that.
    """
    return _state(path) if _changed(path) < began else "changed while it was read"


def _state(path: str) -> str:
    return folder_state(path) if os.path.isdir(path) else file_state(path)  # noqa: PTH112


def _changed(path: str) -> float:
    """Return the time at which a file was last changed; for a folder, the latest such time of its files."""
    try:
        if not os.path.isdir(path):  # noqa: PTH112
            return os.stat(path).st_mtime  # noqa: PTH116
        with os.scandir(path) as entries:  # not the time of the folder: importing writes __pycache__ into it
            return max((each.stat().st_mtime for each in entries if each.is_file()), default=0.0)
    except OSError:
        return 0.0
