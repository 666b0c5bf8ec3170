"""Builds of a MkDocs site in a process that is ready for them, as `mkdocs serve` does or from scratch.

As `serve`, one process builds again and again, so that plugins keep what they keep under `mkdocs serve`. As
`scratch`, each build is made by a new process, forked from one that has imported MkDocs and built nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

BUILDER = Path(__file__).with_name("site_builder.py")
ENVIRONMENT = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1000000000"}


class Builds:
    """A process that builds a site when asked.

    Args:
        mode: "serve" or "scratch".
        root: the folder with the site's `mkdocs.yml`.
        folder: the folder into which the site is built.
        search: further folders in which Python looks for modules.
    """

    def __init__(self, mode, root, folder, *search):
        self.folder = folder
        path = os.pathsep.join(map(str, (*search, *filter(None, sys.path))))
        self.process = subprocess.Popen(
            [sys.executable, str(BUILDER), mode, str(folder)], cwd=root, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
        )  # fmt: skip

    def build(self):
        """Build the site; return `seconds`, `messages`, and the numbers of pages `converted` and `made`."""
        print("build", file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the builder ended with status {self.process.wait()}")
        return json.loads(line)

    def files(self):
        """Return the content of each file of the built site."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)
