"""Adds links to the previous and the next page of the reading order below the text of each of its pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import event_priority

from convref_docs import reading_order

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page


@event_priority(-200)  # after the search has taken the text of the page
def on_page_content(html: str, *, page: Page, config: MkDocsConfig, **_: object) -> str:
    """Return the page with the links below its text."""
    lang = str(config.theme["language"])
    path = page.url.removeprefix(f"{lang}/").strip("/")
    return html + reading_order.links(path, lang, Path(config.docs_dir))
