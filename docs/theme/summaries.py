"""Writes the summaries of all pages before the code in pages runs, which then need not read the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convref_docs.contents import refresh

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def on_pre_build(*, config: MkDocsConfig) -> None:
    """Write the summaries that have changed."""
    del config
    refresh()
