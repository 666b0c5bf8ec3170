"""The site, built once for all browser tests, and a real browser to read it in.

It is served below a path, `/convref/`, as GitHub Pages serves a project: a link that holds only at the
root of a host fails here.
"""

from __future__ import annotations

import fcntl
import functools
import http.server
import os
import runpy
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BASE = "/convref/"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


@dataclass(frozen=True)
class Site:
    """The built site: its files, where it is served, and what the build said."""

    folder: Path
    url: str
    status: int
    log: str


@dataclass(frozen=True)
class Visit:
    """A page as a reader has it open, and what went wrong behind the reader's back."""

    path: str
    page: Page
    trouble: list[str] = field(default_factory=list)


def build(folder: Path) -> None:
    """Build the site strictly into `folder`/convref, as `make site` does, and keep what the build says."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder) + BASE]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    (folder / "log").write_text(done.stdout + done.stderr, "utf-8")
    (folder / "status").write_text(str(done.returncode), "ascii")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site; the first test process builds it and the others wait.

    With CONVREF_TEST_SITE, the folder of an earlier run is used again: for those who write these tests.
    """
    if earlier := os.environ.get("CONVREF_TEST_SITE"):
        return Path(earlier)
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder /= "built-site"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "status").exists():
            build(folder)
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[Site]:
    """The built site on a local server."""
    handler = functools.partial(Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}{BASE}"
        yield Site(
            built / BASE.strip("/"), url, int((built / "status").read_text()), (built / "log").read_text()
        )
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium with a profile of its own."""
    find = runpy.run_path(str(ROOT / "tests" / "browser.py"))
    path = find["system_browser"]() or find["downloaded_browser"]()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def opener(site: Site, browser: Browser, contexts: ExitStack) -> Callable[..., Visit]:
    """What opens pages, each as a new reader with nothing remembered, until `contexts` is closed."""

    def opened(
        path: str,
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        until: Literal["load", "networkidle"] = "networkidle",
    ) -> Visit:
        viewport: ViewportSize = {"width": width, "height": 900}
        context = contexts.enter_context(browser.new_context(viewport=viewport, color_scheme=scheme))
        visit = Visit(path, context.new_page())
        visit.page.set_default_timeout(10_000)

        def watch(request: Request) -> None:
            if not request.url.startswith((site.url, "data:", "blob:")):
                visit.trouble.append(f"request to {request.url}")

        visit.page.on("console", lambda message: visit.trouble.append(f"{message.type}: {message.text}"))
        visit.page.on("pageerror", lambda error: visit.trouble.append(f"script: {error}"))
        visit.page.on("request", watch)
        visit.page.goto(site.url + path, wait_until=until)
        return visit

    return opened


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a page of the site for one test: `visit("zh/architectures/vgg/", width=360, scheme="dark")`."""
    with ExitStack() as contexts:
        yield opener(site, browser, contexts)


@pytest.fixture(scope="session")
def opening(site: Site, browser: Browser) -> Callable[..., AbstractContextManager[Visit]]:
    """Open a page for as long as a `with` block lasts."""

    @contextmanager
    def opened(path: str, **how: Any) -> Iterator[Visit]:
        with ExitStack() as contexts:
            yield opener(site, browser, contexts)(path, **how)

    return opened
