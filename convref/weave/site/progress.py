"""A bar on the terminal for builds that run longer than a second; silence where there is no terminal."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

DELAY = 1.0


class Progress:
    """Counts pages, and shows the count once the build has run for a while.

    Args:
        total: how many pages there are.
        console: where to show it; standard error by default.
        delay: seconds of silence at the beginning.
    """

    def __init__(self, total: int, console: Console | None = None, delay: float = DELAY) -> None:
        self._total, self._done = total, 0
        self._console = console
        self._bar: Bar | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(delay, self._show)
        self._timer.daemon = True
        if total and (console.is_terminal if console else sys.stderr.isatty()):
            self._timer.start()

    def advance(self) -> None:
        """One page more is done; the last one ends the display."""
        with self._lock:
            self._done += 1
            if self._bar:
                self._bar.advance(self._bar.task_ids[0])
        if self._done >= self._total:
            self.stop()

    def stop(self) -> None:
        """End the display; again is nothing."""
        self._timer.cancel()
        with self._lock:
            self._total = self._done
            if self._bar:
                self._bar.stop()
                self._bar = None

    def _show(self) -> None:
        from rich.console import Console  # here, since most builds are over before
        from rich.progress import Progress as Bar

        with self._lock:
            if self._done < self._total:
                self._bar = Bar(console=self._console or Console(stderr=True), transient=True)
                self._bar.add_task("running pages", total=self._total, completed=self._done)
                self._bar.start()
