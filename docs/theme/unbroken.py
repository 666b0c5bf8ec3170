"""Keep sizes, quantities and the numbers of tables and sections of pages on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref_docs.unbroken import unbroken

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page


@event_priority(-100)  # after the other hooks and plugins have changed the page
def on_post_page(output: str, *, page: Page, **_: object) -> str:
    """Return the page with spaces at which no line ends."""
    del page
    return unbroken(output)
