"""Builds of a MkDocs site in a fork of a process that has imported MkDocs.

There are three modes. In the mode `serve`, one process makes all builds, as under `mkdocs serve`, so that
plugins can reuse what they have kept from earlier builds. In the modes `build` and `scratch`, each build is
made in a new process, which is forked from a process that has imported MkDocs but has built nothing. With
`build`, it can read what an earlier process has kept in a file; with `scratch`, this is switched off.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

BUILDER = Path(__file__).with_name("site_builder.py")
ENVIRONMENT = {"SOURCE_DATE_EPOCH": "1000000000"}


class Builds:
    """A process that builds a site each time `build` is called.

    Args:
        python: the `WarmPython` in which the process begins.
        mode: "serve", "build" or "scratch".
        root: the folder with the site's `mkdocs.yml`.
        folder: the folder into which the site is built.
        search: further folders in which Python looks for modules.
    """

    def __init__(self, python, mode, root, folder, *search):
        self.folder = folder
        path = os.pathsep.join(map(str, (*search, *filter(None, sys.path))))
        self.requests, self.answers = python.start(
            BUILDER, mode, folder, cwd=root, **ENVIRONMENT, PYTHONPATH=path
        )

    def build(self):
        """Build the site, and return a dict that describes the build.

        Its keys are `seconds`; `processor`, the processor time in seconds; `messages`, the warnings, errors
        and messages of convref; `converted`, the number of pages converted from Markdown; and `made`, the
        number of pages that the theme's templates made.
        """
        print("build", file=self.requests, flush=True)
        line = self.answers.readline()
        if not line:
            raise RuntimeError("the process that builds the site has ended; standard error says why")
        return json.loads(line)

    def files(self):
        """Return a dict with the content of each file of the built site, by its path in the site."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def close(self):
        """End the process, and wait for its end."""
        self.requests.close()
        self.answers.read()
        self.answers.close()
