"""The program that `warm_python.WarmPython` starts: it runs other programs in forks of itself.

It reads a request from each line of standard input. It answers with a line: the exit status of the program,
or 0 if the request does not wait for its end.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import sys

import nbconvert
import nbformat

MODULES = (
    "convref.cli",
    "convref.weave.adapters.mkdocs",
    "material",
    "mkdocs.commands.build",
    "mkdocs_jupyter.plugin",
    "mkdocs_static_i18n.plugin",
    "mkdocstrings",
    "mkdocstrings_handlers.python",
    "pytest",
)
LONGEST = 120  # seconds, after which a program whose end is waited for gets SIGALRM


def become(arguments, cwd, environment, streams):
    """Make this process look like a new one that Python has started with these arguments."""
    for number, path in enumerate(streams):
        stream = os.open(path, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY)
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (the former one has read ahead)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    is_module = arguments[0] == "-m"
    first = os.getcwd() if is_module else os.path.dirname(os.path.abspath(arguments[0]))  # noqa: PTH100, PTH109, PTH120
    sys.path[:1] = [first, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = arguments[is_module:]


def run(arguments):
    """Run a module or a file as Python does with these arguments."""
    if arguments[0] == "-m":
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(arguments[0], run_name="__main__")


def main():
    for name in MODULES:
        importlib.import_module(name)
    with contextlib.suppress(ImportError):  # the search in Chinese needs a dictionary that takes long to load
        importlib.import_module("jieba").initialize()
    nbconvert.HTMLExporter().from_notebook_node(nbformat.v4.new_notebook())  # compiles schemas and patterns
    gc.freeze()  # otherwise, each collection in a fork would visit, and so copy, all that was imported
    started = []
    for line in sys.stdin:
        request = json.loads(line)
        wait = request.pop("wait")
        child = os.fork()
        if not child:
            signal.alarm(LONGEST if wait else 0)
            become(**request)
            return run(request["arguments"])  # this process then ends as any Python does
        if not wait:
            started.append(child)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if wait else 0
        os.write(1, b"%d\n" % status)
    for child in started:
        os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    main()
