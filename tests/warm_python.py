"""A Python process that has imported MkDocs and its plugins, and runs programs in forks of itself.

Most of the time of a small site's build is the start of Python and these imports. A fork begins with the
imports done, and otherwise like `python -m mkdocs build …`: no site was built in it, and its directory,
environment, arguments, module search path and streams are its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = Path(__file__).with_name("warm_python_program.py")
ENVIRONMENT = {"NO_MKDOCS_2_WARNING": "1"}
# The arguments with which pytest starts quickly, since it neither loads Hypothesis nor says that it cannot
# rewrite the assertions of plugins which were imported before.
PYTEST = (
    *("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


class WarmPython:
    """The process, which is started for the first program."""

    def __init__(self):
        self.process = None

    def run(self, *arguments, cwd, **environment):
        """Run a program to its end, and return a `subprocess.CompletedProcess`.

        Args:
            arguments: the arguments of Python, `-m MODULE …` or `FILE …`.
            cwd: the directory of the program.
            environment: variables that differ from those of this process.
        """
        with tempfile.TemporaryDirectory() as folder:
            outputs = [Path(folder, "stdout"), Path(folder, "stderr")]
            status = self._ask(arguments, cwd, environment, [os.devnull, *outputs], wait=True)
            said = [each.read_text("utf-8") for each in outputs]
        return subprocess.CompletedProcess(arguments, status, *said)

    def start(self, *arguments, cwd, **environment):
        """Start a program, and return its standard input and its standard output, as files of text.

        The program should end when its input is closed. For the arguments, see `run`.
        """
        with tempfile.TemporaryDirectory() as folder:
            pipes = [Path(folder, "stdin"), Path(folder, "stdout")]
            for pipe in pipes:
                os.mkfifo(pipe)
            self._ask(arguments, cwd, environment, pipes, wait=False)
            return pipes[0].open("w", encoding="utf-8"), pipes[1].open(encoding="utf-8")

    def _ask(self, arguments, cwd, environment, streams, *, wait):
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, str(PROGRAM)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={**os.environ, **ENVIRONMENT},
            )  # fmt: skip
        request = {
            "arguments": [str(each) for each in arguments],
            "cwd": str(cwd),
            "environment": {**os.environ, **ENVIRONMENT, **environment},
            "streams": [str(each) for each in streams],
            "wait": wait,
        }
        print(json.dumps(request), file=self.process.stdin, flush=True)
        assert self.process.stdout is not None
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process that runs programs ended with status {self.process.wait()}")
        return int(answer)

    def close(self):
        """End the process."""
        if self.process:
            for pipe in (self.process.stdin, self.process.stdout):
                assert pipe is not None
                pipe.close()
            self.process.wait(30)
