"""The playground runs convref in the reader's browser, and nothing before it is asked to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from convref import analyze, architectures
from convref.nn import Conv2d
from convref_docs import playground
from convref_docs.playground_driver import WORDS, answer

if TYPE_CHECKING:
    from conftest import Visit

PAGE = {"en": "playground/", "zh": "zh/playground/"}
RUN = {"en": "Run", "zh": "运行"}
STOP = {"en": "Stop", "zh": "停止"}
LOADING = 120_000  # milliseconds: a busy machine
QUESTION = {
    "code": "Conv2d(3, 8, 3)",
    "shape": "3, 9, 9",
    "batch": "1",
    "dtype": "float32",
    "convention": "torchvision",
    "lang": "en",
}
installed = pytest.mark.skipif(not playground.is_installed(), reason="npm has not installed the runtime")


def opened(page: Page) -> Locator:
    place = page.locator(".convref-calculator[data-kind=playground]")
    place.scroll_into_view_if_needed()
    place.locator("textarea").wait_for()
    return place


@installed
@pytest.mark.parametrize("lang", list(PAGE))
def test_a_network_is_analyzed_when_the_reader_asks_and_again_when_it_is_changed(
    visit: Callable[..., Visit], lang: str
) -> None:
    opening = visit(PAGE[lang])
    page = opening.page
    place = opened(page)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.wait_for_timeout(300)
    assert [] == [url for url in requests if "runtime" in url]
    place.get_by_role("button", name=RUN[lang], exact=True).click()
    params = place.locator(f"dd[data-result='{WORDS[lang]['params']}']")
    expect(params).to_have_text("20,042", timeout=LOADING)
    assert place.locator("table").count() == 1
    assert place.locator("svg").count() == 1
    place.locator("textarea").fill('architectures.build("resnet18")')
    place.locator("[data-field=shape]").fill("3, 224, 224")
    report = analyze(architectures.build("resnet18"), (3, 224, 224))
    expect(params).to_have_text(f"{report.params:,}", timeout=LOADING)
    assert [] == opening.trouble


@installed
def test_an_endless_loop_is_stopped_and_a_mistake_names_its_line(visit: Callable[..., Visit]) -> None:
    opening = visit(PAGE["en"])
    place = opened(opening.page)
    run = place.get_by_role("button", name="Run", exact=True)
    run.click()
    expect(place.locator("dl")).to_be_visible(timeout=LOADING)
    place.locator("textarea").fill("while True: pass")
    run.click()
    expect(place.locator("[role=status]")).to_have_text("Running …", timeout=LOADING)
    place.get_by_role("button", name="Stop").click()
    expect(place.locator("[role=status]")).to_have_text("Stopped.")
    place.locator("textarea").fill("x = 1\nConv2d(0, 3, 3)")
    run.click()
    alert = place.locator("[role=alert]")
    expect(alert).to_have_text("Line 2: Conv2d: in_channels (=0) must be at least 1", timeout=LOADING)
    assert [] == opening.trouble


@installed
def test_a_shared_address_shows_its_code_and_runs_nothing(visit: Callable[..., Visit]) -> None:
    page = visit(PAGE["en"]).page
    place = opened(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hostile = 'Sequential(**{"<img src=x onerror=alert(1)>": Conv2d(3, 8, 3)})  # 卷积'
    place.locator("textarea").fill(hostile)
    place.get_by_role("button", name="Copy link").click()
    expect(place.get_by_role("button", name="Link copied")).to_be_visible()
    shared = visit(page.evaluate("navigator.clipboard.readText()").partition("/convref/")[2])
    place = opened(shared.page)
    assert hostile == place.locator("textarea").input_value()
    assert 0 == place.locator("dl").count()
    place.get_by_role("button", name="Run", exact=True).click()
    expect(place.locator("dl")).to_be_visible(timeout=LOADING)
    assert 0 == place.locator("img").count()  # text from an address is never markup
    assert [] == shared.trouble


@pytest.mark.parametrize("lang", list(PAGE))
def test_the_page_says_what_is_missing_where_the_runtime_is_not_installed(lang: str) -> None:
    shown = playground.Playground(installed=False, code="", shape="")._repr_lang_(lang)
    assert shown == {"text/html": f"<p>{playground.MISSING[lang]}</p>"}


@pytest.mark.parametrize(
    ("changes", "mistake", "line"),
    [
        ({"code": "Conv2d(3, 8, 3"}, "SyntaxError: '(' was never closed", 1),
        ({"code": "\n\n1 / 0"}, "ZeroDivisionError: division by zero", 3),
        ({"code": ""}, "the last line, or a variable `net`, must be a network; there is nothing", 0),
        ({"code": "Conv2d(4, 8, 3)"}, "in_channels (=4) must equal the 3 channels that arrive", 0),
        ({"shape": "3, x, 9"}, "the input shape must be whole numbers, such as 3, 224, 224", 0),
        ({"batch": "0"}, "the batch must be a whole number from 1 to 100000", 0),
        ({"dtype": "float8"}, "unknown dtype 'float8'", 0),
    ],
)
def test_a_mistake_is_told_with_its_line(changes: dict[str, str], mistake: str, line: int) -> None:
    found = json.loads(answer(json.dumps(QUESTION | changes)))
    assert found["mistake"].removeprefix("TypeError: ").startswith(mistake)
    assert line == found["line"]


def test_a_variable_called_net_is_taken_where_the_last_line_is_none() -> None:
    found = json.loads(answer(json.dumps(QUESTION | {"code": "net = Conv2d(3, 8, 3)\nprint(net)"})))
    assert "224" == found["totals"]["Parameters"]
    assert found["csv"] == analyze(Conv2d(3, 8, 3), (3, 9, 9)).table().to_csv()


def test_the_archive_has_all_that_the_packages_import() -> None:
    names = {name for _, name in playground.package()}
    assert {"driver.py", "convref/__init__.py", "convref/draw/diagram/flow.py"} <= names
    assert not any(name.startswith(("convref/torch", "convref/weave")) for name in names)
