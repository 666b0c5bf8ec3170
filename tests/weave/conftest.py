"""What several tests of the page engine look at."""

import time
from pathlib import Path

import pytest


@pytest.fixture
def left_running():
    """The command lines of the processes that work in a directory and do not end within five seconds."""

    def look(directory):
        deadline = time.monotonic() + 5
        while (found := list(_working_in(directory))) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    return look


def _working_in(directory):
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == directory:
                yield (entry / "cmdline").read_text()
        except OSError:
            continue
