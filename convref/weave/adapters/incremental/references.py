"""Record what mkdocs-autorefs and mkdocstrings do while a page is converted, and do it again for a kept page.

The conversion of a page registers its anchors with autorefs, and the objects that it documents with the
inventory of mkdocstrings. Both belong to one build, so a page whose HTML is kept registers them again.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from convref.weave.adapters.incremental import griffe_names
from convref.weave.adapters.incremental.griffe_names import Event, Sources
from convref.weave.adapters.incremental.settings import MarkdownSettings

MARK = ":::"
"""The text by which a page asks mkdocstrings for an object."""


@dataclass
class Effects:
    """What the conversion of a page did outside of the page.

    Args:
        anchors: the arguments of autorefs' `register_anchor`, after the page.
        inventory: the arguments of `register` of mkdocstrings' inventory, and True if an earlier entry stays.
        handlers: the handlers of mkdocstrings that the page used.
        events: what it collected and resolved by griffe.
        unknown: something was done that cannot be done again.
    """

    anchors: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    inventory: list[tuple[bool, dict[str, Any]]] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unknown: bool = False


class References:
    """The references of one language in one build.

    Args:
        settings: what the conversion of pages depends on.
        sources: the sources that griffe has read, kept from build to build.
        began: the time at which the build began.
    """

    def __init__(self, settings: MarkdownSettings, sources: Sources, began: float) -> None:
        self._autorefs, self._handlers = settings.autorefs, settings.handlers
        self._sources, self._began = sources, began
        self._chain = ""
        self._pending: list[Event] = []
        self._loaded = False
        sources.begin()

    def state(self, markdown: str) -> str | None:
        """Return what a page depends on besides its text: griffe's sources, and what was resolved before it.

        Returns:
            "" for a page that documents no object; None if a page with objects cannot be kept.
        """
        if self._handlers is None or MARK not in markdown:
            return ""
        if not griffe_names.can_record():
            return None
        return f"{self._sources.generation} {self._chain}"

    def repeat(self, page: Any, effects: Effects) -> None:
        """Do again what the conversion of a kept page did."""
        for args, named in effects.anchors:
            self._autorefs.register_anchor(page, *args, **named)
        for name in effects.handlers:
            self._handlers.get_handler(name)
        for conditional, item in effects.inventory:
            _register(self._handlers.inventory, conditional, item)
        self._follow(effects)
        self._pending += effects.events

    @contextlib.contextmanager
    def recording(self, page: Any, markdown: str) -> Iterator[Effects]:
        """Record what the conversion of a page does."""
        effects = Effects()
        with contextlib.ExitStack() as stack:
            if self._autorefs is not None:
                stack.enter_context(_recorded_anchors(self._autorefs, page, effects))
            if self._handlers is not None and MARK in markdown and griffe_names.can_record():
                self.catch_up()
                self._loaded = True
                stack.enter_context(_recorded_objects(self._handlers, effects))
            yield effects
        self._follow(effects)

    def catch_up(self) -> None:
        """Resolve what the kept pages so far resolved, since a page that is converted depends on it."""
        for event in self._pending:
            griffe_names.repeat(self._handlers.get_handler(event.handler), [event])
        self._pending.clear()

    def finish(self) -> None:
        """End the conversion of all pages: note the sources that were read."""
        if self._loaded:
            self.catch_up()  # for backlinks, which ask for the names of all objects
            self._sources.read(self._handlers._handlers, self._began)  # noqa: SLF001 (not public)

    def _follow(self, effects: Effects) -> None:
        if effects.events:
            digest = griffe_names.digest_of(effects.events)
            self._chain = hashlib.sha256(f"{self._chain} {digest}".encode()).hexdigest()


@contextlib.contextmanager
def _recorded_anchors(autorefs: Any, page: Any, effects: Effects) -> Iterator[None]:
    register = autorefs.register_anchor

    def recorded(of: Any, *args: Any, **named: Any) -> None:
        register(of, *args, **named)
        effects.anchors.append((args, named))
        effects.unknown |= of is not page

    autorefs.register_anchor = recorded
    try:
        yield
    finally:
        del autorefs.register_anchor


@contextlib.contextmanager
def _recorded_objects(handlers: Any, effects: Effects) -> Iterator[None]:
    """Record the handlers that a page uses, what they collect, and the entries of the inventory."""
    get_handler, inventory = handlers.get_handler, handlers.inventory
    with contextlib.ExitStack() as stack:

        def recorded(name: str, *args: Any, **named: Any) -> Any:
            handler = get_handler(name, *args, **named)
            if name not in effects.handlers:
                effects.handlers.append(name)
                # Other handlers read files that nothing here knows of.
                is_python = type(handler).__module__.startswith("mkdocstrings_handlers.python.")
                effects.unknown |= not is_python or bool(args or named)
                if is_python:
                    stack.enter_context(griffe_names.recording(handler, effects.events))
            return handler

        handlers.get_handler, handlers.inventory = recorded, _Inventory(inventory, effects)
        try:
            yield
        finally:
            del handlers.get_handler
            handlers.inventory = inventory


class _Inventory:
    """The inventory of mkdocstrings while a page is converted.

    mkdocstrings registers a further name of an object if no earlier page has done so. This depends on the
    other pages, so that the question is recorded instead of the answer.
    """

    def __init__(self, inventory: Any, effects: Effects) -> None:
        self._inventory, self._effects = inventory, effects
        self._asked = ""

    def __contains__(self, name: str) -> bool:
        self._asked = name
        return False

    def register(self, **item: Any) -> None:
        conditional = self._asked == item["name"]
        self._asked = ""
        self._effects.inventory.append((conditional, item))
        _register(self._inventory, conditional, item)

    def __getattr__(self, name: str) -> Any:
        self._effects.unknown = True
        return getattr(self._inventory, name)


def _register(inventory: Any, conditional: bool, item: dict[str, Any]) -> None:
    if not (conditional and item["name"] in inventory):
        inventory.register(**item)
