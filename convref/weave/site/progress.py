"""The progress bar of a build, shown on a terminal if the build takes longer than a second."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

DELAY = 1.0


class Progress:
    """A progress bar that counts finished pages, and appears only after a delay.

    Args:
        total: the number of pages.
        console: the console on which it is shown; standard error by default.
        delay: the number of seconds after which the bar appears.
    """

    def __init__(self, total: int, console: Console | None = None, delay: float = DELAY) -> None:
        self._total, self._done = total, 0
        self._console = console
        self._bar: Bar | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(delay, self._show)
        self._timer.daemon = True  # otherwise a build that fails would wait for the timer before it exits
        if total and (console.is_terminal if console else sys.stderr.isatty()):
            self._timer.start()

    def advance(self) -> None:
        """Count one more page as finished, and remove the bar after the last; called by engine threads."""
        with self._lock:
            self._done += 1
            if self._bar:
                self._bar.advance(self._bar.task_ids[0])
        if self._done >= self._total:
            self.stop()

    def stop(self) -> None:
        """Remove the bar. Idempotent."""
        self._timer.cancel()
        with self._lock:
            self._total = self._done
            if self._bar:
                self._bar.stop()
                self._bar = None

    def _show(self) -> None:
        from rich.console import Console  # imported late: most builds end before
        from rich.progress import Progress as Bar

        with self._lock:
            if self._done < self._total:
                self._bar = Bar(console=self._console or Console(stderr=True), transient=True)
                self._bar.add_task("running pages", total=self._total, completed=self._done)
                self._bar.start()
