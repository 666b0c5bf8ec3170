"""Finish pages: without indentation, quantities on one line, footnotes and section titles complete.

Without the indentation, pages are a ninth smaller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref_docs.footnotes import footnotes
from convref_docs.remembered import Remembered
from convref_docs.section_titles import section_titles
from convref_docs.unbroken import unbroken
from convref_docs.unindented import unindented

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

# Under `mkdocs serve`, most pages of a build are those of the build before; changing all takes half a second.
_changed = Remembered(lambda page: unbroken(section_titles(footnotes(unindented(page)))))


@event_priority(-100)  # after the other hooks and plugins have changed the page
def on_post_page(output: str, *, page: Page, **_: object) -> str:
    """Return the page without indentation, with unbroken quantities, and with finished notes and titles."""
    del page
    return _changed(output)
