"""A page that has run Python once opens and runs again without a network, and never shows an older build."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import samples
from file_server import Server
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from site_builds import Builds
from warm_python import WarmPython

from convref import analyze
from convref.nn import Conv2d
from convref_docs import playground
from convref_docs.playground_driver import totals_label

if TYPE_CHECKING:
    from built_site import Site

BASE = "/convref/"
LOADING = 120_000  # milliseconds: a busy machine
RUN = {"en": "Run", "zh": "运行"}
PLAYGROUND = {"en": "playground/", "zh": "zh/playground/"}
QUESTION = {"code": "", "shape": "3, 9, 9", "batch": "1", "dtype": "float32", "convention": "torchvision"}
REGISTERED = "async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope)"
KEPT = """async () => {
    const names = await caches.keys();
    const kept = [];
    for (const name of names) for (const { url } of await (await caches.open(name)).keys()) kept.push(url);
    return { names, kept };
}"""
CONFIG = f"""
site_name: Sample
theme: {{name: mkdocs, highlightjs: false}}
plugins:
  - convref:
      try: on
      try_runtime: {playground.RUNTIME}
      try_packages: [lib/mine]
      env: [PYTHONPATH]
"""
INDEX = '# Sample ANSWER\n\n```python exec="on" source="above"\nfrom mine import answer\nanswer()\n```\n'
pytestmark = pytest.mark.skipif(not playground.is_installed(), reason="npm has not installed the runtime")


def serving(folder: Path, base: str = "/") -> Server:
    """Serve files that the browser's own cache must not keep; only the service worker can have them."""
    return Server(folder, base, {"Cache-Control": "no-store"})


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context
    context.close()


def watched(context: BrowserContext, url: str) -> list[str]:
    """Return a list to which errors and requests to other hosts are added, also those of service workers."""
    trouble: list[str] = []
    context.on("console", lambda message: trouble.append(message.text))
    context.on("weberror", lambda error: trouble.append(str(error.error)))
    context.on(
        "request",
        lambda asked: None if asked.url.startswith((url, "data:", "blob:")) else trouble.append(asked.url),
    )
    return trouble


def answered(page: Page, lang: str) -> Locator:
    """Ask the playground for a convolution, and return the element that gets its number of parameters."""
    place = page.locator(".convref-calculator[data-kind=playground]")
    place.scroll_into_view_if_needed()
    place.locator("textarea").fill("Conv2d(3, 8, 3)")
    place.locator("[data-field=shape]").fill("3, 9, 9")
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    return place.locator(f"dd[data-result='{totals_label('params', lang, QUESTION)}']")


@pytest.mark.parametrize("lang", samples.sample(list(PLAYGROUND), every=2, start=1))
def test_the_playground_opens_and_computes_without_a_network_after_one_run(
    site: Site, context: BrowserContext, lang: str
) -> None:
    server = serving(site.folder.parent, BASE)
    trouble = watched(context, server.url)
    try:
        page = context.new_page()
        page.goto(server.url + PLAYGROUND[lang], wait_until="networkidle")
        assert [] == page.evaluate(REGISTERED)  # nothing before Python is started
        expected = f"{analyze(Conv2d(3, 8, 3), (3, 9, 9)).params:,}"
        expect(answered(page, lang)).to_have_text(expected, timeout=LOADING)
        assert [server.url] == page.evaluate(REGISTERED)
        page.wait_for_load_state("networkidle")
        server.stop()
        failed: list[str] = []
        page.on("requestfailed", lambda asked: failed.append(asked.url))
        page.reload()
        expect(answered(page, lang)).to_have_text(expected, timeout=LOADING)
        # Styles, scripts and fonts are there, too. For the files of Python, the list has the requests with
        # which the service worker asks the server first.
        assert [] == [each for each in failed if "/assets/convref/" not in each]
        assert [] == trouble
    finally:
        server.stop()


def write_sample(root: Path, answer: int) -> None:
    """Write a site whose page has `answer` in its heading, and a block that computes it with a package."""
    package = root / "lib" / "mine"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(f"def answer():\n    return {answer}\n")
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs" / "index.md").write_text(INDEX.replace("ANSWER", str(answer)))
    (root / "mkdocs.yml").write_text(CONFIG)


def sample(root: Path, answer: int) -> None:
    """Build the site of `write_sample`, in place of the site that is there."""
    write_sample(root, answer)
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", "new"],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(root / "lib")},
        check=True,
    )
    shutil.rmtree(root / "site", ignore_errors=True)
    (root / "new").rename(root / "site")


def result(page: Page) -> Locator:
    """Run the block of the sample's page, and return the element that gets its result."""
    place = page.locator(".convref-try")
    place.get_by_role("button", name="Edit and run").click()
    place.get_by_role("button", name="Run", exact=True).click()
    return place.locator(".convref-try__result pre")


def test_a_changed_build_replaces_what_the_browser_has_kept(tmp_path: Path, context: BrowserContext) -> None:
    sample(tmp_path, answer=41)
    server = serving(tmp_path / "site")
    try:
        page = context.new_page()
        page.goto(server.url)
        expect(result(page)).to_have_text("41", timeout=LOADING)
        page.wait_for_load_state("networkidle")
        before = page.evaluate(KEPT)
        assert 1 == len(before["names"])
        assert {server.url, f"{server.url}assets/convref/packages/mine.zip"} <= set(before["kept"])
        sample(tmp_path, answer=42)
        page.reload()  # nothing old is shown or run while there is a network
        expect(page.locator("h1")).to_have_text("Sample 42")
        expect(result(page)).to_have_text("42", timeout=LOADING)
        page.wait_for_load_state("networkidle")
        after = page.evaluate(KEPT)
        assert 1 == len(after["names"])
        assert before["names"] != after["names"]
        server.stop()
        page.reload()
        expect(page.locator("h1")).to_have_text("Sample 42")
        expect(result(page)).to_have_text("42", timeout=LOADING)
    finally:
        server.stop()


def test_a_build_with_the_same_files_has_the_same_name(tmp_path: Path) -> None:
    builds = []
    for answer in (41, 41, 42):
        sample(tmp_path, answer)
        manifest = json.loads((tmp_path / "site" / "assets" / "convref" / "try.json").read_text("utf-8"))
        builds.append(manifest["build"])
    assert builds[0] == builds[1]
    assert builds[1] != builds[2]


def test_under_mkdocs_serve_nothing_is_kept(tmp_path: Path, python: WarmPython) -> None:
    write_sample(tmp_path, answer=41)
    builds = Builds(python, "serve", tmp_path, tmp_path / "site", tmp_path / "lib")
    builds.build()
    files = builds.files()
    builds.close()
    assert "assets/convref/offline.js" in files
    assert "convref-offline.js" not in files
    assert "build" not in json.loads(files["assets/convref/try.json"])


@pytest.mark.parametrize("missing", samples.sample(["serviceWorker", "register"], every=2))
def test_without_service_workers_python_runs_as_usual(
    tmp_path: Path, context: BrowserContext, missing: str
) -> None:
    sample(tmp_path, answer=41)
    server = serving(tmp_path / "site")
    script = {
        "serviceWorker": 'Object.defineProperty(Navigator.prototype, "serviceWorker", { value: undefined });',
        "register": "ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('no'));",
    }
    try:
        context.add_init_script(script[missing])
        page = context.new_page()
        page.goto(server.url, wait_until="networkidle")
        trouble = watched(context, server.url)  # the theme has errors of its own while it loads
        expect(result(page)).to_have_text("41", timeout=LOADING)
        assert [] == page.evaluate("caches.keys()")
        assert [] == trouble
    finally:
        server.stop()
