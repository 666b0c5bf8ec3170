"""Record what mkdocs-autorefs and mkdocstrings do while a page is converted, and repeat it for a reused page.

While a page is converted, its anchors are registered with autorefs, and the objects that it documents are
registered in the inventory of mkdocstrings. These registrations last for one build only. If the HTML of a
page is reused, the page is not converted, so its registrations must be repeated.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from convref.weave.adapters.incremental import griffe_names
from convref.weave.adapters.incremental.griffe_names import Event, Resolved, Sources
from convref.weave.adapters.incremental.settings import MarkdownSettings
from convref.weave.adapters.incremental.templates import CompiledTemplates

MARK = ":::"
"""The text by which a page asks mkdocstrings for an object."""


@dataclass
class Effects:
    """The effects of a page's conversion on other objects than the page.

    Args:
        anchors: the arguments of each call of autorefs' `register_anchor`, without the first, which is the
            page.
        inventory: one pair (conditional, arguments) for each call of `register` of mkdocstrings' inventory.
            `conditional` is True if the call is made only for a name that is not in the inventory yet.
        handlers: the names of the handlers of mkdocstrings that the page used.
        events: the objects that were collected, and the names that griffe resolved.
        unknown: True if there was an effect that cannot be repeated.
    """

    anchors: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    inventory: list[tuple[bool, dict[str, Any]]] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    unknown: bool = False

    def body(self) -> dict[str, Any]:
        """Return the effects as data of lists and dicts, which `from_body` reads."""
        return {
            "anchors": [[list(args), named] for args, named in self.anchors],
            "inventory": [[conditional, item] for conditional, item in self.inventory],
            "handlers": self.handlers,
            "events": [each.body() for each in self.events],
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Return the effects of which `body` has returned this data."""
        return cls(
            anchors=[(tuple(args), named) for args, named in body["anchors"]],
            inventory=[(conditional, item) for conditional, item in body["inventory"]],
            handlers=body["handlers"],
            events=[griffe_names.event_from(each) for each in body["events"]],
        )


class References:
    """The registrations of pages with mkdocs-autorefs and mkdocstrings, in the build of one language.

    Args:
        settings: the settings on which the conversion of pages depends.
        sources: the source files that griffe has read, kept from build to build.
        templates: the compiled templates of mkdocstrings, kept from build to build.
        began: the time at which the build began.
    """

    def __init__(
        self, settings: MarkdownSettings, sources: Sources, templates: CompiledTemplates, began: float
    ) -> None:
        self._templates = templates
        self._autorefs, self._handlers = settings.autorefs, settings.handlers
        self._sources, self._began = sources, began
        self._chain = ""
        self._pending: list[Event] = []
        self._known: set[Resolved] = set()
        self._loaded = False
        self.backlinks = False  # whether a page asks for them
        sources.begin()

    def state(self, markdown: str) -> str | None:
        """Return a digest of what the HTML of a page with documented objects depends on, besides the page.

        These are the source files that griffe has read, and the names that griffe resolved for the pages
        before it.

        Returns:
            The digest. It is "" if the page documents no object. It is None if the page documents objects and
            its HTML cannot be reused.
        """
        if self._handlers is None or MARK not in markdown:
            return ""
        if not griffe_names.can_record():
            return None
        return f"{self._sources.generation} {self._chain}"

    def repeat(self, page: Any, effects: Effects) -> None:
        """Repeat the effects that the conversion of a page had, because its HTML is reused."""
        for args, named in effects.anchors:
            self._autorefs.register_anchor(page, *args, **named)
        for name in effects.handlers:
            self._handlers.get_handler(name)
        for conditional, item in effects.inventory:
            _register(self._handlers.inventory, conditional, item)
        self._follow(effects)
        self._pending += effects.events
        self._known.update(each for each in effects.events if isinstance(each, Resolved))

    @contextlib.contextmanager
    def recording(self, page: Any, markdown: str) -> Iterator[Effects]:
        """Return a context manager that records the effects of the conversion of a page."""
        effects = Effects()
        with contextlib.ExitStack() as stack:
            if self._autorefs is not None:
                stack.enter_context(_recorded_anchors(self._autorefs, page, effects))
            if self._handlers is not None and MARK in markdown and griffe_names.can_record():
                self.catch_up()
                self._loaded = True
                stack.enter_context(self._recorded_objects(effects))
            yield effects
        self._follow(effects)

    def catch_up(self) -> None:
        """Resolve the names that the reused pages would have resolved; needed before the next conversion."""
        for event in self._pending:
            griffe_names.repeat(self._handlers.get_handler(event.handler), [event])
        self._pending.clear()

    def finish(self) -> None:
        """End the conversion of all pages, and record the source files that were read."""
        if self._loaded:
            if self.backlinks:
                self.catch_up()  # they are listed by the names of all objects
            self._sources.read(self._handlers._handlers, self._began)  # noqa: SLF001 (not public)

    @contextlib.contextmanager
    def _recorded_objects(self, effects: Effects) -> Iterator[None]:
        """Return a context manager that records a page's handlers, objects and inventory entries."""
        handlers = self._handlers
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
                        handler.env.bytecode_cache = self._templates
                        stack.enter_context(griffe_names.recording(handler, effects.events, self._known))
                return handler

            handlers.get_handler, handlers.inventory = recorded, _Inventory(inventory, effects)
            try:
                yield
            finally:
                del handlers.get_handler
                handlers.inventory = inventory

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


class _Inventory:
    """A substitute for mkdocstrings' inventory while a page is converted; it records the registrations.

    mkdocstrings registers a further name of an object only if no earlier page has registered it. It asks the
    inventory whether it contains the name. This substitute always answers no, so that every page attempts to
    register its names. The attempts are recorded, and can be repeated after any other pages.
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
