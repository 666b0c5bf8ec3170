"""A hook for MkDocs that writes the summaries of all pages, which the code in pages reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convref_docs.contents import refresh

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Write the summaries of pages that have changed, before any code in pages runs."""
    del config
    refresh()
