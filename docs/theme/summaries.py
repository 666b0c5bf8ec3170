"""A hook for MkDocs that writes what the code in pages reads of other pages: their summaries and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convref_docs import checked
from convref_docs.contents import refresh

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Write the summaries and the counts of numbers of pages that have changed, before any code runs."""
    if str(config.theme["language"]) == "en":  # the builds of the other languages follow at once
        refresh()
        checked.refresh()
