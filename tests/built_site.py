"""The built site, and a page that is open in the browser: what the browser tests get from their fixtures."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page


@dataclass(frozen=True)
class Site:
    """The built site.

    Attributes:
        folder: the folder of its files.
        url: the URL at which it is served.
        status: the exit status of the build.
        log: the output of the build.
    """

    folder: Path
    url: str
    status: int
    log: str


@dataclass(frozen=True)
class Visit:
    """A page that is open in the browser.

    Attributes:
        path: its path below the root of the site.
        page: the page in the browser.
        trouble: console messages, script errors, and requests to other hosts since it was opened.
    """

    path: str
    page: Page
    trouble: list[str] = field(default_factory=list)
