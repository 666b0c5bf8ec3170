"""Write the data in a page's download links (`<a download="x.csv" href="data:...">`) to files beside it.

The data were computed by the page itself, so that the files always belong to the same build as the page.
"""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

_LINK = re.compile(r'download="([\w-]+\.\w+)" href="data:[\w/]+;base64,([\w+/=]+)"')


def write_data_files(html: str, folder: Path) -> str:
    """Write the data of a page's links to files, and return the page with links to the files.

    Args:
        html: the page.
        folder: the folder of the built page.

    Example:
        >>> import tempfile
        >>> link = '<a download="a.csv" href="data:text/csv;base64,MSwy">Data</a>'
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_data_files(link, Path(folder)), (Path(folder) / "a.csv").read_text()
        ('<a download="a.csv" href="a.csv">Data</a>', '1,2')
    """

    def write(link: re.Match[str]) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / link[1]).write_bytes(b64decode(link[2]))
        return f'download="{link[1]}" href="{link[1]}"'

    return _LINK.sub(write, html)
