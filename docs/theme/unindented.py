"""Remove the indentation of the theme's templates from pages, which makes them a ninth smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref_docs.unindented import unindented

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page


@event_priority(-100)  # after the other hooks and plugins have changed the page
def on_post_page(output: str, *, page: Page, **_: object) -> str:
    """Return the page without indentation."""
    del page
    return unindented(output)
