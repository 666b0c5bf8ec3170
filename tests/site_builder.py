"""The program that `site_builds.Builds` starts: it builds the site in the current directory on request.

It builds once for each line that it reads from standard input, and prints the answer as a line of JSON.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time

import mkdocs.commands.build
from mkdocs.config import load_config


class Listener(logging.Handler):
    """A handler that collects the log messages of a build: warnings, errors and all messages of convref."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.messages = []

    def emit(self, record):
        if record.levelno >= logging.WARNING or record.name.endswith("convref"):
            self.messages.append(f"{record.levelname} {record.getMessage()}")


class Builder:
    """Builds the site in the current directory again and again, with the same plugin objects.

    Args:
        command: the command that plugins are told, "serve" or "build".
        folder: the folder into which the site is built.
        options: options of convref that differ from those of the site.
    """

    def __init__(self, command, folder, **options):
        self.command, self.folder, self.options = command, folder, options
        self.config = None
        self.listener = Listener()
        logging.getLogger("mkdocs").addHandler(self.listener)
        logging.getLogger("mkdocs").setLevel(logging.INFO)

    def build(self):
        self.listener.messages = []
        wall, processor = time.perf_counter(), time.process_time()
        config = load_config("mkdocs.yml", site_dir=self.folder)
        if "convref" in config.plugins:
            config.plugins["convref"].config.update(self.options)
        if not self.config:
            config.plugins.on_startup(command=self.command, dirty=False)
        self.config = config
        before = self.done() if self.command == "serve" else (0, 0)
        mkdocs.commands.build.build(config)
        return {
            "seconds": time.perf_counter() - wall,
            "processor": time.process_time() - processor,
            "messages": self.listener.messages,
            "converted": self.done()[0] - before[0],
            "made": self.done()[1] - before[1],
        }

    def done(self):
        """Return how many pages were converted so far, and how many pages the templates have made so far."""
        assert self.config is not None
        kept = self.config.plugins["convref"]._kept
        return (kept.conversions.total, sum(each.total for each in kept.pages.values())) if kept else (0, 0)

    def close(self):
        if self.config:
            self.config.plugins.on_shutdown()


def in_new_process(folder, **options):
    """Build the site into a folder in a new process; return what `Builder.build` returns."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with os.fdopen(writer, "w") as pipe:
            builder = Builder("build", folder, **options)
            json.dump(builder.build(), pipe)
            builder.close()
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = json.load(pipe)
    os.waitpid(child, 0)
    return answer


def main(mode, folder):
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # pages and plugins may print to standard output, which must contain only answers
    builder = Builder("serve", folder) if mode == "serve" else None
    for _ in sys.stdin:
        options = {"incremental": False} if mode == "scratch" else {}
        answer = builder.build() if builder else in_new_process(folder, **options)
        print(json.dumps(answer), file=answers, flush=True)
    if builder:
        builder.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
