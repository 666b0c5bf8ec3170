"""Helpers for tests that look at the output of a program while it serves it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from functools import partial


@contextmanager
def interrupted_at_the_end(command, directory, **environment):
    """Return a context in which a command runs; it is interrupted at the end as by Ctrl-C.

    SIGINT has its default effect in the command even if the process that runs the tests ignores it.
    """
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        command,
        cwd=directory,
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=heed,  # noqa: PLW1509 - no thread of the tests holds what this needs
    )
    try:
        yield
        process.send_signal(signal.SIGINT)
        process.wait(30)
    finally:
        process.kill()
        process.wait()


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (the server of this test)
            return answer.read().decode()
    except OSError:
        return ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
