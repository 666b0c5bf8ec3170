"""Every block that the site offers to edit and run gives its result in the browser, and pages stay light."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page, expect

from convref import analyze
from convref.nn.blocks import depthwise_conv
from convref_docs import playground

if TYPE_CHECKING:
    from built_site import Site, Visit

PAGE = {"en": "operators/depthwise_conv/", "zh": "zh/operators/depthwise_conv/"}
OPEN = {"en": "Edit and run", "zh": "编辑并运行"}
RUN = {"en": "Run", "zh": "运行"}
LOADING = 120_000  # milliseconds: a busy machine
DATA = re.compile(r'<script type="application/json" id="convref-try-blocks">(.*?)</script>', re.DOTALL)
OFFERED = re.compile(r'class="convref-try" data-block="(\d+)"')
START = """([root, files]) => new Promise((done, failed) => {
    const at = (name) => `${root}assets/convref/${name}`;
    const worker = (window.worker = new Worker(at("worker.js"), { type: "module" }));
    worker.onmessage = ({ data }) => {
        if (data.kind === "ready") done();
        else if (data.kind === "failed") failed(data.why);
    };
    worker.postMessage({ kind: "start", archives: files.map(at), module: "convref.weave.browser.driver" });
})"""
ASK = """(question) => new Promise((done, failed) => {
    window.worker.onmessage = ({ data }) => {
        if (data.kind === "answer") done(data.answer);
        else if (data.kind === "failed") failed(data.why);
    };
    window.worker.postMessage({ number: 1, question });
})"""
pytestmark = pytest.mark.skipif(not playground.is_installed(), reason="npm has not installed the runtime")


def blocks(site: Site, path: str) -> tuple[list[dict[str, Any]], list[int]]:
    """The blocks of a page as it has them, and the numbers of those that it offers."""
    text = (site.folder / path / "index.html").read_text("utf-8")
    data = DATA.search(text)
    return (json.loads(data[1]) if data else []), [int(number) for number in OFFERED.findall(text)]


def opened(page: Page, name: str, number: int) -> Locator:
    place = page.locator(f".convref-try[data-block='{number}']")
    place.get_by_role("button", name=name).click()
    place.locator("textarea").wait_for()
    return place


@pytest.mark.parametrize("lang", list(PAGE))
def test_a_reader_edits_a_block_and_sees_the_table_of_the_changed_layer(
    visit: Callable[..., Visit], site: Site, lang: str
) -> None:
    given, offered = blocks(site, PAGE[lang])
    number = next(number for number in offered if not given[number].get("interactive"))
    visited = visit(PAGE[lang])
    requests: list[str] = []
    visited.page.on("request", lambda request: requests.append(request.url))
    place = opened(visited.page, OPEN[lang], number)
    assert [] == [url for url in requests if "runtime" in url or "packages" in url]
    place.locator("textarea").fill(
        "from convref import analyze\nfrom convref.nn.blocks import depthwise_conv\n"
        "analyze(depthwise_conv(7, 3), (7, 9, 9)).table()"
    )
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    result = place.locator(".convref-try__result")
    expect(result.locator("table")).to_be_visible(timeout=LOADING)
    macs = analyze(depthwise_conv(7, 3), (7, 9, 9)).macs
    assert f"{macs:,}" in (result.text_content() or "")
    assert [] == visited.trouble


@pytest.fixture(scope="module")
def asked(
    opening: Callable[..., AbstractContextManager[Visit]], site: Site
) -> Iterator[Callable[[Any], Any]]:
    """Ask the worker of the site, which is started once."""
    files = json.loads((site.folder / "assets/convref/try.json").read_text("utf-8"))["archives"]
    with opening("cite/") as visit:
        visit.page.evaluate(START, [site.url, files])
        yield lambda question: visit.page.evaluate(ASK, question)


def test_every_offered_block_runs_after_those_before_it(asked: Callable[[Any], Any], site: Site) -> None:
    failed, ran = [], 0
    for file in sorted(site.folder.rglob("index.html")):
        path = str(file.parent.relative_to(site.folder))
        if path.startswith("zh"):  # both languages have the same code
            continue
        given, offered = blocks(site, path)
        for number in offered:
            session = given[number].get("session")
            before = [each for each in given[: number + 1] if each.get("session") == session]
            answer = asked({"blocks": before, "lang": "en"})
            ran += 1
            if "mistake" in answer:
                failed.append((path, number, answer["mistake"]))
    assert [] == failed
    assert ran > 300


def test_the_scripts_of_a_page_with_blocks_are_small(site: Site) -> None:
    names = ("try.js", "words.js", "editor.js", "try.css")
    assert sum((site.folder / "assets/convref" / name).stat().st_size for name in names) < 20_000
