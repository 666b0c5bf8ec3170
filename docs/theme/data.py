"""A hook for MkDocs that writes the data in a page's download links to files beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convref_docs.data_files import write_data_files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Write the files, and return the page with links to them in place of the data."""
    del config
    return write_data_files(output, Path(page.file.abs_dest_path).parent)
