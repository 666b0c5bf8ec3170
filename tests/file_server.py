"""A server of the files in a folder, which a browser of the tests opens."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self


class _Handler(http.server.SimpleHTTPRequestHandler):
    """A request handler that serves files, with further headers, and logs nothing."""

    def __init__(self, *args: Any, further: Mapping[str, str], **named: Any) -> None:
        self.further = further
        super().__init__(*args, **named)

    def end_headers(self) -> None:
        for name, value in self.further.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass


class Server:
    """A server of a folder on a free local port, which can be stopped for good while the browser runs.

    Args:
        folder: the folder.
        base: the path of the site in the folder, with a slash at both ends.
        headers: headers that are sent with each file.

    Attributes:
        url: the address of the site.
    """

    def __init__(
        self, folder: Path, base: str = "/", headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        handler = functools.partial(_Handler, directory=str(folder), further=headers)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}{base}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop serving and close the port; idempotent."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
