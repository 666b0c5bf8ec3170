"""Write the data in a page's download links (`<a download="x.csv" href="data:...">`) to files beside it.

The data were computed by the page itself, so that the files always belong to the same build as the page.
"""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

LINK = re.compile(r'download="([\w-]+\.\w+)" href="data:[\w/]+;base64,([\w+/=]+)"')


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Write the files, and return the page with links to them in place of the data."""
    del config
    folder = Path(page.file.abs_dest_path).parent

    def write(link: re.Match[str]) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / link[1]).write_bytes(b64decode(link[2]))
        return f'download="{link[1]}" href="{link[1]}"'

    return LINK.sub(write, output)
