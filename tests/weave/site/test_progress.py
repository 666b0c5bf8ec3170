"""When the terminal shows how far a build is."""

import io
import threading

import pytest
from rich.console import Console

from convref.weave.site.progress import Progress


def shown(terminal, delay, pages=2, done=1):
    stream = io.StringIO()
    progress = Progress(pages, Console(file=stream, force_terminal=terminal, width=60), delay)
    for _ in range(done):
        progress.advance()
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer) and delay < 1:
            thread.join(10)
    progress.stop()
    progress.stop()
    return stream.getvalue()


def test_a_build_that_runs_on_shows_how_far_it_is():
    text = shown(terminal=True, delay=0.05)
    assert "running pages" in text
    assert "50%" in text


@pytest.mark.parametrize(
    ("terminal", "delay", "pages", "done"),
    [(False, 0.05, 2, 1), (True, 60, 2, 1), (True, 0.05, 2, 2), (True, 0.05, 0, 0)],
)
def test_a_quick_build_or_one_without_terminal_is_silent(terminal, delay, pages, done):
    assert shown(terminal, delay, pages, done) == ""
