"""The progress bar is shown only for long builds on a terminal."""

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


def test_a_long_build_shows_its_progress():
    text = shown(terminal=True, delay=0.05)
    assert "running pages" in text
    assert "50%" in text


@pytest.mark.parametrize(
    ("terminal", "delay", "pages", "done"),
    [(False, 0.05, 2, 1), (True, 60, 2, 1), (True, 0.05, 2, 2), (True, 0.05, 0, 0)],
)
def test_a_quick_build_and_one_without_a_terminal_show_nothing(terminal, delay, pages, done):
    assert "" == shown(terminal, delay, pages, done)
