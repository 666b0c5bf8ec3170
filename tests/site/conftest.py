"""Fixtures of the browser tests: the site, built once for all of them, and a browser.

The site is served below a path, `/convref/`, as GitHub Pages serves the site of a project, so that a link
which is only valid at the root of a host fails here.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import chromium
import pytest
from built_site import Site, Visit
from file_server import Server
from playwright.sync_api import Browser, Request, ViewportSize, sync_playwright

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


def build(folder: Path) -> None:
    """Build the site strictly into `folder`/convref, as `make site` does, and store status and output."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder) + BASE]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    (folder / "log").write_text(done.stdout + done.stderr, "utf-8")
    (folder / "status").write_text(str(done.returncode), "ascii")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built site; the first test process builds it, and the others wait for it.

    If the variable CONVREF_TEST_SITE names the folder of an earlier run, that site is used again, which saves
    time while tests are written.
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


@pytest.fixture(scope="session")
def site(built: Path) -> Iterator[Site]:
    """Serve the built site on a local port."""
    status, log = int((built / "status").read_text()), (built / "log").read_text()
    with Server(built, BASE) as server:
        yield Site(built / BASE.strip("/"), server.url, status, log)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Launch a Chromium with a new profile."""
    path = chromium.system_browser() or chromium.downloaded_browser()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


def opener(site: Site, browser: Browser, contexts: ExitStack) -> Callable[..., Visit]:
    """Return a function that opens a page with a new profile, until `contexts` is closed."""

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
    """Return a function that opens a page for one test: `visit("zh/architectures/vgg/", width=360)`."""
    with ExitStack() as contexts:
        yield opener(site, browser, contexts)


@pytest.fixture(scope="session")
def opening(site: Site, browser: Browser) -> Callable[..., AbstractContextManager[Visit]]:
    """Return a function whose result is a context in which a page is open."""

    @contextmanager
    def opened(path: str, **how: Any) -> Iterator[Visit]:
        with ExitStack() as contexts:
            yield opener(site, browser, contexts)(path, **how)

    return opened
